import Domain
import Testing

@testable import Risk

@Suite struct GateTests {
    private let cause = Cause(topic: Topic("trading/proposal"), epoch: 1, number: 7)

    private func gate(_ checks: [any RiskCheck], lot: Quantity = Quantity(1)) -> RiskGate {
        var gate = RiskGate(account: "test", instruments: 2, checks: checks, lot: lot)
        gate.onAccount(Account(cash: Money(10_000), equity: Money(10_000)), at: .zero)
        return gate
    }

    private func proposal(_ quantity: Int, notional: Money? = nil) -> OrderProposal {
        OrderProposal(order: Order(side: .buy, quantity: Quantity(quantity), notional: notional))
    }

    @Test("a verdict carries every check, and the order is trimmed to the tightest")
    func trims() {
        var gate = gate([
            PositionSize(shareMax: 0.5), GrossExposure(shareMax: 0.333), PositionCount(countMax: 9),
        ])
        let verdict = gate.onProposal(proposal(100), of: 0, price: Price(100), cause: cause, at: .zero)
        #expect(verdict.approved)
        #expect(verdict.order.quantity == Quantity(33), "3,330 buys 33 whole shares of 100")
        #expect(verdict.checks.map(\.name) == ["position size", "gross exposure", "number of positions"])
        #expect(verdict.checks.map(\.passed) == [false, false, true])
        #expect(verdict.checks[0].figure == 1 && verdict.checks[0].limit == 0.5)
    }

    @Test("an order by money is trimmed in money and in its bound")
    func notional() {
        var gate = gate([PositionSize(shareMax: 0.5)])
        let verdict = gate.onProposal(
            proposal(200, notional: Money(10_000)), of: 0, price: Price(100), cause: cause, at: .zero)
        #expect(verdict.order.notional == Money(5_000))
        #expect(verdict.order.quantity == Quantity(100))
    }

    @Test("what is on its way counts until it has ended")
    func onTheWay() {
        var gate = gate([GrossExposure(shareMax: 1)])
        let first = gate.onProposal(proposal(60), of: 0, price: Price(100), cause: cause, at: .zero)
        let later = Cause(topic: cause.topic, epoch: 1, number: 8)
        let second = gate.onProposal(proposal(60), of: 1, price: Price(100), cause: later, at: .zero)
        #expect(first.order.quantity == Quantity(60) && second.order.quantity == Quantity(40))
        gate.onOrderEnd(first.order.id)
        let last = Cause(topic: cause.topic, epoch: 1, number: 9)
        let third = gate.onProposal(proposal(60), of: 1, price: Price(100), cause: last, at: .zero)
        #expect(third.order.quantity == Quantity(60))
    }

    @Test("where nothing is allowed the proposal is rejected, with the reason")
    func rejects() {
        var gate = gate([PositionCount(countMax: 0)])
        let verdict = gate.onProposal(proposal(1), of: 0, price: Price(100), cause: cause, at: .zero)
        #expect(!verdict.approved)
        #expect(verdict.checks[0].explanation == "the account holds 0 positions already")
    }

    @Test("the id of an order is that of its cause, whatever is in it")
    func ids() {
        var gate = gate([])
        let one = gate.onProposal(proposal(1), of: 0, price: Price(100), cause: cause, at: .zero)
        let two = gate.onProposal(proposal(2), of: 1, price: Price(100), cause: cause, at: .zero)
        #expect(one.order.id == two.order.id)
        #expect(one.order.id == OrderId(account: "test", cause: cause).text)
    }
}
