import Brokers
import Domain
import TWS
import Testing

@testable import BrokerEdges

/// A desk, its edge and an invented gateway, with a line between them that breaks, and a process that dies before its
/// numbers are on disk and after.
struct GatewayWorld {
    /// How far something has come that leaves.
    enum Moment: CaseIterable {
        case noted, onDisk, there
    }

    var machine: DeskMachine<BrokerDesk>
    var talk = GatewayTalk(GatewayTalk.Plan(), OrderNumbers())
    var gateway = InventedGateway()
    var disk: [UInt8] = []
    var calls: [BrokerCall] = []
    var reports: [BrokerReport] = []
    var alarms: [Alarm] = []
    var standing = BrokerCall(kind: .standing)
    /// What has been said to the gateway, whether it came there or not.
    var said: [TWSRequest] = []
    var wakeAt = Timestamp.distantFuture
    var clock: Timestamp
    var market: Timestamp
    private var isConnected = false
    private var numbers: UInt64 = 0
    private var stepped = 0

    init(at start: Timestamp = Timestamp(seconds: 1_710_163_800)) {
        var setup = BrokerSetup(
            account: "paper", symbols: [Symbol("AAPL")!, Symbol("MSFT")!], cash: Money(100_000))
        // As for the service: a gateway tells of cash anew every three minutes.
        setup.cashLag = 4 * Nanoseconds.minute
        machine = DeskMachine(setup)
        (clock, market) = (start, start)
        gateway.now = start
    }

    mutating func begin() {
        tell(BrokerNews(kind: .began, at: clock))
        run()
        pass(5)
    }

    // MARK: What the desk takes and sends

    mutating func receive(_ body: Body, on topic: Topic) {
        numbers += 1
        var outbox = Outbox()
        machine.receive(
            Message(topic: topic, number: numbers, epoch: 1, sentAt: market, body: body), at: market, &outbox)
        for item in outbox.items {
            switch item.body {
            case .brokerCall(let call) where call.kind == .wake: wakeAt = call.at
            case .brokerCall(let call) where call.kind == .standing: standing = call
            case .brokerCall(let call): calls.append(call)
            case .brokerReport(let report) where !report.isOfBroker: reports.append(report)
            case .alarm(let alarm): alarms.append(alarm)
            default: break
            }
        }
    }

    mutating func tell(_ news: BrokerNews) { receive(.brokerNews(news), on: .brokerNews) }

    mutating func ask(_ verb: VenueVerb, _ order: Order, replaces: String = "") {
        receive(
            .venueRequest(VenueRequest(verb: verb, order: order, replaces: replaces)),
            on: Topic("trading/venue/paper"))
    }

    mutating func settle(_ symbol: String, as how: String) {
        receive(
            .command(Command(id: "1", verb: "settle", arguments: [symbol, how], who: "ann", why: "mine")),
            on: .brokerWish)
        run()
    }

    /// A step of the market: what has come since the last one is told.
    @discardableResult
    mutating func step() -> [BrokerReport] {
        market = market + Nanoseconds.second
        receive(.step(Step(time: market)), on: Topic("market/step/feed.1"))
        defer { stepped = reports.count }
        return Array(reports[stepped...])
    }

    // MARK: What goes on

    /// One thing after the other: a call is carried, a message leaves, a word is heard, a piece of news is told.
    mutating func turn() -> Bool {
        gateway.now = clock
        if !isConnected, talk.phase == .away { connect() }
        if !calls.isEmpty {
            talk.carry(calls.removeFirst(), at: clock)
            talk.askNext(at: clock)
        } else if let request = talk.nextRequest() {
            // What leaves is on disk.
            write()
            said.append(request)
            if !gateway.isCut { gateway.hear(request) }
        } else if !gateway.said.isEmpty, !gateway.isCut {
            let bytes = gateway.said.removeFirst().utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
            talk.hear(try! TWSAnswer(bytes, version: 178), at: clock)
        } else if !talk.news.isEmpty {
            // What was heard of numbers is on disk before the desk is told.
            write()
            for news in talk.takeNews() { tell(news) }
        } else {
            return false
        }
        if let why = talk.failure { lose(why) }
        return true
    }

    private mutating func write() {
        disk += talk.numbers.unwritten
        talk.numbers.noteWritten()
    }

    private mutating func connect() {
        isConnected = true
        gateway.isCut = false
        talk.begin(at: clock)
        gateway.said = ["15|1|DU100|", "9|1|\(gateway.next)|"]
    }

    mutating func lose(_ why: String = "it broke") {
        isConnected = false
        gateway.said = []
        talk.lose(why, at: clock)
        for news in talk.takeNews() { tell(news) }
    }

    /// Goes on until something is about to leave that acts, and as much further as is said.
    mutating func advance(to moment: Moment) {
        while talk.urgent.isEmpty, turn() {}
        if moment == .onDisk { write() }
        while moment == .there, !talk.urgent.isEmpty, turn() {}
    }

    mutating func run(_ turns: Int = 3_000) {
        for _ in 0..<turns where !turn() { return }
    }

    mutating func pass(_ seconds: Int) {
        let end = clock + Int64(seconds) * Nanoseconds.second
        while clock < end {
            clock = min(end, clock + Nanoseconds.second / 2)
            talk.pass(at: clock)
            if let why = talk.failure { lose(why) }
            if wakeAt <= clock {
                wakeAt = .distantFuture
                tell(BrokerNews(kind: .time, at: clock))
            }
            run()
        }
    }

    /// What was carried and has not left, and what is not on disk, is gone.
    mutating func die() throws {
        var fresh = DeskMachine<BrokerDesk>(machine.setup)
        try fresh.restore(machine.snapshot(), version: BrokerDesk.snapshotVersion)
        machine = fresh
        (calls, wakeAt, isConnected) = ([], .distantFuture, false)
        gateway.said = []
        talk = GatewayTalk(GatewayTalk.Plan(), try OrderNumbers(disk))
        tell(BrokerNews(kind: .began, at: clock))
    }

    // MARK: What is looked at

    var fills: [Fill] { reports.compactMap(\.fill) }
    /// The orders that left, each time that they did.
    var placed: [TWSOrder] {
        said.compactMap { if case .place(let order) = $0 { order } else { nil } }
    }
}

extension TWSRequest {
    var isOrder: Bool { if case .place = self { true } else { false } }
}

/// An order to buy at a limit.
func lot(
    _ quantity: Int, _ cause: UInt64 = 1, _ symbol: String = "AAPL", at price: Price = Price(100)
) -> Order {
    let id = OrderId(account: "paper", cause: Cause(topic: .proposal, epoch: 1, number: cause))
    return Order(
        id: id.text, account: "paper", strategy: "test", symbol: Symbol(symbol)!, kind: .limit,
        quantity: Quantity(quantity), limit: price)
}
