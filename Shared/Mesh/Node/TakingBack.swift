import Domain
import Wire

/// After a power cut: what takers had received of this shard, and the shard lost.
struct TakingBack {
    let questionID: String
    let until: Timestamp
    /// The takers that are known, and have not answered.
    var awaited: Set<String>
    /// By topic, by number.
    private(set) var found: [Topic: [UInt64: [UInt8]]] = [:]
    private(set) var answers = 0

    init(questionID: String, until: Timestamp, awaited: Set<String>) {
        self.questionID = questionID
        self.until = until
        self.awaited = awaited
    }

    mutating func add(_ answer: Answer, from sender: String, _ codec: Codec) {
        answers += 1
        awaited.remove(sender)
        for envelope in answer.envelopes {
            envelope.withUnsafeBytes { bytes in
                guard let head = try? codec.head(of: bytes),
                    let topic = try? codec.name(UnsafeRawBufferPointer(rebasing: bytes[head.topic]))
                else { return }
                found[Topic(topic), default: [:]][head.number] = envelope
            }
        }
    }

    /// What continues each topic without a hole.
    func continuations(of outlets: Outlets) -> [(outlet: Int, number: UInt64, bytes: [UInt8])] {
        var all: [(outlet: Int, number: UInt64, bytes: [UInt8])] = []
        for (at, outlet) in outlets.all.enumerated() {
            var number = outlet.last + 1
            while let bytes = found[outlet.topic]?[number] {
                all.append((at, number, bytes))
                number += 1
            }
        }
        return all
    }
}
