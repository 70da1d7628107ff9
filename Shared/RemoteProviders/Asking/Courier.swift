import Domain
import HTTP

/// Puts inquiries to providers, many at once, in one thread: waits where a provider's limits want it, asks again what
/// failed in passing, and gives up after a bounded number of times.
///
/// Waiting times are drawn from a seed, so that under a clock of its own a run is the same each time.
public final class Courier {
    public struct Manners: Sendable {
        /// How often a question is asked again.
        public var retriesMax = 3
        /// How long the first repetition waits; each further one waits twice as long.
        public var backOff = Nanoseconds.second / 2
        /// A provider that wants to be left alone for longer than that has failed for now.
        public var patience = 2 * Nanoseconds.minute
        /// How many requests may be under way in all.
        public var parallelMax = 8
        /// How long a request may take.
        public var timeLimit = 30 * Nanoseconds.second

        public init() {}
    }

    /// An inquiry under way.
    private struct Errand {
        var tag: Int
        var lane: String
        var inquiry: any Inquiry
        /// How often the question has failed.
        var failures = 0
        var refusals = 0
        /// Not before that moment.
        var from = Timestamp.distantPast
        var questions = 0
        /// All answers that were taken, where somebody wants to keep them.
        var answers: [HTTPResponse]?
    }

    public struct Finished {
        public var tag: Int
        public var outcome: Result<any Inquiry, ProviderFault>
        /// What was answered, where it was asked for.
        public var answers: [HTTPResponse] = []
    }

    private let transport: any Transport
    private let manners: Manners
    private var lanes: [String: Lane]
    private var waiting: [Errand] = []
    private var running: [Int: Errand] = [:]
    private var finished: [Finished] = []
    private var numberNext = 0
    private var chance: Chance

    /// What is told about waiting and asking again.
    public var says: (String) -> Void = { _ in }
    /// How many requests were sent.
    public private(set) var requests = 0

    /// No inquiry needs more questions: whoever gives page after page for ever is stopped.
    static let questionsMax = 100_000

    public init(
        _ transport: any Transport, lanes: [String: Lane], _ manners: Manners = Manners(), seed: UInt64 = 1
    ) {
        self.transport = transport
        self.lanes = lanes
        self.manners = manners
        chance = Chance(seed: seed)
    }

    public var now: Timestamp { transport.now }

    /// Until when a provider wants to be left alone; nothing where it does not.
    public func rest(of lane: String) -> Timestamp? {
        guard let until = lanes[lane]?.restsUntil, until > now else { return nil }
        return until
    }

    /// Takes an inquiry on; its end is told under the tag.
    public func put(_ inquiry: any Inquiry, to lane: String, tag: Int, recording: Bool = false) {
        precondition(lanes[lane] != nil, "\(lane) has no lane")
        waiting.append(Errand(tag: tag, lane: lane, inquiry: inquiry, answers: recording ? [] : nil))
    }

    public var isIdle: Bool { waiting.isEmpty && running.isEmpty && finished.isEmpty }

    /// Goes on until inquiries have ended, and gives them; none where there is nothing to wait for, or after
    /// `pause`, so that who waits can say how far it is.
    public func wait(pause: Int64 = 200 * Nanoseconds.millisecond) -> [Finished] {
        let end = now + pause
        while finished.isEmpty, !(waiting.isEmpty && running.isEmpty), now < end {
            let next = send()
            guard finished.isEmpty else { break }
            for ending in transport.wait(until: min(end, next)) { take(ending) }
        }
        defer { finished = [] }
        return finished
    }

    /// Asks one thing and waits for it.
    public func ask<Question: Inquiry>(_ inquiry: Question, of lane: String) throws(ProviderFault) -> Question
    {
        precondition(isIdle, "one thing is asked alone")
        put(inquiry, to: lane, tag: 0)
        while true {
            guard let end = wait(pause: Nanoseconds.minute).first else { continue }
            switch end.outcome {
            case .success(let answered):
                guard let answered = answered as? Question else {
                    preconditionFailure("an inquiry became another one")
                }
                return answered
            case .failure(let fault): throw fault
            }
        }
    }

    // MARK: sending

    /// Sends what may leave now; gives the next moment at which more may.
    private func send() -> Timestamp {
        var next = Timestamp.distantFuture
        var index = 0
        while index < waiting.count, running.count < manners.parallelMax {
            let errand = waiting[index]
            guard let question = errand.inquiry.question else {
                waiting.remove(at: index)
                end(errand, .success(errand.inquiry))
                continue
            }
            let now = now
            let lane = lanes[errand.lane]!
            let opening = max(errand.from, lane.opening(at: now))
            guard opening - now <= manners.patience else {
                waiting.remove(at: index)
                lanes[errand.lane]!.restsUntil = max(lane.restsUntil, opening)
                end(errand, .failure(Courier.spent(errand.lane, until: opening)))
                continue
            }
            guard lane.running < lane.parallelMax, opening <= now else {
                if lane.running < lane.parallelMax { next = min(next, opening) }
                index += 1
                continue
            }
            waiting.remove(at: index)
            start(errand, question, at: now)
        }
        return next
    }

    /// What there is to say where our own limits leave no room for longer than there is patience.
    private static func spent(_ name: String, until opening: Timestamp) -> ProviderFault {
        let sentence = "\(name) may be asked again at \(opening), by the limits of the settings or its own"
        return ProviderFault(.limited(until: opening), sentence)
    }

    private func start(_ errand: Errand, _ question: HTTPRequest, at now: Timestamp) {
        lanes[errand.lane]!.spend(at: now)
        lanes[errand.lane]!.running += 1
        numberNext += 1
        requests += 1
        running[numberNext] = errand
        var question = question
        question.timeLimit = min(question.timeLimit, manners.timeLimit)
        transport.begin(question, number: numberNext)
    }

    // MARK: answers

    private func take(_ ending: Ending) {
        guard var errand = running.removeValue(forKey: ending.number), let question = errand.inquiry.question
        else { return }
        lanes[errand.lane]!.running -= 1
        switch ending.outcome {
        case .failure(let fault): again(errand, .init(of: fault), question)
        case .success(let answer):
            do throws(ProviderFault) {
                try errand.inquiry.take(answer)
            } catch {
                return again(errand, error.until(RetryAfter.moment(of: answer, now: now)), question)
            }
            errand.answers?.append(answer)
            lanes[errand.lane]!.hasAnswered = true
            (errand.failures, errand.refusals, errand.from) = (0, 0, .distantPast)
            errand.questions += 1
            guard errand.questions < Courier.questionsMax else {
                let sentence = "\(errand.lane) has given \(errand.questions) pages, and there is no end"
                return end(errand, .failure(ProviderFault(.wrong, sentence)))
            }
            if errand.inquiry.question == nil { return end(errand, .success(errand.inquiry)) }
            // What has begun goes on before anything else begins.
            waiting.insert(errand, at: 0)
        }
    }

    /// Asks again where that may help.
    private func again(_ errand: Errand, _ fault: ProviderFault, _ question: HTTPRequest) {
        var errand = errand
        var fault = fault
        fault.description = question.redacted(fault.description)
        let isHiccup = fault.kind == .refused && lanes[errand.lane]!.hasAnswered && errand.refusals == 0
        guard fault.isPassing || isHiccup, question.isRepeatable, errand.failures < manners.retriesMax else {
            return end(errand, .failure(fault))
        }
        if isHiccup { errand.refusals += 1 }
        errand.failures += 1
        let doubled = manners.backOff << Int64(errand.failures - 1)
        // Half of it is chance, so that many do not come back at one moment.
        let pause = doubled / 2 + Int64(chance.below(UInt64(max(1, doubled))))
        errand.from = now + pause
        if case .limited(let until) = fault.kind {
            let until = max(until ?? .distantPast, errand.from)
            guard until - now <= manners.patience else {
                lanes[errand.lane]!.restsUntil = max(lanes[errand.lane]!.restsUntil, until)
                fault.kind = .limited(until: until)
                return end(errand, .failure(fault))
            }
            lanes[errand.lane]!.restsUntil = max(lanes[errand.lane]!.restsUntil, until)
            errand.from = until
        }
        says("\(fault); asked again in \((errand.from - now) / Nanoseconds.millisecond) ms")
        waiting.insert(errand, at: 0)
    }

    private func end(_ errand: Errand, _ outcome: Result<any Inquiry, ProviderFault>) {
        finished.append(Finished(tag: errand.tag, outcome: outcome, answers: errand.answers ?? []))
    }
}

extension ProviderFault {
    init(of fault: HTTPFault) {
        switch fault.kind {
        case .unreachable, .tooSlow, .cutShort: self.init(.unreachable, fault.description)
        case .tooLarge: self.init(.wrong, fault.description)
        case .untrusted, .misused: self.init(.refused, fault.description)
        }
    }

    /// The same, with the moment that the answer's header named.
    func until(_ moment: Timestamp?) -> ProviderFault {
        guard case .limited(let known) = kind, let moment else { return self }
        return ProviderFault(.limited(until: max(known ?? .distantPast, moment)), description)
    }
}

/// Chance from a seed, for waiting times (SplitMix64).
struct Chance: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return (mixed ^ (mixed >> 31)) % bound
    }
}
