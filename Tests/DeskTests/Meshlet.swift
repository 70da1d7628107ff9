import Backtesting
import Domain
import Exchange
import Execution
import Portfolio
import Risk
import Strategies

/// The desks of a mesh without the mesh: messages go from one to the other in the order of a replay in lock-step.
struct Meshlet {
    /// What one desk has sent in an instant, and how far its topics are.
    struct Station<D: Desk> {
        var machine: DeskMachine<D>
        var numbers: [Topic: UInt64] = [:]
        var sent: [Message] = []
        var received = 0

        init(_ setup: D.Setup) { machine = DeskMachine(setup) }

        mutating func take(_ message: Message, at now: Timestamp) {
            var outbox = Outbox()
            machine.receive(message, at: now, &outbox)
            received += 1
            for item in outbox.items {
                numbers[item.topic, default: 0] += 1
                sent.append(
                    Message(
                        topic: item.topic, number: numbers[item.topic] ?? 0, epoch: 1, sentAt: now,
                        originAt: item.origin?.at ?? message.originAt,
                        cause: item.origin?.cause ?? message.asCause, body: item.body))
            }
        }

        /// A new machine in the place of the one that there is, from its snapshot.
        mutating func restart(_ setup: D.Setup) throws {
            var fresh = DeskMachine<D>(setup)
            try fresh.restore(machine.snapshot(), version: D.snapshotVersion)
            machine = fresh
        }
    }

    let plan: DeskPlan
    var exchange: Station<ExchangeDesk>
    var strategist: Station<StrategyDesk>
    var portfolio: Station<PortfolioDesk>
    var risk: Station<RiskDesk>
    var execution: Station<ExecutionDesk>
    /// Everything that was sent, in order, but steps.
    private(set) var history: [Message] = []
    private var requests: [Message] = []
    private var verdicts: [Message] = []
    /// What execution has worked to its end.
    private var worked: [Message] = []
    /// What risk has said between two instants.
    private var said: [Message] = []
    private(set) var before = Timestamp.distantPast
    private var commands = 0
    /// Strategist and portfolio are dead.
    var isHeadless = false
    /// Called after each message, to do something to a desk.
    var interrupt: ((inout Meshlet) throws -> Void)?

    init(_ plan: DeskPlan) throws {
        self.plan = plan
        exchange = Station(plan.exchange)
        strategist = Station(try plan.strategist())
        portfolio = Station(plan.portfolio)
        risk = Station(plan.risk)
        execution = Station(plan.execution)
    }

    /// Takes the bars that end at a moment, or what companies did at it.
    mutating func take(_ bars: [Bar], _ acts: [CorporateAction] = [], at now: Timestamp) throws {
        let actions = inOrder(
            acts.map {
                Message(
                    topic: .action($0.symbol), number: 1, sentAt: now, originAt: now,
                    body: .corporateAction($0))
            })
        let market =
            actions
            + inOrder(
                bars.map {
                    Message(
                        topic: .bar("any", $0.symbol), number: 1, sentAt: now, originAt: now, body: .bar($0))
                })
        let step = [Message(topic: .step(.market, of: "feed.1"), sentAt: now, body: .step(Step(time: now)))]
        let reports = try pass(\.exchange, requests, market + step, now)
        let broker = reports.filter { $0.topic.text.hasPrefix("trading/broker/") }
        let signals = isHeadless ? [] : try pass(\.strategist, [], broker + market + step, now)
        let proposals =
            isHeadless ? [] : try pass(\.portfolio, verdicts + worked, reports + market + signals + step, now)
        let judged = try pass(\.risk, worked, broker + market + proposals + step, now)
        let seen = plan.works ? market : actions
        let asked = try pass(\.execution, [], said + broker + seen + judged + step, now)
        requests = asked.filter { $0.topic.text.hasPrefix("trading/venue/") }
        worked = asked.filter { $0.topic.text.hasPrefix("trading/worked/") }
        verdicts = judged
        said = []
        before = now
    }

    /// Says something to risk and execution, or one of them, between two instants.
    mutating func tell(_ body: Body, on topic: (String) -> Topic, to services: [String]) throws {
        commands += 1
        func message(_ service: String) -> Message {
            Message(
                topic: topic(service), number: UInt64(commands), epoch: 1, sentAt: before, originAt: before,
                body: body)
        }
        if services.contains("risk") {
            risk.sent = []
            risk.take(message("risk"), at: before)
            try interrupt?(&self)
            history += risk.sent
            said += risk.sent.filter { $0.topic == .halt }
            verdicts += risk.sent.filter { $0.topic == .halt }
        }
        if services.contains("execution") {
            execution.sent = []
            execution.take(message("execution"), at: before)
            try interrupt?(&self)
            history += execution.sent
            requests += execution.sent.filter { $0.topic.text.hasPrefix("trading/venue/") }
            worked += execution.sent.filter { $0.topic.text.hasPrefix("trading/worked/") }
        }
    }

    /// What a person commands.
    mutating func command(
        _ verb: String, _ arguments: [String] = [], to services: [String] = ["execution", "risk"]
    ) throws {
        let command = Command(
            id: "anna-\(commands)", verb: verb, arguments: arguments, who: "anna", why: "a test", at: before)
        try tell(.command(command), on: { .command(to: $0, from: "anna") }, to: services)
    }

    /// Hands a desk what it takes in an instant, feedback first, and gives what it sent, in the order of topics.
    private mutating func pass<D: Desk>(
        _ path: WritableKeyPath<Meshlet, Station<D>>, _ feedback: [Message], _ forward: [Message],
        _ now: Timestamp
    ) throws -> [Message] {
        self[keyPath: path].sent = []
        for message in feedback {
            self[keyPath: path].take(message, at: before)
            try interrupt?(&self)
        }
        for message in forward {
            self[keyPath: path].take(message, at: max(message.sentAt, before))
            try interrupt?(&self)
        }
        history += self[keyPath: path].sent
        return inOrder(self[keyPath: path].sent)
    }

    private func inOrder(_ messages: [Message]) -> [Message] {
        messages.sorted { ($0.sentAt, $0.topic, $0.number) < ($1.sentAt, $1.topic, $1.number) }
    }
}
