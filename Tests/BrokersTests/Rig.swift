import Brokers
import Domain
import Testing

let aapl = Symbol("AAPL")!
let msft = Symbol("MSFT")!
let dawn = Timestamp(seconds: 1_710_163_800)

/// A broker's desk, its edge, and the broker behind it.
struct Rig {
    var machine: DeskMachine<BrokerDesk>
    var broker = HostileBroker(now: dawn)
    var clock = dawn
    var market = dawn
    var calls: [BrokerCall] = []
    var faults: [HostileBroker.Fault?] = []
    var alarms: [Alarm] = []
    var reports: [BrokerReport] = []
    /// What is told of the broker itself: why it failed, and nothing where it answers again.
    var health: [String] = []
    var standing = BrokerCall(kind: .standing)
    var wakeAt = Timestamp.distantFuture
    /// Updates come to the desk.
    var isListening = true
    /// All that the desk has sent, for comparing.
    var sent: [Body] = []
    private var numbers: UInt64 = 0

    init(_ change: (inout BrokerSetup) -> Void = { _ in }, begins: Bool = true) {
        var setup = BrokerSetup(account: "paper", symbols: [aapl, msft], cash: Money(100_000))
        change(&setup)
        machine = DeskMachine(setup)
        guard begins else { return }
        tell(BrokerNews(kind: .began, at: clock))
        tell(BrokerNews(kind: .connected, at: clock))
        run()
        clock = clock + Nanoseconds.second
        broker.now = clock
        tell(BrokerNews(kind: .time, at: clock))
        sent = []
        alarms = []
        broker.asked = []
    }

    // MARK: What the desk takes and sends

    mutating func receive(_ body: Body, on topic: Topic, at now: Timestamp? = nil) {
        numbers += 1
        var outbox = Outbox()
        machine.receive(
            Message(topic: topic, number: numbers, epoch: 1, sentAt: now ?? market, body: body),
            at: now ?? market, &outbox)
        for item in outbox.items {
            sent.append(item.body)
            // What was told and forgotten in a power cut would be told once more.
            if case .brokerReport = item.body { #expect(item.durable) }
            switch item.body {
            case .brokerCall(let call) where call.kind == .wake: wakeAt = call.at
            case .brokerCall(let call) where call.kind == .standing: standing = call
            case .brokerCall(let call):
                calls.append(call)
                // What changes the world leaves only when it is on disk.
                let acts = call.kind == .submit || call.kind == .cancel || call.kind == .replace
                #expect(item.durable == acts)
            case .alarm(let alarm): alarms.append(alarm)
            case .brokerReport(let report) where report.isOfBroker: health.append(report.explanation)
            case .brokerReport(let report): reports.append(report)
            default: break
            }
        }
    }

    mutating func tell(_ news: BrokerNews) { receive(.brokerNews(news), on: .brokerNews) }

    // MARK: What goes on

    /// Lets the edge carry what waits, one after the other, until nothing more comes of it.
    mutating func run() {
        var rounds = 0
        while rounds < 200 {
            rounds += 1
            if !calls.isEmpty {
                let call = calls.removeFirst()
                broker.now = clock
                let fault = faults.isEmpty ? nil : faults.removeFirst()
                tell(broker.answer(call, fault))
            } else if !broker.updates.isEmpty {
                let update = broker.updates.removeFirst()
                if isListening { tell(update) }
            } else {
                return
            }
        }
        Issue.record("it does not come to rest: \(calls)")
    }

    /// Time passes, and the edge wakes the desk when it wanted to be woken.
    mutating func pass(_ seconds: Int) {
        let end = clock + Int64(seconds) * Nanoseconds.second
        var rounds = 0
        while wakeAt <= end, rounds < 5_000 {
            rounds += 1
            clock = max(clock, wakeAt)
            wakeAt = .distantFuture
            tell(BrokerNews(kind: .time, at: clock))
            run()
        }
        clock = end
        broker.now = end
    }

    /// A step of the market: what has come since is told.
    mutating func step() -> [BrokerReport] {
        reports = []
        market = market + Nanoseconds.second
        receive(.step(Step(time: market)), on: Topic("market/step/feed.1"))
        return reports
    }

    mutating func submit(_ family: [Order]) {
        for order in family { ask(.submit, order) }
    }

    mutating func ask(_ verb: VenueVerb, _ order: Order, replaces: String = "") {
        receive(
            .venueRequest(VenueRequest(verb: verb, order: order, replaces: replaces)),
            on: Topic("trading/venue/paper"))
    }

    /// The process dies, and recovers from its transcript: what was under way is lost on its way out or back.
    mutating func die(withCalls reached: Bool) throws {
        if reached {
            for call in calls { _ = broker.answer(call, nil) }
        }
        calls = []
        broker.updates = []
        wakeAt = .distantFuture
        let bytes = machine.snapshot()
        var fresh = DeskMachine<BrokerDesk>(machine.setup)
        try fresh.restore(bytes, version: BrokerDesk.snapshotVersion)
        #expect(fresh.snapshot() == bytes)
        machine = fresh
        tell(BrokerNews(kind: .began, at: clock))
        tell(BrokerNews(kind: .connected, at: clock))
    }

    // MARK: What is looked at

    func submits(of order: Order) -> Int {
        broker.asked.count { $0.kind == .submit && $0.order?.id == order.id }
    }
}

func buy(_ quantity: Int, _ cause: UInt64 = 1, _ symbol: Symbol = aapl, limit: Price? = nil) -> Order {
    order(.buy, quantity, cause, symbol, limit: limit)
}

func order(
    _ side: Side, _ quantity: Int, _ cause: UInt64, _ symbol: Symbol = aapl, limit: Price? = nil
) -> Order {
    let id = OrderId(account: "paper", cause: Cause(topic: .proposal, epoch: 1, number: cause))
    return Order(
        id: id.text, account: "paper", strategy: "test", symbol: symbol, side: side,
        kind: limit == nil ? .market : .limit, quantity: Quantity(quantity), limit: limit)
}

/// An entry with its target and its stop, a pair of exits of which one cancels the other, or an entry with a stop.
func family(_ orderClass: OrderClass, _ quantity: Int = 10, _ cause: UInt64 = 1) -> [Order] {
    func make(_ leg: UInt32, _ side: Side, _ parent: String = "") -> Order {
        let cause = Cause(topic: .proposal, epoch: 1, number: cause)
        return Order(
            id: OrderId(account: "paper", cause: cause, leg: leg).text, account: "paper", strategy: "test",
            symbol: aapl, side: side, quantity: Quantity(quantity), timeInForce: .goodTillCancelled,
            orderClass: orderClass, parent: parent)
    }
    let isPair = orderClass == .oneCancelsOther
    var first = make(0, isPair ? .sell : .buy)
    if !isPair { first.timeInForce = .day }
    var (target, stop) = (make(2, .sell, first.id), make(1, .sell, first.id))
    (target.kind, target.limit) = (.limit, Price(110))
    (stop.kind, stop.stop) = (.stop, Price(90))
    switch orderClass {
    case .bracket: return [first, target, stop]
    case .oneCancelsOther:
        (first.kind, first.limit) = (.limit, Price(110))
        return [first, stop]
    default: return [first, stop]
    }
}
