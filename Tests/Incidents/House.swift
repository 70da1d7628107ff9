import Brokers
import Domain
import Execution
import Portfolio
import Risk
import Testing

let symbol = Symbol("KO")!
let account = "main"
let morning = Timestamp(seconds: 1_710_165_600)

/// The machines of an account at a broker in one row: portfolio, risk, execution and the broker's desk, each handed at
/// once what the others say, and behind them a broker that does as its scenario wants.
struct House {
    var broker: DeskMachine<BrokerDesk>
    var portfolio: DeskMachine<PortfolioDesk>
    var risk: DeskMachine<RiskDesk>
    var execution: DeskMachine<ExecutionDesk>
    var counter = Counter()
    /// The wall clock, and the market's.
    var clock = morning
    var market = morning
    var hears = true
    /// All that was said, in order.
    private(set) var said: [Body] = []
    private(set) var standing = BrokerCall(kind: .standing)
    private var calls: [BrokerCall] = []
    private var wakeAt = Timestamp.distantFuture
    private var number: UInt64 = 0

    init(_ settings: RiskSettings = .none, strategies: [String] = ["trend"]) {
        let cash = Money(100_000)
        broker = DeskMachine(BrokerSetup(account: account, symbols: [symbol], cash: cash))
        portfolio = DeskMachine(
            PortfolioDesk.Setup(
                account: account, cash: cash, parts: strategies.map { .init(label: $0, cash: cash) },
                symbols: [symbol], span: Nanoseconds.minute, allocation: AllocationSettings(), sectors: [nil])
        )
        risk = DeskMachine(
            RiskDesk.Setup(
                account: account, symbols: [symbol], risk: settings, lot: Quantity(1), hours: .continuous,
                span: Nanoseconds.minute))
        execution = DeskMachine(ExecutionDesk.Setup(account: account))
        open()
        step()
    }

    /// The broker's service starts.
    mutating func open() {
        hear(BrokerNews(kind: .began, at: clock))
        hear(BrokerNews(kind: .connected, at: clock))
        run()
    }

    // MARK: what is said

    private mutating func take(_ body: Body, on topic: Topic) {
        number += 1
        let message = Message(topic: topic, number: number, epoch: 1, sentAt: market, body: body)
        var outbox = Outbox()
        switch body {
        case .account where topic != .funds(account): risk.receive(message, at: market, &outbox)
        case .brokerReport, .account, .bar, .step:
            broker.receive(message, at: market, &outbox)
            // Reports come before the step that tells of them.
            deliver(&outbox)
            execution.receive(message, at: market, &outbox)
            portfolio.receive(message, at: market, &outbox)
            deliver(&outbox)
            risk.receive(message, at: market, &outbox)
        case .orderProposal, .position: risk.receive(message, at: market, &outbox)
        case .verdict, .halt:
            execution.receive(message, at: market, &outbox)
            portfolio.receive(message, at: market, &outbox)
        case .venueRequest, .brokerNews, .command: broker.receive(message, at: market, &outbox)
        default: break
        }
        deliver(&outbox)
    }

    private mutating func deliver(_ outbox: inout Outbox) {
        let items = outbox.items
        outbox.removeAll()
        for item in items {
            said.append(item.body)
            switch item.body {
            case .brokerCall(let call) where call.kind == .wake: wakeAt = call.at
            case .brokerCall(let call) where call.kind == .standing: standing = call
            case .brokerCall(let call): calls.append(call)
            default: take(item.body, on: item.topic)
            }
        }
    }

    mutating func hear(_ news: BrokerNews) { take(.brokerNews(news), on: .brokerNews) }

    /// An order that risk has approved.
    mutating func order(_ side: Side, _ quantity: Int, _ cause: UInt64 = 1, strategy: String = "trend") {
        take(.verdict(House.verdict(side, quantity, cause, strategy: strategy)), on: .verdict)
        run()
    }

    /// An order that a strategy wants, for risk to judge.
    mutating func propose(_ side: Side, _ quantity: Int, strategy: String, at price: Int) {
        let order = Order(
            account: account, strategy: strategy, symbol: symbol, side: side, kind: .market,
            quantity: Quantity(quantity))
        say(.orderProposal(OrderProposal(order: order, price: Price(price))), on: .proposal)
    }

    static func verdict(
        _ side: Side, _ quantity: Int, _ cause: UInt64 = 1, strategy: String = "trend"
    ) -> Verdict {
        let id = OrderId(account: account, cause: Cause(topic: .proposal, epoch: 1, number: cause))
        return Verdict(
            approved: true,
            order: Order(
                id: id.text, account: account, strategy: strategy, symbol: symbol, side: side, kind: .market,
                quantity: Quantity(quantity)))
    }

    mutating func say(_ body: Body, on topic: Topic) {
        take(body, on: topic)
        run()
    }

    mutating func bar(_ close: Int) {
        let price = Price(close)
        say(
            .bar(
                Bar(
                    symbol: symbol, span: Nanoseconds.minute, openedAt: market, open: price, high: price,
                    low: price, close: price, volume: Volume(100_000))),
            on: .bar("1m", symbol))
    }

    // MARK: what goes on

    /// The broker's edge carries what waits.
    mutating func run() {
        for _ in 0..<500 {
            counter.now = clock
            if !calls.isEmpty {
                if let news = counter.answer(calls.removeFirst()) { hear(news) }
            } else if !counter.updates.isEmpty {
                let news = counter.updates.removeFirst()
                if hears { hear(news) }
            } else {
                return
            }
        }
        Issue.record("it does not come to rest")
    }

    mutating func pass(_ seconds: Int) {
        let end = clock + Int64(seconds) * Nanoseconds.second
        for _ in 0..<2_000 where wakeAt <= end {
            clock = max(clock, wakeAt)
            wakeAt = .distantFuture
            hear(BrokerNews(kind: .time, at: clock))
            run()
        }
        clock = end
    }

    /// A step of the market: what was heard is told.
    mutating func step() {
        market = market + Nanoseconds.minute
        say(.step(Step(time: market)), on: Topic("market/step/feed.1"))
    }

    /// All services are killed, and recover from what they had on disk. What was on its way is lost.
    mutating func restart() throws {
        calls = []
        counter.updates = []
        wakeAt = .distantFuture
        broker = try House.again(broker)
        portfolio = try House.again(portfolio)
        risk = try House.again(risk)
        execution = try House.again(execution)
        open()
    }

    private static func again<D: Desk>(_ machine: DeskMachine<D>) throws -> DeskMachine<D> {
        var fresh = DeskMachine<D>(machine.setup)
        try fresh.restore(machine.snapshot(), version: D.snapshotVersion)
        return fresh
    }

    // MARK: what a scenario looks at

    mutating func forget() { said = [] }

    var fills: [Fill] {
        said.compactMap { if case .fill(let fill) = $0 { fill } else { nil } }
    }
    var reports: [BrokerReport] {
        said.compactMap { if case .brokerReport(let report) = $0 { report } else { nil } }
    }
    var positions: [Position] {
        said.compactMap { if case .position(let position) = $0 { position } else { nil } }
    }
    var proposals: [OrderProposal] {
        said.compactMap { if case .orderProposal(let proposal) = $0 { proposal } else { nil } }
    }
    var verdicts: [Verdict] {
        said.compactMap { if case .verdict(let verdict) = $0 { verdict } else { nil } }
    }
    var halts: [Halt] { said.compactMap { if case .halt(let halt) = $0 { halt } else { nil } } }
    var statuses: [OrderStatus] {
        said.compactMap { if case .orderUpdate(let update) = $0 { update.status } else { nil } }
    }
    var accounts: [Account] {
        said.compactMap {
            if case .account(let account) = $0, account.highWater != .zero { account } else { nil }
        }
    }
}
