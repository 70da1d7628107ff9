import Domain
import Stops
import Testing

@testable import Backtesting
@testable import Execution
@testable import Portfolio

@Suite("What guards positions at a broker")
struct BrokerGuardTests {
    private static let open = CivilDate(2024, 3, 11).midnightUTC
    private static let symbol = Symbol("S0")!

    private static func minute(_ number: Int) -> Timestamp { open + Int64(number) * Nanoseconds.minute }

    /// A portfolio whose one strategy holds 100 shares, bought at 10, where the last bar has closed at `price`.
    private func portfolio(
        _ rules: [String], _ targets: String = "", at price: Price = Price(10), hasBroker: Bool = true
    ) throws -> Meshlet.Station<PortfolioDesk> {
        var settings = try Case.all[0].settings()
        settings.allocation.lot = Quantity(1)
        settings.stops = try StopPlan(rules: rules, targets: targets)
        var plan = try DeskPlan(
            settings, try Case.all[0].strategies(), symbols: [Self.symbol], span: Nanoseconds.minute)
        plan.hasBroker = hasBroker
        var station = Meshlet.Station<PortfolioDesk>(plan.portfolio)
        station.fill(Quantity(100), of: "external", 1)
        station.bar(price)
        station.take(.step(Step(time: Self.minute(0))), at: Self.minute(0))
        return station
    }

    @Test("it rests alone or as a pair, in whole shares and cents")
    func rests() throws {
        #expect(try portfolio(["fixed:3%"]).guards.map(\.stop) == [Price(units: 9_700_000)])
        let pairs = try portfolio(["fixed:3%"], "4%:50%,8%:50%").guards
        #expect(pairs.map(\.quantity) == [Quantity(50), Quantity(50)])
        #expect(
            pairs.allSatisfy { $0.orderClass == .oneCancelsOther && $0.timeInForce == .goodTillCancelled })
        var trailing = try portfolio(["trailing:0.123"])
        #expect(trailing.guards.map(\.trail) == [Price(units: 120_000)])
        trailing.fill(Quantity(units: Quantity.scale / 2), of: "external", 2)
        trailing.take(.step(Step(time: Self.minute(1))), at: Self.minute(1))
        #expect(trailing.guards.last?.quantity == Quantity(100))
    }

    @Test("a stop that the price has passed is closed at market, for a broker would refuse it")
    func passed() throws {
        var station = try portfolio(["fixed:3%"], "4%", at: Price(9))
        #expect(station.guards.isEmpty)
        #expect(station.closings.map(\.quantity) == [Quantity(100)] && station.closings[0].kind == .market)
        // Risk has said nothing yet: it is looked at again, and not closed twice once it is on its way.
        station.approve(station.closings[0], "closing")
        for minute in 1...3 { station.take(.step(Step(time: Self.minute(minute))), at: Self.minute(minute)) }
        #expect(station.closings.count == 1 && station.guards.isEmpty)
        station.end("closing", .rejected)
        station.take(.step(Step(time: Self.minute(4))), at: Self.minute(4))
        #expect(station.closings.count == 2)
        // The exchange of the mesh takes such a stop, and lets it go at the next price.
        #expect(try portfolio(["fixed:3%"], at: Price(9), hasBroker: false).guards.count == 1)
    }

    @Test("a target that the price has reached goes alone, at once or not at all")
    func reached() throws {
        let guards = try portfolio(["fixed:3%"], "4%:50%,30%:50%", at: Price(11)).guards
        #expect(guards.map(\.orderClass) == [.simple, .oneCancelsOther])
        #expect(guards.map(\.timeInForce) == [.immediateOrCancel, .goodTillCancelled])
        #expect(guards.map(\.kind) == [.limit, .stop] && guards[0].stop == nil)
    }

    @Test(
        "what the broker refuses or ends is put back after a minute, and then after twice as long, with an alarm"
    )
    func retries() throws {
        var station = try portfolio(["fixed:3%"])
        var proposed: [Int] = []
        for minute in 1...20 {
            if station.guards.count > proposed.count {
                proposed.append(minute - 1)
                station.approve(station.guards.last!, "guard \(minute)", on: .guardVerdict)
                station.end("guard \(minute)", .rejected)
                try station.restart(station.machine.desk.setup)
            }
            station.take(.step(Step(time: Self.minute(minute))), at: Self.minute(minute))
        }
        #expect(proposed == [0, 2, 5, 10, 19])
        #expect(station.alarms.count == 5)
        #expect(station.alarms.allSatisfy { $0.contains("is put back in") })
        // Once the broker has taken one, the next that ends waits for a minute again.
        station.approve(station.guards.last!, "taken", on: .guardVerdict)
        station.end("taken", .accepted)
        station.end("taken", .expired)
        var count = station.guards.count
        for minute in 21...22 {
            station.take(.step(Step(time: Self.minute(minute))), at: Self.minute(minute))
        }
        #expect(station.guards.count == count + 1)
        // What is taken down for another order is nobody's surprise.
        station.approve(station.guards.last!, "last", on: .guardVerdict)
        station.approve(station.order(.sell), "exit")
        count = station.guards.count
        let alarms = station.alarms.count
        station.end("last", .cancelled)
        for minute in 23...30 {
            station.take(.step(Step(time: Self.minute(minute))), at: Self.minute(minute))
        }
        #expect(station.guards.count == count && station.alarms.count == alarms)
        station.end("exit", .cancelled)
        station.take(.step(Step(time: Self.minute(31))), at: Self.minute(31))
        #expect(station.guards.count == count + 1)
    }

    @Test("nothing guards while any order of the symbol is on its way", arguments: [true, false])
    func exclusive(hasBroker: Bool) throws {
        var station = try portfolio(["fixed:3%"], hasBroker: hasBroker)
        station.approve(station.guards[0], "guard", on: .guardVerdict)
        station.approve(station.order(.buy), "more")
        station.fill(Quantity(3), of: "more", 2)
        station.take(.step(Step(time: Self.minute(1))), at: Self.minute(1))
        #expect(station.guards.count == (hasBroker ? 1 : 2))
        station.end("more", .cancelled)
        station.take(.step(Step(time: Self.minute(2))), at: Self.minute(2))
        #expect(station.guards.count == 2 && station.guards[1].quantity == Quantity(103))
    }

    @Test("execution takes a guard down before any order of its symbol leaves", arguments: [true, false])
    func standsDown(hasBroker: Bool) throws {
        var station = Meshlet.Station<ExecutionDesk>(
            ExecutionDesk.Setup(account: "a", isAtOnce: hasBroker))
        let fill = Fill(
            id: "1", orderId: "external", account: "a", symbol: Self.symbol, quantity: Quantity(5),
            price: Price(10))
        station.take(
            .brokerReport(BrokerReport(kind: .filled, account: "a", orderId: "external", fill: fill)))
        let stop = Order(
            id: "stop", account: "a", symbol: Self.symbol, side: .sell, kind: .stop, quantity: Quantity(5),
            stop: Price(9))
        station.take(
            Message(
                topic: .guardVerdict, number: 1, epoch: 1,
                body: .verdict(Verdict(approved: true, order: stop))), at: .zero)
        let more = Order(id: "more", account: "a", symbol: Self.symbol, side: .buy, quantity: Quantity(5))
        station.take(.verdict(Verdict(approved: true, order: more)))
        let asked = station.sent.compactMap { message -> String? in
            guard case .venueRequest(let request) = message.body else { return nil }
            return "\(request.verb) \(request.order.id)"
        }
        #expect(asked == ["submit stop"] + (hasBroker ? ["cancel stop"] : []) + ["submit more"])
    }

    @Test(
        "after a split it is placed anew, for brokers do not agree on what becomes of it",
        arguments: [true, false])
    func split(hasBroker: Bool) throws {
        var station = try portfolio(["fixed:3%"], hasBroker: hasBroker)
        station.approve(station.guards[0], "guard", on: .guardVerdict)
        let action = CorporateAction(symbol: Self.symbol, exAt: Self.minute(1), numerator: 2, denominator: 1)
        station.take(.corporateAction(action), at: Self.minute(1))
        station.bar(Price(5), at: Self.minute(2))
        station.take(.step(Step(time: Self.minute(2))), at: Self.minute(2))
        #expect(station.guards.dropFirst().map(\.quantity) == (hasBroker ? [Quantity(200)] : []))
        #expect(station.guards.last?.stop == (hasBroker ? Price(units: 4_850_000) : Price(units: 9_700_000)))
    }
}

extension Meshlet.Station<PortfolioDesk> {
    /// What was proposed to guard the position, and what to close it.
    fileprivate var guards: [Order] { proposed(.guardProposal) }
    fileprivate var closings: [Order] { proposed(.proposal) }

    private func proposed(_ topic: Topic) -> [Order] {
        sent.compactMap {
            guard $0.topic == topic, case .orderProposal(let proposal) = $0.body else { return nil }
            return proposal.order
        }
    }

    fileprivate var alarms: [String] {
        sent.compactMap {
            guard case .alarm(let alarm) = $0.body, alarm.code == "guard" else { return nil }
            return alarm.explanation
        }
    }

    fileprivate func order(_ side: Side) -> Order {
        let setup = machine.desk.setup
        return Order(
            account: setup.account, strategy: setup.parts[0].label, symbol: setup.symbols[SymbolIndex(0)],
            side: side, quantity: Quantity(10))
    }

    fileprivate mutating func bar(_ price: Price, at now: Timestamp = .zero) {
        let symbol = machine.desk.setup.symbols[SymbolIndex(0)]
        take(.bar(Bar(symbol: symbol, open: price, high: price, low: price, close: price)), at: now)
    }

    fileprivate mutating func fill(_ quantity: Quantity, of id: String, _ number: Int) {
        let setup = machine.desk.setup
        let fill = Fill(
            id: "\(number)", orderId: id, account: setup.account, strategy: setup.parts[0].label,
            symbol: setup.symbols[SymbolIndex(0)], side: .buy, quantity: quantity, price: Price(10))
        take(.brokerReport(BrokerReport(kind: .filled, orderId: id, fill: fill)))
    }

    fileprivate mutating func approve(_ order: Order, _ id: String, on topic: Topic = .verdict) {
        var order = order
        order.name = OrderName(id)
        take(
            Message(
                topic: topic, number: UInt64(received + 1), epoch: 1,
                body: .verdict(Verdict(approved: true, order: order))), at: .zero)
    }

    fileprivate mutating func end(_ id: String, _ kind: ReportKind) {
        take(.brokerReport(BrokerReport(kind: kind, orderId: id, venueOrderId: "venue", explanation: "so")))
    }
}
