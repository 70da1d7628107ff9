import Domain
import Wire

/// After a power cut: what takers had received of this shard, and the shard lost.
struct TakingBack {
    /// Nothing before the question is put.
    let questionID: String?
    let until: Timestamp
    /// The takers that are known, and have not answered.
    var awaited: Set<String>
    /// By topic, by epoch and number.
    private(set) var found: [Topic: [Intake.Place: Message]] = [:]
    private(set) var answers = 0

    init(questionID: String?, until: Timestamp, awaited: Set<String>) {
        self.questionID = questionID
        self.until = until
        self.awaited = awaited
    }

    mutating func add(_ answer: Answer, from sender: String, _ codec: Codec) {
        answers += 1
        awaited.remove(sender)
        for envelope in answer.envelopes {
            guard let message = try? codec.decode(envelope) else { continue }
            found[message.topic, default: [:]][Intake.Place(epoch: message.epoch, number: message.number)] =
                message
        }
    }

    /// What continues each topic without a hole, over the ends of epochs; the steps come last.
    func continuations(of outlets: Outlets, steps: Topic) -> [Message] {
        var all: [Message] = []
        for topic in found.keys.sorted(by: { ($0 == steps ? 1 : 0, $0) < ($1 == steps ? 1 : 0, $1) }) {
            let messages = found[topic]!
            var place = Intake.Place(epoch: 0, number: 0)
            if let outlet = outlets.known(topic) {
                place = Intake.Place(epoch: outlets.all[outlet].epoch, number: outlets.all[outlet].last)
            }
            while let next = messages[Intake.Place(epoch: place.epoch, number: place.number + 1)]
                ?? opening(messages, after: place)
            {
                all.append(next)
                place = Intake.Place(epoch: next.epoch, number: next.number)
            }
        }
        return all
    }

    /// The message that opens the epoch after a place, if one was given back.
    private func opening(_ messages: [Intake.Place: Message], after place: Intake.Place) -> Message? {
        let first = messages.keys.filter { $0.opens(after: place.epoch) }.min().flatMap { messages[$0] }
        guard case .opened(let opened) = first?.body else { return place.epoch == 0 ? first : nil }
        return opened.previousEpoch == place.epoch && opened.previousLast == place.number ? first : nil
    }
}
