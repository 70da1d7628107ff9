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
        #expect(
            verdict.checks.map(\.name) == [
                "worth", "halt", "position size", "gross exposure", "number of positions",
            ])
        #expect(verdict.checks.map(\.passed) == [true, true, false, false, true])
        #expect(verdict.checks[2].figure == 1 && verdict.checks[2].limit == 0.5)
    }

    @Test("a gate that checks nothing takes everything, and halts as its policy says")
    func off() throws {
        var settings = RiskSettings(.none)
        settings.flattens = [.dataLoss]
        let symbol = try #require(Symbol("S"))
        var gate = RiskGate(settings, account: "test", symbols: [symbol], lot: Quantity(1))
        #expect(gate.isOff && gate.halts.onDataGap(intervals: 1_000, at: .zero) == nil)
        let verdict = gate.onProposal(proposal(1_000_000), of: 0, price: Price(1), cause: cause, at: .zero)
        #expect(verdict.approved && verdict.checks.isEmpty)
        #expect(verdict.order.id == OrderId(account: "test", cause: cause).text)
        #expect(gate.halts.onDataLoss("the feed is gone", at: .zero)?.flatten == true)
        let other = gate.onProposal(proposal(1), of: 0, price: Price(1), cause: cause, at: .zero)
        #expect(!other.approved)
    }

    @Test("an order by money is trimmed in money and in its bound")
    func notional() {
        var gate = gate([PositionSize(shareMax: 0.5)])
        let verdict = gate.onProposal(
            proposal(200, notional: Money(10_000)), of: 0, price: Price(100), cause: cause, at: .zero)
        #expect(verdict.order.notional == Money(5_000))
        #expect(verdict.order.quantity == Quantity(100))
    }

    @Test("of what is worked over time each part is taken from what is on its way, whatever it is called")
    func parts() {
        var gate = RiskGate(
            account: "test", instruments: 2, checks: [PositionSize(shareMax: 0.5)], lot: Quantity(1),
            works: true)
        gate.onAccount(Account(cash: Money(10_000), equity: Money(10_000)), at: .zero)
        func position(_ quantity: Int) -> Position {
            Position(quantity: Quantity(quantity), marketPrice: Price(100))
        }
        func order(_ side: Side, _ quantity: Int, of strategy: String) -> OrderProposal {
            OrderProposal(order: Order(strategy: strategy, side: side, quantity: Quantity(quantity)))
        }
        gate.onPosition(position(50), of: 0)
        let other = Cause(topic: Topic("trading/proposal"), epoch: 1, number: 8)
        let exit = gate.onProposal(
            order(.sell, 40, of: "a"), of: 0, price: Price(100), cause: cause, at: .zero)
        gate.onFill(exit.order.id, strategy: "a", .sell, Quantity(10), at: Price(100), of: 0)
        gate.onFill("a part", strategy: "a", .sell, Quantity(20), at: Price(100), of: 0)
        // Of somebody else, who has nothing on its way.
        gate.onFill("another", strategy: "b", .sell, Quantity(10), at: Price(100), of: 0)
        gate.onPosition(position(10), of: 0)
        // 10 of the 10 that are held are still to be sold.
        let entry = gate.onProposal(
            order(.buy, 100, of: "b"), of: 0, price: Price(100), cause: other, at: .zero)
        #expect(entry.order.quantity == Quantity(50))
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

    @Test("money on its way buys more shares at a lower price, and is worth no less for that")
    func moneyOnTheWay() {
        var gate = gate([PositionSize(shareMax: 0.5)])
        var number: UInt64 = 7
        func asked(_ money: Int, at price: Int) -> Order {
            number += 1
            let cause = Cause(topic: cause.topic, epoch: 1, number: number)
            let proposal = proposal(1_000, notional: Money(money))
            return gate.onProposal(proposal, of: 0, price: Price(price), cause: cause, at: .zero).order
        }
        let first = asked(4_000, at: 100)
        #expect(
            asked(2_000, at: 80).notional == Money(1_000), "4,000 are on their way, and not 40 shares of 80")
        // Half of the first money was spent at 80, and the shares fell to 50; 2,000 and 1,000 are on their way.
        gate.onFill(first.id, strategy: "", .buy, Quantity(25), at: Price(80), of: 0)
        gate.onPosition(Position(quantity: Quantity(25), marketPrice: Price(50)), of: 0)
        #expect(asked(2_000, at: 50).notional == Money(750))
        gate.onOrderEnd(first.id)
        #expect(asked(3_000, at: 50).notional == Money(2_000))
    }

    @Test("what money may buy beside what it bought when it was asked for is nothing that could be sold")
    func moneyToClose() {
        var gate = gate([PositionSize(shareMax: 0.5)])
        gate.onPosition(Position(quantity: Quantity(-30), marketPrice: Price(100)), of: 0)
        func asked(_ side: Side, _ quantity: Int, notional: Money? = nil, at price: Int) -> Bool {
            var proposal = proposal(quantity, notional: notional)
            proposal.order.side = side
            let cause = Cause(topic: cause.topic, epoch: 1, number: UInt64(price))
            return gate.onProposal(proposal, of: 0, price: Price(price), cause: cause, at: .zero).approved
        }
        #expect(asked(.buy, 60, notional: Money(3_000), at: 100))
        #expect(gate.halts.halt(by: "ana", because: "the news", at: .zero) != nil)
        // Counted by the new price it is 60 shares, and so a position of 30; it may as well leave none.
        #expect(!asked(.sell, 10, at: 50))
        // The other way round it may close less than it would have: no second order is sent for the rest.
        #expect(!asked(.buy, 10, at: 150))
    }

    @Test("where nothing is allowed the proposal is rejected, with the reason")
    func rejects() {
        var gate = gate([PositionCount(countMax: 0)])
        let verdict = gate.onProposal(proposal(1), of: 0, price: Price(100), cause: cause, at: .zero)
        #expect(!verdict.approved)
        #expect(verdict.checks[2].explanation == "the account holds 0 positions already")
    }

    @Test("the id of an order is that of its cause, whatever is in it")
    func ids() {
        var gate = gate([])
        let one = gate.onProposal(proposal(1), of: 0, price: Price(100), cause: cause, at: .zero)
        let two = gate.onProposal(proposal(2), of: 1, price: Price(100), cause: cause, at: .zero)
        #expect(one.order.id == two.order.id)
        #expect(one.order.id == OrderId(account: "test", cause: cause).text)
    }

    @Test("what cannot be valued is rejected, and so is what is too large to count")
    func unknownWorth() {
        var gate = gate([])
        let blind = gate.onProposal(proposal(1), of: 0, price: .zero, cause: cause, at: .zero)
        #expect(!blind.approved && blind.checks[0].explanation.hasPrefix("no price"))
        let huge = gate.onProposal(
            proposal(9_000_000_000), of: 0, price: Price(9_000_000), cause: cause, at: .zero)
        #expect(!huge.approved && huge.checks[0].explanation.contains("too large"))
    }

    @Test("a sale on its way frees what it will free, and a limit order that may not trade frees nothing")
    func certainty() {
        var gate = gate([GrossExposure(shareMax: 1)])
        gate.onPosition(Position(quantity: Quantity(100), marketPrice: Price(100)), of: 0)
        var sale = OrderProposal(
            order: Order(side: .sell, kind: .limit, quantity: Quantity(100), limit: Price(100)))
        let resting = gate.onProposal(sale, of: 0, price: Price(100), cause: cause, at: .zero)
        #expect(resting.approved)
        let blocked = gate.onProposal(
            proposal(10), of: 1, price: Price(100), cause: Cause(topic: cause.topic, epoch: 1, number: 8),
            at: .zero)
        #expect(!blocked.approved)
        gate.onOrderEnd(resting.order.id)
        sale.order.kind = .market
        sale.order.limit = nil
        let certain = gate.onProposal(
            sale, of: 0, price: Price(100), cause: Cause(topic: cause.topic, epoch: 1, number: 9), at: .zero)
        #expect(certain.approved)
        let freed = gate.onProposal(
            proposal(10), of: 1, price: Price(100), cause: Cause(topic: cause.topic, epoch: 1, number: 10),
            at: .zero)
        #expect(freed.order.quantity == Quantity(10))
        // The same sale again would open a short.
        let twice = gate.onProposal(
            sale, of: 0, price: Price(100), cause: Cause(topic: cause.topic, epoch: 1, number: 11), at: .zero)
        #expect(twice.order.quantity == Quantity(90), "only what the short side may come to")
    }

    @Test("what has traded is in the position, and no longer on its way")
    func fills() {
        var gate = gate([GrossExposure(shareMax: 1)])
        let order = gate.onProposal(proposal(80), of: 0, price: Price(100), cause: cause, at: .zero).order
        gate.onFill(order.id, strategy: "", .buy, Quantity(30), at: Price(100), of: 0)
        gate.onPosition(Position(quantity: Quantity(30), marketPrice: Price(100)), of: 0)
        #expect(gate.book.gross == Money(8_000))
        gate.onFill(order.id, strategy: "", .buy, Quantity(50), at: Price(100), of: 0)
        gate.onPosition(Position(quantity: Quantity(80), marketPrice: Price(100)), of: 0)
        gate.onOrderEnd(order.id)
        #expect(gate.book.gross == Money(8_000) && gate.book.positions == 1)
        gate.onPosition(Position(quantity: .zero, marketPrice: Price(100)), of: 0)
        #expect(gate.book.gross == .zero && gate.book.positions == 0 && gate.book.active.isEmpty)
    }

    @Test("while trading is halted nothing is added, and what is held can be sold")
    func halted() throws {
        var gate = gate([])
        gate.onPosition(Position(quantity: Quantity(10), marketPrice: Price(100)), of: 0)
        #expect(gate.halts.halt(by: "ana", because: "the news", at: .zero) != nil)
        let buy = gate.onProposal(proposal(1), of: 1, price: Price(100), cause: cause, at: .zero)
        #expect(!buy.approved && buy.checks[1].explanation == "trading is halted: manual, the news")
        let sale = OrderProposal(order: Order(side: .sell, quantity: Quantity(15)))
        let sold = gate.onProposal(
            sale, of: 0, price: Price(100), cause: Cause(topic: cause.topic, epoch: 1, number: 8), at: .zero)
        #expect(sold.order.quantity == Quantity(10))
        gate.onOrderEnd(sold.order.id)
        _ = try gate.halts.lift(by: "ana", equity: Money(10_000))
        let again = gate.onProposal(
            proposal(1), of: 1, price: Price(100), cause: Cause(topic: cause.topic, epoch: 1, number: 9),
            at: .zero)
        #expect(again.approved)
    }

    @Test("limits hold by account, by symbol in place of that, and by strategy beside it")
    func scopes() throws {
        let symbols = try ["AAPL", "IBM"].map { try #require(Symbol($0)) }
        var settings = RiskSettings(.none)
        settings.limits = try [
            "position_size=0.5", "position_size@IBM=0.1", "gross_exposure@strategy:fast=0.2",
            "position_size@account:other=0.01",
        ].map { try ScopedLimit($0) }
        var gate = RiskGate(settings, account: "main", symbols: symbols, lot: Quantity(1))
        gate.onAccount(Account(cash: Money(10_000), equity: Money(10_000)), at: .zero)
        func quantity(_ strategy: String, _ instrument: Int, _ number: UInt64) -> Quantity {
            var proposal = proposal(100)
            proposal.order.strategy = strategy
            let verdict = gate.onProposal(
                proposal, of: instrument, price: Price(100),
                cause: Cause(topic: cause.topic, epoch: 1, number: number), at: .zero)
            defer { gate.onOrderEnd(verdict.order.id) }
            return verdict.order.quantity
        }
        #expect(quantity("slow", 0, 1) == Quantity(50))
        #expect(quantity("slow", 1, 2) == Quantity(10))
        #expect(quantity("fast", 0, 3) == Quantity(20))
        // What the strategy holds itself counts, and not what others hold.
        gate.onPosition(Position(quantity: Quantity(15), marketPrice: Price(100)), of: 0)
        gate.onFill("1", strategy: "fast", .buy, Quantity(15), at: Price(100), of: 0)
        #expect(quantity("fast", 1, 4) == Quantity(5))
        gate.onFill("2", strategy: "slow", .buy, Quantity(15), at: Price(100), of: 0)
        #expect(quantity("fast", 1, 5) == Quantity(5))
    }
}
