import Domain
import Testing

@testable import Backtesting
@testable import Execution
@testable import Risk

@Suite("Execution beside a broker")
struct ClosingTests {
    private static let symbol = try? Symbol(validating: "S0")

    private func execution(holding shares: Int) throws -> Meshlet.Station<ExecutionDesk> {
        var station = Meshlet.Station<ExecutionDesk>(ExecutionDesk.Setup(account: "a", isAtOnce: true))
        let fill = Fill(
            id: "1", orderId: "external", account: "a", symbol: try #require(Self.symbol),
            side: shares > 0 ? .buy : .sell, quantity: Quantity(abs(shares)), price: Price(10))
        station.take(report(.filled, "external", fill))
        return station
    }

    private func report(_ kind: ReportKind, _ id: String, _ fill: Fill? = nil) -> Body {
        .brokerReport(
            BrokerReport(kind: kind, account: "a", orderId: id, fill: fill, explanation: "it is halted there")
        )
    }

    private func told(_ verb: String, _ arguments: [String] = []) -> Body {
        .command(Command(id: "1", verb: verb, arguments: arguments, who: "anna", why: "a test"))
    }

    @Test("does at once what it is told, and closes what is long or short", arguments: [5, -5])
    func atOnce(shares: Int) throws {
        var station = try execution(holding: shares)
        station.take(told("flatten"))
        let order = try #require(station.submitted.first)
        #expect(order.side == (shares > 0 ? .sell : .buy) && order.quantity == Quantity(5))
        // Nothing is sent twice while it works, and no other order of the symbol leaves.
        let other = Order(id: "b", account: "a", symbol: order.symbol, side: .buy, quantity: Quantity(1))
        station.take(.verdict(Verdict(approved: true, order: other)))
        station.take(report(.accepted, order.id))
        #expect(station.submitted.count == 1)
        #expect(station.asked(.status) == ["b"])
        let fill = Fill(
            id: "2", orderId: order.id, account: "a", symbol: order.symbol, side: order.side,
            quantity: Quantity(5), price: Price(10))
        station.take(report(.filled, order.id, fill))
        #expect(station.machine.desk.closing == nil)
    }

    @Test("lets through what closes while nothing may be opened, and nothing that turns a position")
    func reducing() throws {
        var station = try execution(holding: 5)
        station.take(told("pause"))
        let symbol = try #require(Self.symbol)
        for (id, side, quantity) in [
            ("opens", Side.buy, 1), ("turns", .sell, 6), ("closes", .sell, 3), ("with it too much", .sell, 3),
        ] {
            let order = Order(id: id, account: "a", symbol: symbol, side: side, quantity: Quantity(quantity))
            station.take(.verdict(Verdict(approved: true, order: order)))
        }
        #expect(station.submitted.map(\.id) == ["closes"])
        #expect(station.asked(.status) == ["opens", "turns", "with it too much"])
        station.take(told("resume", ["drawdown"]))
        #expect(!station.machine.desk.stopped.isEmpty)
        station.take(told("resume"))
        #expect(station.machine.desk.stopped.isEmpty)
    }

    @Test("leaves a symbol alone that the broker refuses to close, and tells a person")
    func refused() throws {
        var station = try execution(holding: 5)
        station.take(told("halt", ["close"]))
        for _ in 0..<6 {
            guard let last = station.submitted.last else { break }
            station.take(report(.rejected, last.id))
        }
        #expect(station.submitted.count == 3)
        #expect(Set(station.submitted.map(\.id)).count == 3)
        let alarms = station.sent.compactMap { message -> String? in
            if case .alarm(let alarm) = message.body { alarm.explanation } else { nil }
        }
        #expect(alarms.count == 1)
        #expect(alarms[0].hasPrefix("S0 cannot be closed, somebody has to look at it: 3 orders were refused"))
    }

    @Test(
        "tries again after a rest what was held back on its way, tells a person once, and at once who asks again"
    )
    func heldBack() throws {
        var station = try execution(holding: 5)
        station.take(told("flatten"), at: Self.minute(0))
        var answered: Set<String> = []
        for minute in 0..<20 {
            let last = try #require(station.submitted.last)
            if answered.insert(last.id).inserted {
                station.take(report(.cancelled, last.id), at: Self.minute(minute))
            }
            station.take(.step(Step(time: Self.minute(minute))), at: Self.minute(minute))
        }
        // After 1, 2, 4 and 8 minutes.
        #expect(station.submitted.count == 5)
        #expect(Set(station.submitted.map(\.id)).count == 5)
        let alarms = station.sent.compactMap { message -> String? in
            if case .alarm(let alarm) = message.body { alarm.explanation } else { nil }
        }
        #expect(
            alarms == ["what is held of S0 is not closed yet, and it is tried again: it is halted there"])
        try station.restart(ExecutionDesk.Setup(account: "a", isAtOnce: true))
        station.take(.step(Step(time: Self.minute(20))), at: Self.minute(20))
        #expect(station.submitted.count == 5)
        station.take(told("flatten"), at: Self.minute(20))
        #expect(station.submitted.count == 6)
    }

    private static func minute(_ number: Int) -> Timestamp {
        CivilDate(2024, 3, 11).midnightUTC + Int64(number) * Nanoseconds.minute
    }

    @Test("two commands to close mean what both mean")
    func both() throws {
        var station = try execution(holding: 5)
        station.take(told("flatten", ["S1"]))
        #expect(station.submitted.isEmpty && station.machine.desk.closing == nil)
        station.take(told("flatten", ["S0"]))
        station.take(told("flatten", ["S1"]))
        #expect(station.machine.desk.closing?.symbols.map(\.text) == ["S1", "S0"])
        station.take(told("flatten"))
        #expect(station.machine.desk.closing?.symbols == [])
        #expect(station.submitted.count == 1)
    }

    @Test("risk halts when the broker fails too often in a row")
    func brokerErrors() throws {
        let each = Case.all[0]
        let table = try each.table(1)
        var settings = try each.settings()
        settings.risk.limits = [try ScopedLimit("halt_broker_errors=2")]
        let plan = try DeskPlan(
            settings, each.strategies(), symbols: table.symbols, span: Nanoseconds.day)
        var station = Meshlet.Station<RiskDesk>(plan.risk)
        func tell(_ explanation: String) {
            station.take(
                .brokerReport(BrokerReport(kind: .state, account: "a", explanation: explanation)))
        }
        for text in ["no answer", "", "no answer"] { tell(text) }
        #expect(station.machine.desk.gate.halts.active.isEmpty)
        tell("status 500")
        #expect(station.machine.desk.gate.halts.active.map(\.halt.kind) == ["broker_errors"])
    }
}

extension Meshlet.Station {
    mutating func take(_ body: Body, at now: Timestamp = .zero) {
        take(
            Message(
                topic: Topic("test"), number: UInt64(received + 1), epoch: 1, sentAt: now, body: body),
            at: now)
    }

    fileprivate var submitted: [Order] {
        sent.compactMap {
            guard case .venueRequest(let request) = $0.body, request.verb == .submit else { return nil }
            return request.order
        }
    }

    fileprivate func asked(_ verb: VenueVerb) -> [String] {
        sent.compactMap {
            guard case .venueRequest(let request) = $0.body, request.verb == verb else { return nil }
            return request.order.id
        }
    }
}
