import Domain
import Exchange
import Testing

@Suite("Orders that belong together at the exchange's desk")
struct FamilyDeskTests {
    private let symbol = Symbol("AAPL")!
    private static let open = Timestamp(seconds: 1_710_163_800)

    @Test("A bracket is taken whole, and its legs are told by their own ids")
    func bracket() {
        var station = Meshlet.Station<ExchangeDesk>(setup)
        let orders = family(.bracket)
        ask(orders, of: &station)
        pass(&station, 1, low: 99, high: 101)
        #expect(reports(station).map(\.kind).filter { $0 != .accepted } == [.filled])
        pass(&station, 2, low: 99, high: 112)
        let told = reports(station)
        #expect(told.compactMap(\.fill).map(\.orderId) == [orders[0].id, orders[1].id])
        #expect(told.filter { $0.kind == .cancelled }.map(\.orderId) == [orders[2].id])
        #expect(told.compactMap(\.fill).map(\.price) == [Price(100), Price(110)])
    }

    @Test("Of a pair one ends the other, and an entry lets its stop loose")
    func others() throws {
        var station = Meshlet.Station<ExchangeDesk>(setup)
        let (entry, pair) = (family(.oneTriggersOther), family(.oneCancelsOther))
        ask(entry, of: &station)
        pass(&station, 1, low: 99, high: 101)
        ask([entry[1]], .cancel, of: &station)
        ask(pair, of: &station)
        try station.restart(setup)
        pass(&station, 2, low: 88, high: 101)
        let told = reports(station)
        #expect(told.compactMap(\.fill).map(\.orderId) == [entry[0].id, pair[1].id])
        #expect(told.filter { $0.kind == .cancelled }.map(\.orderId) == [entry[1].id, pair[0].id])
    }

    @Test("What does not come whole is refused, each by its id")
    func part() {
        var station = Meshlet.Station<ExchangeDesk>(setup)
        let orders = family(.bracket)
        ask(Array(orders.prefix(2)), of: &station)
        pass(&station, 1, low: 99, high: 101)
        let told = reports(station)
        #expect(
            told.map(\.kind) == [.rejected, .rejected] && told.map(\.orderId) == orders.prefix(2).map(\.id))
        #expect(told.allSatisfy { $0.explanation.contains("have not come with it") })
    }

    @Test(
        "A margin call that comes too late, for an order of the account has closed the position, ends unheard"
    )
    func marginCall() {
        var called = setup
        called.cash = Money(10_000)
        called.rules.margin.kind = .regulationT
        called.rules.hours = .continuous
        var station = Meshlet.Station<ExchangeDesk>(called)
        let entry = Order(id: "entry", account: "paper", symbol: symbol, quantity: Quantity(150))
        var exit = entry
        (exit.id, exit.side) = ("exit", .sell)
        ask([entry], of: &station)
        pass(&station, 1, low: 99, high: 101)
        // At 40 the shares are worth 6,000, and 5,000 are borrowed: less than a quarter is the account's own.
        pass(&station, 2, low: 40, high: 101, close: 40)
        ask([exit], of: &station)
        pass(&station, 3, low: 40, high: 101)
        pass(&station, 4, low: 99, high: 101)
        let told = reports(station)
        #expect(told.compactMap(\.fill).map(\.orderId) == ["entry", "exit"])
        #expect(told.map(\.kind) == [.accepted, .filled, .accepted, .filled])
    }

    @Test("A margin call is told by its fill, as an order of nobody's")
    func liquidation() {
        var called = setup
        called.cash = Money(10_000)
        called.rules.margin.kind = .regulationT
        called.rules.hours = .continuous
        var station = Meshlet.Station<ExchangeDesk>(called)
        ask([Order(id: "entry", account: "paper", symbol: symbol, quantity: Quantity(150))], of: &station)
        pass(&station, 1, low: 99, high: 101)
        pass(&station, 2, low: 40, high: 101, close: 40)
        pass(&station, 3, low: 40, high: 101)
        let told = reports(station)
        #expect(told.map(\.orderId) == ["entry", "entry", Fill.liquidation])
        #expect(told.last?.fill?.quantity == Quantity(150) && told.last?.fill?.side == .sell)
    }

    private var setup: ExchangeDesk.Setup {
        ExchangeDesk.Setup(account: "paper", cash: Money(100_000), symbols: [symbol], rules: ExchangeRules())
    }

    private func ask(
        _ orders: [Order], _ verb: VenueVerb = .submit, of station: inout Meshlet.Station<ExchangeDesk>
    ) {
        for order in orders {
            let request = VenueRequest(verb: verb, order: order)
            let topic = Topic("trading/venue/paper")
            let now = Self.open + Int64(station.sent.count) * Nanoseconds.millisecond
            station.take(
                Message(
                    topic: topic, number: UInt64(station.received), epoch: 1, sentAt: now,
                    body: .venueRequest(request)), at: now)
        }
    }

    /// A minute's bar that opens at 100, and closes there where nothing else is said.
    private func pass(
        _ station: inout Meshlet.Station<ExchangeDesk>, _ minute: Int64, low: Int, high: Int, close: Int = 100
    ) {
        let end = Self.open + minute * Nanoseconds.minute
        let bar = Bar(
            symbol: symbol, span: Nanoseconds.minute, openedAt: end - Nanoseconds.minute, open: Price(100),
            high: Price(high), low: Price(low), close: Price(close), volume: Volume(10_000))
        station.take(
            Message(topic: Topic("market/bar/AAPL"), number: 1, epoch: 1, sentAt: end, body: .bar(bar)),
            at: end)
        let step = Step(time: end)
        station.take(
            Message(topic: Topic("market/step/feed.1"), number: 1, epoch: 1, sentAt: end, body: .step(step)),
            at: end)
    }

    private func reports(_ station: Meshlet.Station<ExchangeDesk>) -> [BrokerReport] {
        station.sent.compactMap { if case .brokerReport(let report) = $0.body { report } else { nil } }
    }

    private func family(_ orderClass: OrderClass) -> [Order] {
        let isPair = orderClass == .oneCancelsOther
        var first = Order(
            id: "\(orderClass) first", account: "paper", symbol: symbol, side: isPair ? .sell : .buy,
            quantity: Quantity(10), orderClass: orderClass)
        var (target, stop) = (first, first)
        (target.id, target.parent, target.side) = ("\(orderClass) target", first.id, .sell)
        (stop.id, stop.parent, stop.side) = ("\(orderClass) stop", first.id, .sell)
        (target.kind, target.limit, stop.kind, stop.stop) = (.limit, Price(110), .stop, Price(90))
        if isPair { (first.kind, first.limit) = (.limit, Price(110)) }
        return orderClass == .bracket ? [first, target, stop] : [first, stop]
    }
}
