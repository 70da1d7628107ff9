import Domain
import Testing

@testable import Execution

@Suite struct ExecutionTests {
    private let order = Order(id: "1", symbol: Symbol(), side: .buy, quantity: Quantity(10))

    private func fill(_ id: String, _ quantity: Int) -> BrokerReport {
        BrokerReport(
            kind: .filled, orderId: "1",
            fill: Fill(
                id: id, orderId: "1", symbol: Symbol(), side: .buy, quantity: Quantity(quantity),
                price: Price(5)))
    }

    @Test("an approval is sent once, however often it comes")
    func once() throws {
        var execution = Execution()
        var outbox = Execution.Outbox()
        let verdict = Verdict(approved: true, order: order)
        try execution.onVerdict(verdict, &outbox)
        try execution.onVerdict(verdict, &outbox)
        #expect(outbox.requests.map(\.order.id) == ["1"])
        #expect(execution.orders.map(\.status) == [.submitting])
    }

    @Test(
        "an order that was sent as it was approved is split with its shares, and ends with the fill of all of them"
    )
    func split() throws {
        var execution = Execution()
        var outbox = Execution.Outbox()
        try execution.onVerdict(Verdict(approved: true, order: order), &outbox)
        let action = CorporateAction(symbol: order.symbol, kind: .split, numerator: 1, denominator: 5)
        try execution.onAction(action, of: 0, at: .zero)
        #expect(execution.orders[0].order.quantity == Quantity(2))
        _ = try execution.onReport(fill("a", 2), at: .zero, &outbox)
        // It would wait for eight more shares for ever.
        #expect(execution.orders[0].status == .filled)
    }

    @Test(
        "an order that its sender submits himself is followed like one that was asked for, and asked for by nobody"
    )
    func sentByItself() throws {
        var (one, other) = (Execution(), Execution())
        var (outbox, asked) = (Execution.Outbox(), Execution.Outbox())
        try other.onVerdict(Verdict(approved: true, order: order), &asked)
        #expect(try one.onSent(order) == 0)
        #expect(try one.onSent(order) == nil, "the same order is no other one")
        #expect(one.orders == other.orders && one.place(of: "1") == 0)
        #expect(throws: OrderError.self) { try one.onSent(Order(id: "2")) }

        let fill = try #require(fill("x1", 10).fill)
        try one.onAcceptance(of: 0, at: .zero, &outbox)
        try one.onFill(fill, of: 0, at: .zero, &outbox)
        try other.onEvent(.accepted(venueOrderId: ""), of: 0, &asked)
        try other.onEvent(.fill(fill), of: 0, &asked)
        #expect(one.orders == other.orders && one.orders[0].status == .filled)
        #expect(outbox.requests.isEmpty && outbox.changes == [0, 0] && asked.changes == [0, 0, 0])
        outbox.removeAll()
        try one.onFill(fill, of: 0, at: .zero, &outbox)
        #expect(outbox.isEmpty, "a repeat changes nothing")
    }

    @Test("a rejection is kept with its reasons, and nothing is sent")
    func rejection() throws {
        var execution = Execution()
        var outbox = Execution.Outbox()
        let checks = [
            CheckResult(name: "a", passed: false, explanation: "too much"),
            CheckResult(name: "b", passed: true),
        ]
        try execution.onVerdict(Verdict(approved: false, order: order, checks: checks), &outbox)
        #expect(outbox.requests.isEmpty)
        #expect(execution.orders[0].state == .ended(.rejected(reason: "a: too much")))
    }

    @Test("fills are counted once each, and those of strangers not at all")
    func fills() throws {
        var execution = Execution()
        var outbox = Execution.Outbox()
        try execution.onVerdict(Verdict(approved: true, order: order), &outbox)
        try execution.onReport(fill("x1", 4), &outbox)
        outbox.removeAll()
        try execution.onReport(fill("x1", 4), &outbox)
        #expect(outbox.changes.isEmpty, "a repeat changes nothing")
        #expect(execution.orders[0].fills.quantity == Quantity(4))
        try execution.onReport(fill("x2", 6), &outbox)
        #expect(execution.orders[0].status == .filled)
        #expect(try execution.onReport(BrokerReport(kind: .accepted, orderId: "2"), &outbox) == nil)
    }
}
