import Domain
import Testing

@testable import Execution

@Suite("How execution works an order at a broker")
struct BrokerWorkingTests {
    private let noon = WorkingTests.session.open + 2 * Nanoseconds.hour

    private func made(_ change: (inout ExecutionSettings) -> Void = { _ in }) -> Execution {
        var settings = ExecutionSettings()
        settings.lot = Quantity(1)
        settings.venue = .broker
        change(&settings)
        return Execution(settings, instruments: 1)
    }

    private func words(_ outbox: Execution.Outbox) -> [String] {
        outbox.requests.map {
            let price = $0.order.limit ?? $0.order.stop
            return "\($0.verb) \($0.order.side) \($0.order.quantity) \($0.order.kind)"
                + (price.map { " \($0)" } ?? "")
        }
    }

    /// What the broker's desk tells of the order at a place.
    private func tell(
        _ execution: inout Execution, _ kind: ReportKind, _ quantity: Int = 0, of place: Int,
        at now: Timestamp
    ) throws -> Execution.Outbox {
        let order = execution.orders[place].order
        var outbox = Execution.Outbox()
        let fill =
            kind == .filled
            ? Fill(
                id: "\(place)", orderId: order.id, symbol: order.symbol, side: order.side,
                quantity: Quantity(quantity), price: Price(100)) : nil
        try execution.onReport(
            BrokerReport(kind: kind, orderId: order.id, fill: fill, explanation: "so"), at: now, &outbox)
        return outbox
    }

    @Test(
        "nothing takes the place of an order before its end is told, and nobody asks, however long that takes"
    )
    func patient() throws {
        var execution = made()
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        var asked: [VenueVerb] = []
        var now = noon
        for _ in 0..<200 {
            now += Nanoseconds.minute
            asked += execution.bar(100, at: now).requests.map(\.verb)
            outbox.removeAll()
            execution.onTimer(at: now, &outbox)
            asked += outbox.requests.map(\.verb)
        }
        #expect(asked == [.cancel] && !execution.isHalted)
        // It may be refused, and is then asked for again.
        #expect(try tell(&execution, .cancelRejected, of: 0, at: now).requests.isEmpty)
        outbox.removeAll()
        execution.onTimer(at: now + Nanoseconds.second, &outbox)
        #expect(outbox.requests.map(\.verb) == [.cancel])
        #expect(
            words(try tell(&execution, .cancelled, of: 0, at: now + Nanoseconds.second))
                == ["submit buy 10 limit 100.05"])
        #expect(execution.orders.count == 2 && execution.orders[1].order.id != execution.orders[0].order.id)
    }

    @Test("a part that trades while the order is being cancelled is not ordered anew")
    func tradesMeanwhile() throws {
        var execution = made()
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.sell, 10, intent: .leave, at: noon, &outbox)
        let now = noon + Nanoseconds.minute
        #expect(execution.bar(100, at: now).requests.map(\.verb) == [.cancel])
        #expect(try tell(&execution, .filled, 4, of: 0, at: now).requests.isEmpty)
        #expect(words(try tell(&execution, .cancelled, of: 0, at: now)) == ["submit sell 6 limit 99.95"])
    }

    @Test("an exit that is held back is tried again each minute, and nobody is called for it")
    func heldBack() throws {
        var execution = made { $0.style = .market }
        var now = noon
        var outbox = Execution.Outbox()
        try execution.approve(.sell, 10, intent: .leave, at: now, &outbox)
        for _ in 0..<30 {
            let end = try tell(&execution, .cancelled, of: execution.orders.count - 1, at: now)
            #expect(end.requests.isEmpty && end.ended.isEmpty && end.halt == nil)
            now += Nanoseconds.minute
            outbox.removeAll()
            execution.onTimer(at: now, &outbox)
            #expect(words(outbox) == ["submit sell 10 market"])
        }
        #expect(Set(execution.orders.map(\.order.id)).count == 31 && !execution.isHalted)
    }

    @Test("a part for less money than a share costs waits for the next one")
    func lessThanAShare() throws {
        var execution = made {
            $0.style = .market
            $0.slicing = .participation(.percent(10))
        }
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 20, notional: 1_000, at: noon, &outbox)
        #expect(outbox.requests.isEmpty)
        #expect(execution.bar(100, volume: 5, at: noon + Nanoseconds.minute).requests.isEmpty)
        let second = execution.bar(100, volume: 20, at: noon + 2 * Nanoseconds.minute)
        #expect(second.requests.map(\.order.notional) == [Money(250)])
    }

    @Test("the broker keeps the legs of what has traded whole, and an exit waits until they have ended")
    func kept() throws {
        var execution = made { $0.bracket = BracketRule(stop: .percent(2), target: .percent(4)) }
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        #expect(outbox.requests.map(\.order.orderClass) == [.bracket, .bracket, .bracket])
        #expect(try tell(&execution, .filled, 10, of: 0, at: noon).requests.isEmpty)
        outbox.removeAll()
        try execution.approve(.sell, 10, number: 2, intent: .leave, at: noon, &outbox)
        #expect(words(outbox) == ["cancel sell 10 limit 104.05", "cancel sell 10 stop 98.05"])
        #expect(try tell(&execution, .cancelled, of: 1, at: noon).requests.isEmpty)
        // The stop trades a part before it is cancelled: so much less is left to sell.
        #expect(try tell(&execution, .filled, 3, of: 2, at: noon).requests.isEmpty)
        #expect(words(try tell(&execution, .cancelled, of: 2, at: noon)) == ["submit sell 7 limit 99.95"])
    }

    @Test(
        "what a part of an entry has brought is protected by a stop of its own, once the broker's legs have ended"
    )
    func cut() throws {
        var execution = made {
            $0.bracket = BracketRule(stop: .percent(2), target: .percent(4))
            $0.repricesMax = 0
        }
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .filled, 4, of: 0, at: noon)
        let now = noon + Nanoseconds.minute
        #expect(words(execution.bar(100, at: now)) == ["cancel buy 10 limit 100.05"])
        let end = try tell(&execution, .cancelled, of: 0, at: now)
        #expect(end.ended == [0])
        #expect(words(end) == ["cancel sell 10 limit 104.05", "cancel sell 10 stop 98.05"])
        #expect(try tell(&execution, .cancelled, of: 1, at: now).requests.isEmpty)
        let own = try tell(&execution, .cancelled, of: 2, at: now)
        #expect(words(own) == ["submit sell 4 stop 98"])
        #expect(own.requests.map(\.order.orderClass) == [.simple])
    }
}
