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
