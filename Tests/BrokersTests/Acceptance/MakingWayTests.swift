import Brokers
import Domain
import Testing

/// What waits until something else has ended. The numbers are those of docs/brokers.md.
@Suite("A broker's desk with orders that make way for others")
struct MakingWayTests {
    /// Ten shares are held, and a stop rests for them.
    private func guarded() -> Rig {
        var rig = Rig()
        rig.ask(.submit, buy(10, 9))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.run()
        rig.ask(.submit, stop(10))
        rig.run()
        _ = rig.step()
        rig.broker.asked = []
        return rig
    }

    private func stop(_ quantity: Int, _ cause: UInt64 = 1) -> Order {
        var stop = order(.sell, quantity, cause)
        (stop.kind, stop.stop, stop.timeInForce) = (.stop, Price(90), .goodTillCancelled)
        return stop
    }

    private func exit(_ quantity: Int = 10, _ cause: UInt64 = 2) -> Order { order(.sell, quantity, cause) }

    @Test("29: an order waits until what makes way for it has ended, and leaves then")
    func waits() {
        var rig = guarded()
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, exit())
        #expect(rig.calls.map(\.kind) == [.cancel])
        rig.run()
        #expect(rig.broker.asked.map(\.kind) == [.cancel, .submit])
        #expect(rig.broker.orders.last?.quantity == Quantity(10))
        #expect(rig.step().map(\.kind) == [.cancelled, .accepted] && rig.alarms.isEmpty)
    }

    @Test(
        "29: it waits as long as the end is not known: while the stream is mute, the answer lost, the broker tired"
    )
    func unknown() {
        for fault in [HostileBroker.Fault.requestLost, .answerLost, .limited] {
            var rig = guarded()
            rig.isListening = false
            rig.faults = [fault]
            rig.ask(.cancel, stop(10))
            rig.ask(.submit, exit())
            rig.run()
            rig.pass(30)
            let kinds = rig.broker.asked.map(\.kind)
            #expect(rig.submits(of: exit()) == 1, "\(fault)")
            #expect(kinds.lastIndex(of: .submit)! > kinds.lastIndex(of: .cancel)!, "\(fault)")
            #expect(rig.step().map(\.kind) == [.cancelled, .accepted], "\(fault)")
        }
    }

    @Test(
        "29: an order of which nobody knows whether it came there is asked for before another takes its place"
    )
    func lost() {
        var rig = Rig()
        rig.isListening = false
        rig.faults = [.answerLost]
        rig.ask(.submit, stop(10))
        rig.run()
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, exit())
        rig.run()
        rig.pass(30)
        let kinds = rig.broker.asked.map(\.kind)
        #expect(kinds.lastIndex(of: .submit)! > kinds.lastIndex(of: .cancel)!)
        #expect(rig.broker.orders.map(\.status) == [.cancelled, .working])
    }

    @Test("29: what is of another symbol waits for nothing, and what never left is waited for by nobody")
    func others() {
        var rig = guarded()
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, order(.sell, 5, 3, msft))
        #expect(rig.calls.map(\.kind) == [.cancel, .submit])
        rig.run()
        rig = Rig(begins: false)
        rig.ask(.submit, stop(10))
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, exit())
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.run()
        #expect(rig.broker.orders.map(\.clientId) == [exit().id])
    }

    @Test(
        "29: what was traded meanwhile is taken off, and the rest is told as cancelled", arguments: [4, 10])
    func traded(quantity: Int) throws {
        var rig = guarded()
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, exit())
        rig.broker.fill(1, Quantity(quantity))
        rig.run()
        if quantity == 10 {
            let told = rig.step()
            #expect(rig.submits(of: exit()) == 0 && rig.broker.holdings[aapl] == .zero)
            let end = try #require(told.first { $0.orderId == exit().id })
            #expect(end.kind == .cancelled && end.explanation.contains(stop(10).id))
            #expect(told.filter { $0.orderId == stop(10).id }.map(\.kind) == [.filled, .cancelRejected])
        } else {
            #expect(rig.broker.orders.last?.quantity == Quantity(6))
            rig.broker.fill(2, Quantity(6))
            rig.run()
            let told = rig.step().filter { $0.orderId == exit().id }
            #expect(told.map(\.kind) == [.accepted, .filled, .cancelled])
            #expect(told.last?.explanation.hasPrefix("4 of it had been traded") == true)
            #expect(rig.broker.holdings[aapl] == .zero)
        }
        #expect(rig.standing.isReconciled && rig.standing.kept == 0 && rig.alarms.isEmpty)
    }

    @Test("29: what was traded before is taken off where whoever asked could not know of it, and only there")
    func known() {
        for isKnown in [false, true] {
            for quantity in [4, 10] {
                var rig = guarded()
                let asked = rig.market
                rig.broker.fill(1, Quantity(quantity))
                rig.run()
                _ = rig.step()
                // It was decided upon before that step, or after it.
                if !isKnown { rig.market = asked }
                let wanted = isKnown ? exit(10 - quantity + 5) : exit(10)
                rig.ask(.cancel, stop(10))
                rig.ask(.submit, wanted)
                rig.run()
                let sent = rig.broker.asked.first { $0.kind == .submit }?.order?.quantity
                let rest = Quantity(isKnown ? 15 - quantity : 10 - quantity)
                #expect(sent == (rest == .zero ? nil : rest), "\(isKnown) \(quantity)")
            }
        }
    }

    @Test("29: what trades after its end was confirmed is taken off what has not left yet")
    func late() {
        var rig = guarded()
        rig.ask(.cancel, stop(10))
        rig.run()
        rig.broker.fill(1, Quantity(7))
        rig.run()
        rig.ask(.submit, exit())
        rig.run()
        #expect(rig.broker.orders.last?.quantity == Quantity(3))
    }

    @Test(
        "29: what was traded is taken off once, of the orders of one strategy or of an order for all of them")
    func divided() {
        var rig = guarded()
        var other = exit(5, 3)
        other.strategy = "other"
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, other)
        rig.ask(.submit, exit(6, 4))
        rig.ask(.submit, exit(4, 5))
        rig.broker.fill(1, Quantity(7))
        rig.run()
        let sent = rig.broker.asked.filter { $0.kind == .submit }.compactMap { $0.order?.quantity }
        #expect(sent == [Quantity(5), Quantity(3)])
    }

    @Test(
        "29: a pair takes the place of a stop, for what is left, and a stop that of a pair",
        arguments: [true, false])
    func pairs(namesLegs: Bool) {
        var rig = guarded()
        rig.broker.namesLegs = namesLegs
        let pair = family(.oneCancelsOther, 10, 5)
        rig.ask(.cancel, stop(10))
        rig.submit(pair)
        rig.broker.fill(1, Quantity(4))
        rig.run()
        #expect(rig.broker.orders.suffix(2).map(\.quantity) == [Quantity(6), Quantity(6)])
        _ = rig.step()
        rig.ask(.cancel, pair[0])
        rig.ask(.submit, stop(6, 6))
        #expect(rig.calls.map(\.kind) == [.cancel])
        rig.broker.fill(3, Quantity(2))
        rig.run()
        #expect(rig.broker.orders.last?.quantity == Quantity(4))
        #expect(rig.broker.orders.map(\.status).suffix(3) == [.cancelled, .cancelled, .working])
        rig.pass(120)
        #expect(rig.standing.isReconciled && rig.alarms.isEmpty)
    }

    @Test("29: of a pair the other one is called off as well where the broker leaves it")
    func leftBehind() {
        var rig = guarded()
        let pair = family(.oneCancelsOther, 10, 5)
        rig.ask(.cancel, stop(10))
        rig.submit(pair)
        rig.run()
        rig.broker.leavesPairs = true
        rig.ask(.cancel, pair[0])
        rig.ask(.submit, exit())
        rig.run()
        #expect(rig.submits(of: exit()) == 0)
        rig.pass(20)
        #expect(rig.broker.orders.map(\.status).suffix(3) == [.cancelled, .cancelled, .working])
    }

    @Test(
        "29: where the broker does not end the one, the other is held back; the next one has it tried again")
    func staysOn() throws {
        var rig = guarded()
        rig.faults = [.refused("pending replace")]
        rig.ask(.cancel, stop(10))
        rig.run()
        rig.pass(5)
        #expect(rig.step().map(\.kind) == [.cancelRejected])
        rig.faults = [.refused("pending replace")]
        rig.ask(.submit, exit())
        rig.run()
        rig.pass(5)
        let held = try #require(rig.step().first)
        #expect(held.kind == .cancelled && held.orderId == exit().id)
        #expect(held.explanation.contains(stop(10).id))
        rig.ask(.submit, exit(10, 3))
        rig.run()
        rig.pass(5)
        #expect(rig.broker.orders.map(\.status) == [.filled, .cancelled, .working])
    }

    @Test("29: what waits ends unsent where nobody wants it any more, or it is too late")
    func givenUp() {
        for isLate in [false, true] {
            var rig = guarded()
            rig.isListening = false
            var exit = exit()
            if isLate { exit.validUntil = rig.market }
            rig.ask(.cancel, stop(10))
            rig.ask(.submit, exit)
            if !isLate { rig.ask(.cancel, exit) }
            _ = rig.step()
            rig.run()
            rig.pass(30)
            #expect(rig.submits(of: exit) == 0)
            let told = (rig.reports + rig.step()).filter { $0.orderId == exit.id }
            #expect(told.map(\.kind) == [isLate ? .expired : .cancelled])
        }
    }

    @Test("29: killed while it waits, it waits on", arguments: [true, false])
    func killed(reached: Bool) throws {
        var rig = guarded()
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, exit())
        rig.broker.fill(1, Quantity(4))
        try rig.die(withCalls: reached)
        rig.run()
        rig.pass(30)
        #expect(rig.submits(of: exit()) == 1 && rig.broker.orders.last?.quantity == Quantity(6))
        #expect(rig.standing.isReconciled && rig.standing.kept == 0)
    }

    @Test("29: a person is told once of what waits for long")
    func told() {
        var rig = guarded()
        rig.isListening = false
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, exit())
        rig.calls = []
        rig.pass(50)
        #expect(rig.alarms.isEmpty)
        rig.pass(30)
        #expect(rig.alarms.map(\.code) == ["waiting"])
        #expect(rig.alarms[0].explanation.contains(exit().id))
        #expect(rig.alarms[0].explanation.contains(stop(10).id))
        rig.pass(200)
        #expect(rig.alarms.count == 1)
    }

    @Test("29: of an order that the broker has forgotten no end is awaited: its symbol is frozen")
    func forgotten() {
        var rig = guarded()
        rig.isListening = false
        rig.broker.orders.removeLast()
        rig.ask(.cancel, stop(10))
        rig.ask(.submit, exit())
        rig.run()
        rig.pass(100)
        #expect(rig.standing.differences.map(\.kind) == ["order"])
        let told = rig.step().filter { $0.orderId == exit().id }
        #expect(told.map(\.kind) == [.cancelled] && rig.submits(of: exit()) == 0)
    }
}
