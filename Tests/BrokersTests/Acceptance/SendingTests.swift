import Brokers
import Domain
import Testing

/// What leaves, and what becomes of it where its answer is lost, refused or late. The numbers are those of docs/brokers.md.
@Suite("A broker's desk, as it sends")
struct SendingTests {
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
}
