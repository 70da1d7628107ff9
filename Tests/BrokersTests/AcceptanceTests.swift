import Brokers
import Domain
import Testing

/// The numbers are those of docs/brokers.md.
@Suite("A broker's desk")
struct AcceptanceTests {
    @Test("1: submits an order once it has asked for what is unknown, and tells of it at the next step")
    func submit() {
        var rig = Rig(begins: false)
        rig.ask(.submit, buy(10))
        #expect(rig.calls.isEmpty)
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.run()
        let kinds = rig.broker.asked.map(\.kind)
        #expect(kinds.firstIndex(of: .submit)! > kinds.firstIndex(of: .funds)!)
        #expect(rig.reports.isEmpty)
        #expect(rig.step().map(\.kind) == [.accepted])
        rig.broker.fill(0, Quantity(10))
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.filled])
        #expect(told[0].fill?.id == rig.broker.activities[0].id && told[0].orderId == buy(10).id)
        #expect(rig.step().isEmpty)
    }

    @Test("2: takes the same order once, and adopts one that the broker has under its id")
    func duplicate() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.ask(.submit, buy(10))
        rig.run()
        #expect(rig.broker.orders.count == 1)
        // An earlier life has sent it, and nobody here remembers.
        rig.broker.orders.append(
            .init(
                id: "old", clientId: buy(5, 2).id, symbol: aapl, side: .buy, quantity: Quantity(5), at: dawn))
        rig.ask(.submit, buy(5, 2))
        rig.run()
        #expect(rig.step().map(\.kind) == [.accepted, .accepted])
        #expect(rig.broker.orders.count == 2)
    }

    @Test("3: tells of each part that was traded, once, whoever tells of it and how often")
    func parts() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        rig.broker.fill(0, Quantity(4))
        rig.broker.updates += rig.broker.updates
        rig.run()
        rig.isListening = false
        rig.broker.fill(0, Quantity(6))
        rig.pass(180)
        let fills = rig.step().compactMap(\.fill)
        #expect(fills.map(\.quantity) == [Quantity(4), Quantity(6)])
        #expect(fills.map(\.id) == rig.broker.activities.map(\.id))
    }

    @Test("4: a cancellation that a fill has overtaken is told as refused, after the fill")
    func cancelRace() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        _ = rig.step()
        rig.ask(.cancel, buy(10))
        rig.broker.fill(0, Quantity(10))
        rig.run()
        #expect(rig.step().map(\.kind) == [.filled, .cancelRejected])
        // A part, then the rest is cancelled.
        rig.ask(.submit, buy(8, 2))
        rig.run()
        rig.ask(.cancel, buy(8, 2))
        rig.broker.fill(1, Quantity(3))
        rig.run()
        #expect(rig.step().map(\.kind) == [.accepted, .filled, .cancelled])
        // And a fill after its end is heard all the same.
        rig.broker.fill(1, Quantity(2))
        rig.run()
        #expect(rig.step().map { $0.fill?.quantity } == [Quantity(2)])
    }

    @Test("5: one of an order and its replacement stands, never both")
    func replaceRace() {
        var rig = Rig()
        rig.ask(.submit, buy(10, 1, limit: Price(90)))
        rig.run()
        rig.ask(.replace, buy(10, 2, limit: Price(95)), replaces: buy(10).id)
        rig.run()
        #expect(Set(rig.step().map(\.kind)) == [.accepted, .replaced])
        #expect(rig.broker.orders.map(\.status) == [.replaced, .working])
        rig.ask(.replace, buy(10, 3, limit: Price(99)), replaces: buy(10, 2).id)
        rig.broker.fill(1, Quantity(10))
        rig.run()
        #expect(rig.step().map(\.kind) == [.rejected, .filled])
        #expect(rig.broker.orders.count { $0.status == .working } == 0)
    }

    @Test("6: a refusal is told with the broker's words")
    func reject() {
        var rig = Rig()
        rig.faults = [.refused("insufficient buying power")]
        rig.ask(.submit, buy(10))
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.rejected] && told[0].explanation == "insufficient buying power")
    }

    @Test(
        "7: what was lost on its way is asked for, and then sent again under its id; it is never told as refused",
        arguments: [HostileBroker.Fault.requestLost, .answerLost])
    func unknown(fault: HostileBroker.Fault) {
        var rig = Rig()
        rig.isListening = false
        rig.faults = [fault]
        rig.ask(.submit, buy(10))
        rig.run()
        rig.pass(10)
        #expect(rig.broker.orders.count == 1)
        #expect(rig.submits(of: buy(10)) == (fault == .requestLost ? 2 : 1))
        let kinds = rig.broker.asked.map(\.kind)
        if fault == .requestLost {
            #expect(kinds.lastIndex(of: .submit)! > kinds.firstIndex(of: .order)!)
        }
        #expect(rig.step().map(\.kind) == [.accepted])
        // Risk counts how often the broker fails in a row.
        #expect(rig.health == ["no answer", ""])
    }

    @Test("8: while one order is unknown nothing is sent before it has been asked about, nor of its symbol")
    func hold() {
        var rig = Rig()
        rig.isListening = false
        rig.ask(.submit, buy(10))
        rig.faults = [.requestLost]
        rig.run()
        // Not before it has been asked about, and of its symbol not before it is known.
        rig.broker.asked = []
        rig.ask(.submit, buy(7, 2))
        rig.ask(.submit, buy(5, 3, msft))
        #expect(rig.calls.allSatisfy { $0.kind != .submit || $0.order?.symbol == msft })
        rig.pass(60)
        let submits = rig.broker.asked.filter { $0.kind == .submit }.map { $0.order!.id }
        #expect(submits == [buy(5, 3, msft), buy(10), buy(7, 2)].map(\.id))
    }

    @Test("9: a broker that wants to be left alone is left alone as long as it says")
    func limited() {
        var rig = Rig()
        rig.faults = [.limited]
        rig.ask(.submit, buy(10))
        rig.run()
        rig.pass(4)
        #expect(rig.broker.orders.isEmpty && rig.broker.asked.count == 1)
        rig.pass(2)
        #expect(rig.broker.orders.count == 1 && rig.step().map(\.kind) == [.accepted])
    }

    @Test(
        "10: killed with orders under way it asks before it sends, and nothing is lost or doubled",
        arguments: [true, false])
    func killed(reached: Bool) throws {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.ask(.submit, buy(5, 2, msft))
        try rig.die(withCalls: reached)
        #expect(rig.calls.allSatisfy { $0.kind != .submit })
        rig.run()
        rig.pass(10)
        #expect(rig.broker.orders.count == 2)
        #expect(rig.step().map(\.kind) == [.accepted, .accepted])
    }

    @Test("11: restarted with orders working it goes on with them")
    func working() throws {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        _ = rig.step()
        try rig.die(withCalls: false)
        rig.run()
        rig.ask(.cancel, buy(10))
        rig.run()
        #expect(rig.step().map(\.kind) == [.cancelled])
        #expect(rig.alarms.isEmpty)
    }

    @Test(
        "12: fills while away are taken with the broker's own ids, and not again when the socket repeats them"
    )
    func away() throws {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        _ = rig.step()
        for _ in 0..<10 { rig.broker.fill(0, Quantity(1)) }
        let late = rig.broker.updates
        try rig.die(withCalls: false)
        rig.run()
        for update in late { rig.tell(update) }
        rig.run()
        let fills = rig.step().compactMap(\.fill)
        #expect(fills.map(\.id) == rig.broker.activities.map(\.id) && fills.count == 10)
        #expect(rig.standing.isReconciled)
    }

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

    @Test("17: what may be done with a symbol is asked again after a while, where nobody answers")
    func assetsWithoutAnswer() {
        var rig = Rig(begins: false)
        rig.faults = Array(repeating: .requestLost, count: 2_000)
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.tell(BrokerNews(kind: .connected, at: rig.clock))
        rig.run()
        rig.pass(60)
        let asked = rig.broker.asked.count { $0.kind == .asset }
        #expect(asked >= 2 && asked < 40)
        rig.faults = []
        rig.pass(120)
        #expect(rig.standing.isReconciled)
        rig.ask(.submit, buy(5))
        rig.run()
        #expect(rig.step().map(\.kind) == [.accepted])
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

    @Test(
        "17: what is known before is not sent",
        arguments: [
            "sub-penny", "not shortable", "buying power", "halted", "closed", "parts", "too late",
        ])
    func known(what: String) {
        var rig = Rig()
        var asset = BrokerAsset(symbol: aapl, isTradable: true, isShortable: true, isFractionable: true)
        var wanted = buy(10, 1, limit: Price(100))
        switch what {
        case "sub-penny": wanted.limit = Price(units: 100_005_000)
        case "not shortable":
            asset.isShortable = false
            wanted = order(.sell, 10, 1)
        case "buying power": wanted = buy(10_000, 1, limit: Price(100))
        case "halted": asset.isTradable = false
        case "closed":
            rig.broker.isOpen = false
            wanted.timeInForce = .immediateOrCancel
        case "parts":
            asset.isFractionable = false
            wanted.quantity = Quantity(units: Quantity.scale / 2)
        default: wanted.validUntil = rig.market - 1
        }
        rig = Rig(begins: false)
        rig.broker.assets = [aapl: asset]
        rig.broker.isOpen = what != "closed"
        _ = rig.step()
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.run()
        rig.ask(.submit, wanted)
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [what == "too late" ? .expired : .rejected], "\(what)")
        #expect(rig.broker.orders.isEmpty && !told[0].explanation.isEmpty)
    }

    @Test("18: a clock that is wrong is told, and nothing is ready until it is right")
    func skew() {
        var rig = Rig(begins: false)
        rig.broker.skew = 10 * Nanoseconds.second
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.run()
        #expect(!rig.standing.isReconciled && rig.alarms.contains { $0.code == "clock" })
        rig.broker.skew = 0
        rig.pass(70)
        #expect(rig.standing.isReconciled)
    }

    @Test("19: an order that never came there ends only when it can no longer be on its way")
    func neverCame() {
        var rig = Rig()
        rig.faults = [.requestLost]
        rig.ask(.submit, buy(10))
        rig.ask(.cancel, buy(10))
        rig.run()
        rig.pass(60)
        #expect(rig.step().isEmpty)
        rig.pass(120)
        #expect(rig.step().map(\.kind) == [.cancelled] && rig.broker.orders.isEmpty)
    }

    @Test("19: what the broker did not know earlier may have come since: it is asked once more")
    func overtaken() {
        var rig = Rig()
        rig.isListening = false
        rig.faults = [.requestLost]
        rig.ask(.submit, buy(10))
        rig.run()
        // It is not there, and to send it again has to wait; meanwhile the line breaks.
        rig.faults = [nil, .limited] + Array(repeating: .requestLost, count: 500)
        rig.pass(2)
        #expect(rig.submits(of: buy(10)) == 2 && rig.broker.orders.isEmpty)
        rig.tell(BrokerNews(kind: .lost, at: rig.clock))
        _ = rig.broker.answer(BrokerCall(number: 0, kind: .submit, order: buy(10)), nil)
        rig.broker.fill(0, Quantity(10))
        rig.ask(.cancel, buy(10))
        rig.pass(180)
        #expect(rig.step().allSatisfy { $0.orderId.isEmpty })
        rig.faults = []
        rig.pass(60)
        let told = rig.step().map(\.kind)
        #expect(told == [.accepted, .filled, .cancelRejected], "\(told)")
    }

    @Test("20: a refusal of what was sent twice is asked about, for the first may be the reason")
    func twice() {
        var rig = Rig()
        rig.isListening = false
        let wanted = buy(10)
        rig.faults = [.requestLost]
        rig.ask(.submit, wanted)
        rig.run()
        rig.broker.straggler = (wanted, "insufficient buying power")
        rig.pass(10)
        #expect(rig.submits(of: wanted) == 2 && rig.broker.orders.count == 1)
        #expect(rig.step().map(\.kind) == [.accepted])
        // Where it has not come there, the refusal stands.
        rig.faults = [.requestLost]
        rig.ask(.submit, buy(5, 2))
        rig.run()
        rig.broker.refusal = "insufficient buying power"
        rig.pass(10)
        let told = rig.step()
        #expect(told.map(\.kind) == [.rejected] && told[0].explanation == "insufficient buying power")
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

    @Test(
        "7: where an order stands is told, though the first answer was lost, or the service killed meanwhile")
    func standing() throws {
        for isKilled in [false, true] {
            var rig = Rig()
            rig.ask(.submit, buy(10))
            rig.run()
            rig.broker.fill(0, Quantity(10))
            rig.run()
            _ = rig.step()
            rig.faults = [.requestLost]
            rig.ask(.status, buy(10))
            if isKilled { try rig.die(withCalls: false) }
            rig.run()
            rig.pass(60)
            #expect(rig.step().map(\.kind) == [.state])
        }
    }

    @Test("7: what never came to the broker does not leave again for a symbol that is frozen by now")
    func frozenMeanwhile() {
        var rig = Rig()
        rig.ask(.submit, buy(10))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.broker.tradeByHand(aapl, .buy, Quantity(3))
        rig.run()
        rig.pass(120)
        _ = rig.step()
        #expect(!rig.standing.differences.isEmpty)
        // To sell what is held goes through. It is lost on its way, and meanwhile somebody sells everything.
        let exit = order(.sell, 10, 2)
        rig.faults = [.requestLost]
        rig.ask(.submit, exit)
        rig.broker.tradeByHand(aapl, .sell, Quantity(13))
        rig.run()
        rig.pass(60)
        #expect(rig.submits(of: exit) == 1)
        #expect(rig.step().isEmpty)
        // It may be on its way for so long; then it has ended, and nobody has cancelled it.
        rig.pass(180)
        #expect(rig.step().map(\.kind) == [.rejected])
        #expect(rig.submits(of: exit) == 1)
    }

    /// Beside a broker who sells whole shares alone.
    private func rigOfWholeShares() -> Rig {
        var rig = Rig(begins: false)
        rig.broker.assets = [
            aapl: BrokerAsset(symbol: aapl, isTradable: true, isShortable: true, isFractionable: false)
        ]
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.tell(BrokerNews(kind: .connected, at: rig.clock))
        rig.run()
        return rig
    }

    /// 1050 at 100 are ten shares, where fifteen would be the bound.
    private func buyForMoney(_ cause: UInt64 = 1) -> Order {
        var wanted = buy(15, cause, limit: Price(100))
        wanted.notional = Money(1_050)
        return wanted
    }

    @Test("4: an order for an amount of money that has traded is told as spent, wanted or not")
    func spentRace() throws {
        var rig = rigOfWholeShares()
        rig.ask(.submit, buyForMoney())
        rig.run()
        _ = rig.step()
        rig.ask(.cancel, buyForMoney())
        rig.broker.fill(0, Quantity(10))
        rig.run()
        let reports = rig.step()
        #expect(reports.map(\.kind) == [.filled, .cancelled, .cancelRejected])
        #expect(reports.map(\.isSpent) == [false, true, false])
        // What is cancelled by the broker's word is cancelled, and nothing else.
        rig.ask(.submit, buyForMoney(2))
        rig.run()
        rig.broker.fill(1, Quantity(4))
        rig.broker.change(1) { $0.status = .cancelled }
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.accepted, .filled, .cancelled])
        #expect(told.map(\.isSpent) == [false, false, false])
    }

    @Test("24: more traded than was sent is a difference, of an order for an amount of money too")
    func overfill() {
        var rig = rigOfWholeShares()
        let wanted = buyForMoney()
        rig.ask(.submit, wanted)
        rig.run()
        #expect(rig.broker.orders.map(\.quantity) == [Quantity(10)])
        rig.broker.fill(0, Quantity(12))
        rig.run()
        #expect(rig.standing.differences.map(\.kind) == ["order"])
        #expect(rig.step().compactMap(\.fill).map(\.quantity) == [Quantity(12)])
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

    @Test(
        "25: an order of which the broker tells no more is not sent again, is no refusal, and is settled by a person"
    )
    func forgottenOrder() throws {
        var rig = Rig()
        rig.isListening = false
        rig.broker.forgets = true
        rig.faults = [.requestLost]
        rig.ask(.submit, buy(10))
        rig.run()
        rig.pass(300)
        rig.ask(.status, buy(10))
        rig.run()
        rig.ask(.submit, buy(5, 2))
        rig.run()
        #expect(rig.submits(of: buy(10)) == 1 && rig.step().map(\.kind) == [.state])
        #expect(rig.standing.differences.map(\.kind) == ["order"] && rig.standing.unknown == 1)
        try rig.die(withCalls: false)
        rig.run()
        rig.receive(
            .command(
                Command(id: "1", verb: "settle", arguments: ["AAPL", "external"], who: "ann", why: "looked")),
            on: .brokerWish)
        rig.run()
        rig.pass(300)
        // It ends by her word, and what waited for it goes on.
        let told = rig.step()
        #expect(
            told.map(\.kind) == [.cancelled, .accepted] && told[0].explanation == "ann has settled it: looked"
        )
        #expect(rig.submits(of: buy(10)) == 1 && rig.standing.isReconciled)
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
}
