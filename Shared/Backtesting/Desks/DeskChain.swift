import Domain
import Execution
import Portfolio
import Risk
import Strategies

/// The desks of an account in one process, without a venue: messages go from one to the other in the order of a replay
/// in lock-step, under the names and numbers that they have on a mesh.
public struct DeskChain {
    /// A desk, and how far its topics are.
    struct Station<D: Desk> {
        var machine: DeskMachine<D>
        var numbers: [Topic: UInt64] = [:]
        var sent: [Message] = []

        init(_ setup: D.Setup) { machine = DeskMachine(setup) }

        /// Takes what there is of an instant, and gives what it sent, in the order in which others take it.
        mutating func pass(_ messages: [Message], after before: Timestamp) -> [Message] {
            sent.removeAll(keepingCapacity: true)
            for message in messages { take(message, at: max(message.sentAt, before)) }
            return DeskChain.inOrder(sent)
        }

        private mutating func take(_ message: Message, at now: Timestamp) {
            var outbox = Outbox()
            machine.receive(message, at: now, &outbox)
            for item in outbox.items {
                let number = numbers[item.topic, default: 0] + 1
                numbers[item.topic] = number
                sent.append(
                    Message(
                        topic: item.topic, number: number, epoch: 1, sentAt: now,
                        originAt: item.origin?.at ?? message.originAt,
                        cause: item.origin?.cause ?? message.asCause, body: item.body))
            }
        }

        mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
            var bytes = machine.snapshot()
            try walk.blob(&bytes)
            if walk.isReading { try machine.restore(bytes, version: D.snapshotVersion) }
            var counts = numbers.sorted { $0.key < $1.key }.map { (topic: $0.key.text, last: $0.value) }
            try walk.list(&counts, blank: (topic: "", last: 0)) { (count, walk) throws(SnapshotMismatch) in
                try walk.text(&count.topic)
                try walk.integer(&count.last)
            }
            guard walk.isReading else { return }
            numbers = [:]
            for count in counts { numbers[Topic(count.topic)] = count.last }
        }
    }

    private var strategist: Station<StrategyDesk>
    private var portfolio: Station<PortfolioDesk>
    private var risk: Station<RiskDesk>
    private var execution: Station<ExecutionDesk>

    /// Approvals are worked over time.
    private let works: Bool
    /// The instant before this one.
    private var before = Timestamp.distantPast

    public init(_ plan: DeskPlan) throws {
        strategist = Station(try plan.strategist())
        portfolio = Station(plan.portfolio)
        risk = Station(plan.risk)
        execution = Station(plan.execution)
        works = plan.works
    }

    /// What people told since the instant before.
    public struct Told: Sendable {
        public var risk: [Message]
        public var execution: [Message]

        public init(risk: [Message] = [], execution: [Message] = []) {
            self.risk = risk
            self.execution = execution
        }

        public var isEmpty: Bool { risk.isEmpty && execution.isEmpty }
    }

    /// Takes an instant: what people told before it, what the venue said in it, the bars that ended with it or what
    /// companies did, and the step that closes it. Gives everything that was sent, in the order in which the desks did.
    public mutating func take(
        _ venue: [Message], _ bars: [Message], _ step: Message, _ told: Told = Told()
    ) -> [Message] {
        let venue = DeskChain.inOrder(venue)
        let bars = DeskChain.inOrder(bars)
        let reports = venue.filter { if case .brokerReport = $0.body { true } else { false } }
        let signals = strategist.pass(reports + bars + [step], after: before)
        let proposals = portfolio.pass(venue + bars + signals + [step], after: before)
        let said = risk.pass(told.risk + reports + bars + proposals + [step], after: before)
        // What risk was told it tells those beside the account alone.
        let judged = said.filter { $0.topic != .told("risk") }
        let actions = bars.filter { if case .corporateAction = $0.body { true } else { false } }
        let seen = works ? bars : actions
        let asked = execution.pass(told.execution + reports + seen + judged + [step], after: before)
        before = step.sentAt
        // Portfolio hears of verdicts, and with risk of what was worked to its end, as the first thing of the next instant;
        // nothing comes in between.
        let worked = asked.filter { $0.topic.text.hasPrefix("trading/worked/") }
        let heard = risk.pass(worked, after: before)
        return signals + proposals + said + asked + heard + portfolio.pass(judged + worked, after: before)
    }

    /// Takes what risk was told since the instant before, and gives what follows at once. On a mesh portfolio and execution
    /// hear of a halt as the first thing of the next instant; nothing comes in between.
    public mutating func tell(risk message: Message) -> [Message] {
        let said = risk.pass([message], after: before)
        let halts = said.filter { $0.topic == .halt }
        return said + portfolio.pass(halts, after: before) + execution.pass(halts, after: before)
    }

    /// The same of what execution was told.
    public mutating func tell(execution message: Message) -> [Message] {
        execution.pass([message], after: before)
    }

    /// Takes what there is of history before the first instant.
    public mutating func take(past message: Message) { _ = strategist.pass([message], after: before) }

    /// In the order in which a mesh takes what is of one instant.
    public static func inOrder(_ messages: [Message]) -> [Message] {
        messages.sorted { ($0.sentAt, $0.topic, $0.number) < ($1.sentAt, $1.topic, $1.number) }
    }

    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try strategist.remember(&walk)
        try portfolio.remember(&walk)
        try risk.remember(&walk)
        try execution.remember(&walk)
        try walk.moment(&before)
    }
}
