import Brokers
import Domain
import Testing

/// Where the views part, and what a night changes. The numbers are those of docs/brokers.md.
@Suite("A broker's desk, held against the broker")
struct ReconcilingTests {
    @Test(
        "13: a position that was changed by hand freezes its symbol, names the message, and is settled by a person"
    )
    func byHand() {
        var rig = Rig()
        rig.broker.tradeByHand(aapl, .buy, Quantity(30))
        rig.broker.updates = []
        rig.pass(70)
        #expect(rig.standing.isReconciled == false)
        #expect(rig.standing.differences.map(\.kind) == ["fill"])
        #expect(rig.alarms.contains { $0.code == "difference" && $0.explanation.contains("local/news:1/") })
        rig.ask(.submit, buy(5))
        rig.ask(.submit, buy(5, 2, msft))
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.cancelled, .accepted] && told[0].explanation.contains("frozen"))
        rig.receive(
            .command(Command(id: "1", verb: "settle", arguments: ["AAPL", "book"], who: "ann", why: "mine")),
            on: .brokerWish)
        rig.run()
        let fill = rig.step().compactMap(\.fill).first
        #expect(fill?.quantity == Quantity(30) && fill?.orderId == "external")
        #expect(rig.standing.isReconciled && rig.alarms.last?.explanation.contains("ann") == true)
        rig.pass(130)
        #expect(rig.standing.isReconciled)
    }

    /// The house has bought so many, and the broker says that there are 60.
    private func frozen(_ bought: Int) -> Rig {
        var rig = Rig()
        rig.ask(.submit, buy(bought))
        rig.run()
        rig.broker.fill(0, Quantity(bought))
        rig.run()
        rig.broker.holdings[aapl] = Quantity(60)
        rig.pass(130)
        _ = rig.step()
        return rig
    }

    @Test(
        "13: of a frozen symbol what the broker has confirmed is sold, and the rest once it has confirmed that"
    )
    func confirmedPart() {
        var rig = frozen(100)
        #expect(rig.standing.differences.map(\.kind) == ["position"])
        rig.ask(.submit, order(.sell, 100, 2))
        rig.run()
        #expect(rig.broker.orders.map(\.quantity) == [Quantity(100), Quantity(60)])
        rig.broker.fill(1, Quantity(60))
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.accepted, .filled, .cancelled])
        #expect(told.last?.explanation == "the broker had confirmed no more of AAPL")
        // What was confirmed is sold: of the rest the broker has said nothing.
        rig.ask(.submit, order(.sell, 40, 3))
        rig.run()
        let held = rig.step()
        #expect(held.map(\.kind) == [.cancelled] && held[0].venueOrderId.isEmpty)
        rig.broker.holdings[aapl] = Quantity(40)
        rig.pass(70)
        rig.ask(.submit, order(.sell, 40, 4))
        rig.run()
        #expect(rig.broker.orders.last?.quantity == Quantity(40) && rig.step().map(\.kind) == [.accepted])
    }

    @Test("13: orders that are at work are counted among what is confirmed, but for the one that is replaced")
    func confirmedTogether() {
        var rig = frozen(100)
        rig.ask(.submit, order(.sell, 50, 2, limit: Price(120)))
        rig.ask(.submit, order(.sell, 50, 3))
        rig.run()
        #expect(rig.broker.orders.map(\.quantity) == [Quantity(100), Quantity(50), Quantity(10)])
        #expect(rig.step().map(\.kind) == [.accepted, .accepted])
        rig.ask(.replace, order(.sell, 50, 4, limit: Price(110)), replaces: order(.sell, 50, 2).id)
        rig.run()
        #expect(rig.broker.orders.last?.quantity == Quantity(50) && rig.broker.orders.count == 4)
        rig.ask(.submit, order(.sell, 5, 5))
        rig.run()
        #expect(rig.step().last?.kind == .cancelled && rig.broker.orders.count == 4)
    }

    @Test("13: in a frozen symbol an order that has traded too much makes no room for another")
    func overfilled() {
        var rig = frozen(100)
        rig.ask(.submit, order(.sell, 50, 2, limit: Price(120)))
        rig.run()
        // It works on, by the broker's word.
        rig.broker.fill(1, Quantity(70))
        rig.broker.orders[1].status = .working
        rig.broker.updates = []
        rig.pass(130)
        #expect(rig.standing.differences.contains { $0.kind == "order" })
        _ = rig.step()
        rig.ask(.submit, order(.sell, 10, 3))
        rig.run()
        #expect(rig.broker.orders.count == 2 && rig.step().map(\.kind) == [.cancelled])
    }

    @Test("13: a fill between the broker's word and a person's is not taken for a difference")
    func settledAfterFill() {
        var rig = frozen(100)
        rig.ask(.submit, order(.sell, 60, 2))
        rig.run()
        rig.broker.fill(1, Quantity(60))
        rig.run()
        _ = rig.step()
        rig.receive(
            .command(Command(id: "1", verb: "settle", arguments: ["AAPL", "book"], who: "ann", why: "lost")),
            on: .brokerWish)
        rig.run()
        #expect(rig.step().compactMap(\.fill).map(\.quantity) == [Quantity(40)])
        rig.pass(130)
        #expect(rig.standing.isReconciled)
    }

    @Test("14: what was held before stays somebody else's when a person says so")
    func external() {
        var rig = Rig(begins: false)
        rig.broker.holdings = [msft: Quantity(7), Symbol("KO")!: Quantity(9)]
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.run()
        #expect(rig.standing.differences.map(\.symbol) == [msft])
        rig.receive(
            .command(
                Command(id: "1", verb: "settle", arguments: ["MSFT", "external"], who: "ann", why: "old")),
            on: .brokerWish)
        rig.run()
        rig.pass(130)
        #expect(rig.standing.isReconciled && rig.step().isEmpty)
    }

    @Test("15: cash that nothing explains is a difference of the account")
    func cash() {
        var rig = Rig()
        rig.broker.cash -= Money(500)
        rig.pass(70)
        #expect(rig.standing.differences.map(\.kind) == ["cash"])
        rig.ask(.submit, buy(5))
        rig.run()
        #expect(rig.step().map(\.kind) == [.cancelled])
    }

    @Test("15: a dividend that is paid without a word is no difference, and is told to portfolio")
    func silentDividend() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.run()
        rig.receive(
            .corporateAction(
                CorporateAction(symbol: aapl, kind: .dividend, exAt: rig.market, amount: Price(2))),
            on: .action(aapl))
        _ = rig.step()
        rig.broker.cash += Money(20)
        rig.pass(130)
        #expect(rig.standing.isReconciled)
        let told = rig.step().filter { $0.charge != .zero }
        #expect(told.map(\.charge) == [Money(-20)])
        #expect(told.allSatisfy { $0.symbol == aapl && $0.isDividend })
    }

    @Test("15: a dividend that the broker tells of is not awaited once more")
    func dividend() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.run()
        rig.receive(
            .corporateAction(
                CorporateAction(symbol: aapl, kind: .dividend, exAt: rig.market, amount: Price(2))),
            on: .action(aapl))
        rig.broker.cash += Money(20)
        rig.broker.activities.append(
            BrokerActivity(id: "paid", symbol: aapl, at: rig.clock, amount: Money(20), kind: "DIV"))
        rig.pass(130)
        #expect(rig.standing.isReconciled)
        rig.broker.cash += Money(20)
        rig.pass(130)
        #expect(rig.standing.differences.map(\.kind) == ["cash"])
    }

    @Test(
        "15: cash that a person takes into the books is told to portfolio, and what stays external is not",
        arguments: ["book", "external"])
    func settledCash(how: String) {
        var rig = Rig()
        rig.broker.cash -= Money(500)
        rig.pass(70)
        rig.receive(
            .command(Command(id: "1", verb: "settle", arguments: ["cash", how], who: "ann", why: "my rent")),
            on: .brokerWish)
        rig.run()
        let told = rig.step()
        #expect(told.map(\.charge) == (how == "book" ? [Money(500)] : []))
        #expect(told.allSatisfy { $0.symbol == Symbol() && $0.explanation == "ann has settled it: my rent" })
        rig.pass(130)
        #expect(rig.standing.isReconciled && rig.step().isEmpty)
        rig.ask(.submit, buy(5))
        rig.run()
        #expect(rig.step().map(\.kind) == [.accepted])
    }

    @Test("15: what a company pays is no difference, and is told once, for the shares that are ours")
    func dividends() {
        var rig = Rig()
        rig.ask(.submit, buy(30))
        rig.run()
        rig.broker.fill(0, Quantity(30))
        rig.pass(5)
        _ = rig.step()
        rig.broker.pay(Money(12), "DIV", on: aapl)
        rig.broker.pay(Money(-2), "DIVNRA", on: aapl)
        // Of a company that is not traded here, and money that somebody put in.
        rig.broker.pay(Money(9), "DIV", on: Symbol("KO")!)
        rig.broker.pay(Money(1_000), "CSD", on: Symbol())
        rig.pass(130)
        #expect(rig.standing.isReconciled)
        let told = rig.step().filter { $0.charge != .zero }
        #expect(told.map(\.charge) == [Money(-12), Money(2)])
        #expect(told.map(\.explanation) == ["DIV", "DIVNRA"] && told.allSatisfy { $0.symbol == aapl })
        rig.broker.tradeByHand(aapl, .buy, Quantity(10))
        rig.pass(70)
        rig.receive(
            .command(
                Command(id: "1", verb: "settle", arguments: ["AAPL", "external"], who: "ann", why: "mine")),
            on: .brokerWish)
        rig.run()
        rig.broker.pay(Money(16), "DIV", on: aapl)
        rig.pass(130)
        #expect(rig.standing.isReconciled && rig.step().map(\.charge) == [Money(-12)])
    }

    @Test("15: where cash is told late, what differs is a difference once it has stood for so long")
    func lateCash() throws {
        var rig = Rig { $0.cashLag = 4 * Nanoseconds.minute }
        rig.ask(.submit, buy(10))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        // What was paid is told three minutes later.
        rig.broker.cash += Money(1_000)
        rig.run()
        rig.pass(180)
        #expect(rig.standing.isReconciled)
        rig.broker.cash -= Money(1_000)
        rig.pass(300)
        #expect(rig.standing.isReconciled)
        rig.broker.cash -= Money(500)
        rig.pass(200)
        #expect(rig.standing.isReconciled)
        try rig.die(withCalls: false)
        rig.run()
        rig.pass(200)
        #expect(rig.standing.differences.map(\.kind) == ["cash"])
    }

    @Test("16: an order that the broker has forgotten is a difference, and not an end")
    func forgotten() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        _ = rig.step()
        rig.broker.orders = []
        rig.pass(70)
        #expect(rig.standing.differences.map(\.kind) == ["order"] && rig.step().isEmpty)
    }

    @Test("16: an order that was forgotten and is there again is not ended by who settles its symbol")
    func remembered() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        _ = rig.step()
        let orders = rig.broker.orders
        rig.broker.orders = []
        rig.pass(70)
        #expect(rig.standing.differences.map(\.kind) == ["order"])
        rig.broker.orders = orders
        rig.pass(70)
        rig.receive(
            .command(
                Command(id: "1", verb: "settle", arguments: ["AAPL", "external"], who: "ann", why: "there")),
            on: .brokerWish)
        rig.run()
        #expect(rig.step().isEmpty && rig.standing.isReconciled && rig.standing.working == 1)
    }

    @Test("21: over a weekend an order of the day ends by the broker's word, and one that stands goes on")
    func weekend() throws {
        var rig = Rig { $0.interval = 15 * Nanoseconds.minute }
        var standing = buy(5, 2, limit: Price(90))
        standing.timeInForce = .goodTillCancelled
        rig.ask(.submit, buy(10, 1, limit: Price(90)))
        rig.ask(.submit, standing)
        rig.run()
        _ = rig.step()
        rig.broker.isOpen = false
        rig.broker.change(0) { $0.status = .expired }
        rig.broker.updates = []
        try rig.die(withCalls: false)
        rig.run()
        rig.pass(64 * 3600)
        #expect(rig.step().map(\.kind) == [.expired])
        rig.broker.isOpen = true
        rig.broker.fill(1, Quantity(5))
        rig.run()
        #expect(rig.step().map(\.kind) == [.filled] && rig.standing.isReconciled)
    }

    @Test("22: a split over night changes the books with the broker's")
    func split() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.run()
        rig.broker.holdings[aapl] = Quantity(40)
        rig.receive(
            .corporateAction(CorporateAction(symbol: aapl, kind: .split, numerator: 4, denominator: 1)),
            on: .action(aapl))
        rig.run()
        rig.pass(130)
        #expect(rig.standing.isReconciled)
        // Without the action it is a difference.
        rig.broker.holdings[aapl] = Quantity(80)
        rig.pass(130)
        #expect(rig.standing.differences.map(\.kind) == ["position"])
    }

    @Test("23: an order that was refused and works is cancelled, and freezes its symbol")
    func refusedAndLive() {
        var rig = Rig()
        rig.isListening = false
        // Refused in words, and taken.
        rig.broker.straggler = (buy(10), "insufficient buying power")
        rig.ask(.submit, buy(10))
        rig.run()
        #expect(rig.step().map(\.kind) == [.rejected])
        rig.pass(180)
        #expect(rig.broker.orders.map(\.status) == [.cancelled])
        #expect(rig.standing.differences.map(\.kind) == ["order"])
        // What it had traded is heard.
        rig.broker.fill(0, Quantity(2))
        rig.pass(60)
        #expect(rig.step().compactMap(\.fill).map(\.quantity) == [Quantity(2)])
    }

    @Test("23: an answer that its end has overtaken is asked for once more, and is no difference")
    func overtakenAnswer() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        rig.ask(.status, buy(10))
        let old = rig.broker.answer(rig.calls.removeFirst(), nil)
        rig.broker.fill(0, Quantity(10))
        rig.run()
        rig.tell(old)
        rig.run()
        #expect(rig.standing.differences.isEmpty && rig.standing.isReconciled)
        #expect(rig.step().map(\.kind) == [.accepted, .filled, .state])
        #expect(rig.machine.look(\.belief).hasEndedAll)
    }

    @Test("23: one that is found again while it is being cancelled is asked about once more, and then let be")
    func foundTwice() {
        var rig = Rig()
        rig.isListening = false
        rig.broker.straggler = (buy(10), "insufficient buying power")
        rig.ask(.submit, buy(10))
        rig.run()
        // The answer to the cancellation is slow: meanwhile the order is seen at work by another look.
        var cancel: BrokerCall?
        for _ in 0..<400 where cancel == nil || rig.calls.isEmpty == false {
            if let call = rig.calls.first {
                rig.calls.removeFirst()
                if call.kind == .cancel { cancel = call } else { rig.tell(rig.broker.answer(call, nil)) }
            } else {
                rig.clock = max(rig.clock, rig.wakeAt)
                rig.broker.now = rig.clock
                rig.tell(BrokerNews(kind: .time, at: rig.clock))
            }
        }
        #expect(cancel != nil)
        rig.tell(BrokerNews(kind: .lost, at: rig.clock))
        rig.run()
        if let cancel { rig.tell(rig.broker.answer(cancel, nil)) }
        rig.run()
        rig.pass(180)
        #expect(rig.broker.orders.map(\.status) == [.cancelled])
        _ = rig.step()
        let belief = rig.machine.look(\.belief)
        #expect(belief.hasEndedAll, "\(belief.awaited)")
    }
}
