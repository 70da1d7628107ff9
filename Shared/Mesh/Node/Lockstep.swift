import Domain
import Wire

/// The order of a replay: what was accepted waits until its instant is whole, and is then taken in an order that
/// does not depend on speed, load or machine.
///
/// Instant t is whole when every forward owner has sent Step t, every feedback owner Step t-1, and all that these
/// steps tell of has come.
struct Lockstep {
    struct Waiting {
        var time: Timestamp
        var place: Int
        var topic: Topic
        var at: Intake.Place
        var isStep: Bool
        var bytes: [UInt8]
        /// What the bytes say, of a step: it has been read already.
        var step: Message?
    }

    /// All messages of an instant, in the order in which they are taken.
    struct Instant {
        var messages: [Waiting] = []
        /// None of its steps needs to be passed on.
        var isQuiet = true
    }

    /// A step that has come.
    private struct Closing {
        var time: Timestamp
        var heads: [TopicHead]
        var at: Intake.Place
        var isQuiet: Bool
        /// How many of the heads are known to have come. What has come stays; only a new epoch of a topic may say otherwise.
        var met = 0

        /// Whether all that the step tells of has come. It is asked again with each message, and so goes on where it found
        /// something missing: five hundred heads looked at five hundred times were half of risk's time.
        mutating func isWhole(_ isComplete: (TopicHead) -> Bool) -> Bool {
            while met < heads.count, isComplete(heads[met]) { met += 1 }
            return met == heads.count
        }
    }

    /// One instance whose steps are waited for.
    private struct Owner {
        var instance: String
        var place: Int
        var isFeedback: Bool
        var stepTopic: Topic
        /// The steps that have come and are not taken, oldest first.
        var steps: [Closing] = []
        var taken: Timestamp?
        var waiting: [Waiting] = []
        var isOver = false
    }

    private var owners: [Owner] = []
    /// The latest instant that was taken, perhaps not to its end, and the one before it.
    private var current: Timestamp?
    private var previous: Timestamp?
    /// The time of the last message that came of each topic.
    private var latest: [Topic: Timestamp] = [:]

    private let awaitsFeedback: Bool

    init(_ settings: NodeSettings) {
        awaitsFeedback = settings.guards.contains(.awaitFeedback)
        for (place, flow) in settings.flows.enumerated()
        where flow.role == .forward || flow.role == .feedback {
            for instance in settings.replicas[flow.service] ?? ["\(flow.service).1"]
            where !owners.contains(where: { $0.instance == instance }) {
                owners.append(
                    Owner(
                        instance: instance, place: place, isFeedback: flow.role == .feedback,
                        stepTopic: .step(flow.lane, of: instance)))
            }
        }
    }

    /// The earliest instant that an owner has closed and that is not taken.
    var firstStep: Timestamp? { owners.filter { !$0.isFeedback }.compactMap { $0.steps.first?.time }.min() }

    /// How many messages wait.
    var count: Int { owners.reduce(0) { $0 + $1.waiting.count } }

    /// How far each owner's steps have come, in a sentence each.
    var whatIsAwaited: [String] {
        owners.map { owner in
            let next = owner.steps.first
            let heads = next?.heads.map { "\($0.topic) \($0.epoch)/\($0.last)" }.joined(separator: ", ") ?? ""
            return "\(owner.instance): step \(owner.taken?.nanoseconds ?? 0) taken, next "
                + "\(next?.time.nanoseconds ?? 0) with \(heads); \(owner.waiting.count) messages wait"
        }
    }

    /// All that waits on a topic beyond a place, for an owner that lost it.
    func waiting(on topic: Topic, beyond place: Intake.Place) -> [[UInt8]] {
        owners.flatMap(\.waiting)
            .filter { $0.topic == topic && $0.at > place }.sorted { $0.at < $1.at }.map(\.bytes)
    }

    /// Goes on where the transcript left it.
    mutating func resume(_ stepsTaken: [Topic: Step], instant: Timestamp?, before: Timestamp?) {
        current = instant
        previous = before
        for at in owners.indices {
            guard let step = stepsTaken[owners[at].stepTopic] else { continue }
            owners[at].taken = step.time
            owners[at].isOver = step.last
        }
    }

    /// Every forward owner has said that there is no more, and all of it is taken. What opens an epoch later than
    /// that may wait for ever.
    var isOver: Bool {
        owners.allSatisfy { $0.isFeedback || ($0.isOver && $0.steps.isEmpty) }
    }

    mutating func add(
        _ bytes: UnsafeRawBufferPointer, _ head: EnvelopeHead, step: Message?, topic: Topic, service: String,
        role: Flow.Role
    ) {
        let sender = String(decoding: bytes[head.sender], as: UTF8.self)
        guard
            let at = owners.firstIndex(where: { $0.instance == sender })
                ?? owners.firstIndex(where: { $0.instance.hasPrefix(service + ".") })
        else { return }
        // Within a topic time does not run back: what opens an epoch follows on what was given back.
        let time = max(head.sentAt, latest[topic] ?? head.sentAt)
        latest[topic] = time
        owners[at].waiting.append(
            Waiting(
                time: time, place: owners[at].place, topic: topic,
                at: Intake.Place(epoch: head.epoch, number: head.number),
                isStep: topic == owners[at].stepTopic, bytes: Array(bytes), step: step))
    }

    /// Notes a step that came.
    mutating func note(_ step: Step, on topic: Topic, at place: Intake.Place) {
        guard let at = owners.firstIndex(where: { $0.stepTopic == topic }) else { return }
        if step.last { owners[at].isOver = true }
        // After a power cut an owner says a step again, with what came otherwise in it.
        if let taken = owners[at].taken, step.time <= taken { return }
        let closing = Closing(time: step.time, heads: step.heads, at: place, isQuiet: step.quiet)
        if let known = owners[at].steps.firstIndex(where: { $0.time == step.time }) {
            owners[at].steps[known] = closing
        } else {
            owners[at].steps.append(closing)
        }
    }

    /// A topic goes on in another epoch: what a step told of it may never come.
    mutating func lookAgain() {
        for at in owners.indices {
            for step in owners[at].steps.indices { owners[at].steps[step].met = 0 }
        }
    }

    /// Gives up what its owner lost before it was taken here, and tells how many messages that is.
    mutating func forget(_ topic: Topic, from first: Intake.Place, to last: Intake.Place) -> UInt64 {
        var count: UInt64 = 0
        for at in owners.indices {
            let before = owners[at].waiting.count
            owners[at].waiting.removeAll { $0.topic == topic && $0.at >= first && $0.at <= last }
            count += UInt64(before - owners[at].waiting.count)
            if owners[at].stepTopic == topic {
                owners[at].steps.removeAll { $0.at >= first && $0.at <= last }
            }
        }
        return count
    }

    /// The next instant that is whole, in the order in which it is taken, or nothing yet.
    mutating func nextInstant(isComplete: (TopicHead) -> Bool) -> Instant? {
        // The instant is the earliest that any forward owner has closed; all others have to be that far.
        var earliest: Timestamp?
        for at in owners.indices where !owners[at].isFeedback {
            if let time = owners[at].steps.first?.time { earliest = min(earliest ?? time, time) }
        }
        guard let time = earliest else { return nil }
        for at in owners.indices where !owners[at].isFeedback {
            guard let first = owners[at].steps.first?.time else {
                if owners[at].isOver || owners[at].taken.map({ $0 >= time }) == true { continue }
                return nil
            }
            if first == time { guard owners[at].steps[0].isWhole(isComplete) else { return nil } }
        }
        // An instant that a crash interrupted is gone on with: the one before it is still the one before it.
        let before = time == current ? previous : current
        for at in owners.indices where owners[at].isFeedback && awaitsFeedback {
            guard let before else { continue }
            guard
                owners[at].isOver || owners[at].taken.map({ $0 >= before }) == true
                    || owners[at].steps.contains(where: { $0.time >= before })
            else { return nil }
            for step in owners[at].steps.indices where owners[at].steps[step].time <= before {
                guard owners[at].steps[step].isWhole(isComplete) else { return nil }
            }
        }
        return instant(at: time, before: before)
    }

    private mutating func instant(at time: Timestamp, before: Timestamp?) -> Instant {
        previous = before
        current = time
        var instant = Instant()
        var chosen: [(isFeedback: Bool, waiting: Waiting)] = []
        for at in owners.indices {
            let limit = owners[at].isFeedback ? before : time
            guard let limit else { continue }
            let split = owners[at].waiting.partition { $0.time <= limit }
            chosen += owners[at].waiting[split...].map { (owners[at].isFeedback, $0) }
            owners[at].waiting.removeSubrange(split...)
            while let step = owners[at].steps.first, step.time <= limit {
                owners[at].taken = step.time
                if !step.isQuiet { instant.isQuiet = false }
                owners[at].steps.removeFirst()
            }
        }
        chosen.sort { left, right in
            if left.isFeedback != right.isFeedback { return left.isFeedback }
            if left.waiting.time != right.waiting.time { return left.waiting.time < right.waiting.time }
            if left.waiting.isStep != right.waiting.isStep { return right.waiting.isStep }
            if left.waiting.place != right.waiting.place { return left.waiting.place < right.waiting.place }
            if left.waiting.topic != right.waiting.topic { return left.waiting.topic < right.waiting.topic }
            return left.waiting.at < right.waiting.at
        }
        instant.messages = chosen.map(\.waiting)
        return instant
    }
}
