import Domain
import Wire

/// The questions of takers for what they missed, as they wait for one look through the transcript.
///
/// A taker that begins late asks for each topic by itself, and all takers begin at once: two thousand questions, each of
/// which would read the same segment. What came in one turn is answered in one pass. A question that is repeated while
/// it waits, or soon after its answer left, is not answered twice.
struct Inquiries {
    struct Inquiry {
        let ask: Ask
        let asker: String
    }

    private(set) var waiting: [Inquiry] = []
    /// When which question was answered, by who asked and its id.
    private var answered: [String: Timestamp] = [:]
    private var asked: Set<String> = []
    /// How often the transcript was looked through for them.
    var looks = 0

    private static let answeredMax = 8192

    var isEmpty: Bool { waiting.isEmpty }

    /// Whether it is to be answered: a repeated one is not, for as long as the answer may be on its way.
    mutating func add(_ ask: Ask, from asker: String, at now: Timestamp, patience: Int64) -> Bool {
        guard !ask.id.isEmpty else {
            waiting.append(Inquiry(ask: ask, asker: asker))
            return true
        }
        let key = "\(asker) \(ask.id)"
        if let at = answered[key], now >= at, now.nanoseconds - at.nanoseconds < patience { return false }
        guard asked.insert(key).inserted else { return false }
        waiting.append(Inquiry(ask: ask, asker: asker))
        return true
    }

    /// All that wait, which are answered now.
    mutating func take(at now: Timestamp, patience: Int64) -> [Inquiry] {
        defer {
            waiting.removeAll(keepingCapacity: true)
            asked.removeAll(keepingCapacity: true)
        }
        if answered.count + asked.count > Inquiries.answeredMax {
            answered = answered.filter { now.nanoseconds - $0.value.nanoseconds < patience }
        }
        for key in asked { answered[key] = now }
        return waiting
    }
}

/// The answer to a question for what follows on a place of a topic, over the ends of epochs, as it is put together: as many
/// messages as fit.
struct Filling {
    let asker: String
    let outlet: Int
    let topic: [UInt8]
    let place: Intake.Place
    let last: Intake.Place
    private let replay: Replay
    private(set) var answer: Answer
    private var size = 0
    private(set) var isDone = false

    init(_ inquiry: Inquiries.Inquiry, _ replay: Replay, _ outlet: Int, _ stand: Outlets.Outlet) {
        asker = inquiry.asker
        answer = Answer(id: inquiry.ask.id)
        self.replay = replay
        self.outlet = outlet
        topic = stand.utf8
        place = Intake.Place(epoch: replay.epoch, number: replay.from)
        last = Intake.Place(epoch: stand.epoch, number: stand.last)
    }

    /// Looks at the next message of the topic.
    mutating func see(
        _ head: EnvelopeHead, _ payload: UnsafeRawBufferPointer, from instance: String, max: Int
    ) {
        let here = Intake.Place(epoch: head.epoch, number: head.number)
        guard !isDone, here >= place else { return }
        isDone = true
        if replay.to > 0 && here > Intake.Place(epoch: replay.epoch, number: replay.to) { return }
        if size == 0 && here != place && head.number != 1 {
            answer.error = "\(instance) does not keep \(replay.topic) \(replay.epoch)/\(replay.from) any more"
            return
        }
        if size + payload.count > max && size > 0 {
            answer.more = true
            return
        }
        answer.envelopes.append(Array(payload))
        size += payload.count
        isDone = here >= last
    }
}

extension Node {
    /// Answers all that wait, in one pass over what was sent.
    func answerInquiries() throws {
        guard !inquiries.isEmpty, isRunning else { return }
        // An answer is read from the transcript, and says nothing that may not have left.
        try release()
        var fillings: [Filling] = []
        for inquiry in inquiries.take(at: hostNow, patience: settings.askRetry / 2) {
            guard let replay = inquiry.ask.replay else { continue }
            guard let outlet = shard.outlets.known(Topic(replay.topic)) else {
                var answer = Answer(id: inquiry.ask.id)
                answer.error = "\(settings.instance) has never sent \(replay.topic)"
                give(answer, to: inquiry.asker)
                continue
            }
            fillings.append(Filling(inquiry, replay, outlet, shard.outlets.all[outlet]))
        }
        inquiries.looks += 1
        var problem = ""
        do { try fill(&fillings) } catch { problem = "\(error)" }
        for filling in fillings {
            var answer = filling.answer
            if !problem.isEmpty && !filling.isDone { answer.error = problem }
            give(answer, to: filling.asker)
        }
        try rethrowFailure()
    }

    func give(_ answer: Answer, to asker: String) {
        counters.answered += 1
        pass(.answer(answer), on: .answer(from: settings.instance, to: asker))
    }

    private func fill(_ fillings: inout [Filling]) throws {
        try readSent(fillings.map { ($0.outlet, $0.place) }) { which, head, payload in
            fillings[which].see(head, payload, from: settings.instance, max: settings.answerBytesMax)
            return !fillings[which].isDone
        }
    }
}
