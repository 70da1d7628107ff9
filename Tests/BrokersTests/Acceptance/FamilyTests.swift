import Brokers
import Domain
import Testing

/// Orders that belong together. The numbers are those of docs/brokers.md.
@Suite("A broker's desk with orders that belong together")
struct FamilyTests {
    private static let classes: [OrderClass] = [.bracket, .oneCancelsOther, .oneTriggersOther]

    /// What a family needs to be sold: a pair leaves what is held.
    private func rig(_ orderClass: OrderClass, namesLegs: Bool = true) -> Rig {
        var rig = Rig()
        rig.broker.namesLegs = namesLegs
        guard orderClass == .oneCancelsOther else { return rig }
        rig.ask(.submit, buy(10, 9))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.run()
        _ = rig.step()
        rig.broker.asked = []
        return rig
    }

    @Test(
        "26: a family leaves whole in one call, and each is known by its own id, whatever the broker calls it",
        arguments: classes, [true, false])
    func whole(orderClass: OrderClass, namesLegs: Bool) throws {
        var rig = rig(orderClass, namesLegs: namesLegs)
        let orders = family(orderClass)
        let before = rig.broker.orders.count
        rig.submit(orders)
        rig.run()
        let sent = rig.broker.asked.filter { $0.kind == .submit }
        #expect(sent.map { $0.order?.id } == [orders[0].id])
        #expect(sent.first?.legs.map(\.id) == orders.dropFirst().map(\.id))
        let told = rig.step()
        #expect(told.map(\.kind) == orders.map { _ in .accepted } && told.map(\.orderId) == orders.map(\.id))
        #expect(rig.broker.orders.count == before + orders.count && rig.alarms.isEmpty)
        #expect(rig.standing.working == UInt64(orders.count))
    }

    @Test("26: what the legs trade and how they end is told under their ids", arguments: [true, false])
    func legs(namesLegs: Bool) throws {
        var rig = rig(.bracket, namesLegs: namesLegs)
        let orders = family(.bracket)
        rig.submit(orders)
        rig.run()
        _ = rig.step()
        rig.broker.fill(0, Quantity(10))
        rig.broker.fill(1, Quantity(4))
        rig.run()
        try rig.die(withCalls: false)
        rig.run()
        rig.pass(5)
        rig.broker.fill(1, Quantity(6))
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.filled, .filled, .filled, .cancelled])
        #expect(told.map(\.orderId) == [orders[0].id, orders[1].id, orders[1].id, orders[2].id])
        #expect(rig.standing.isReconciled && rig.standing.working == 0 && rig.alarms.isEmpty)
    }

    @Test(
        "26: a family whose answer was lost is asked about, and is adopted or leaves again whole",
        arguments: [HostileBroker.Fault.requestLost, .answerLost], [true, false])
    func unknown(fault: HostileBroker.Fault, namesLegs: Bool) {
        var rig = rig(.bracket, namesLegs: namesLegs)
        rig.isListening = false
        rig.faults = [fault]
        let orders = family(.bracket)
        rig.submit(orders)
        rig.run()
        rig.pass(20)
        #expect(rig.broker.orders.count == 3)
        #expect(rig.submits(of: orders[0]) == (fault == .requestLost ? 2 : 1))
        let told = rig.step()
        #expect(told.map(\.kind) == [.accepted, .accepted, .accepted])
        #expect(Set(told.map(\.orderId)) == Set(orders.map(\.id)) && rig.alarms.isEmpty)
    }

    @Test(
        "26: killed between sending and hearing, it knows each again", arguments: [true, false],
        [true, false])
    func killed(reached: Bool, namesLegs: Bool) throws {
        var rig = rig(.bracket, namesLegs: namesLegs)
        let orders = family(.bracket)
        rig.submit(orders)
        try rig.die(withCalls: reached)
        #expect(rig.calls.allSatisfy { $0.kind != .submit })
        rig.run()
        rig.pass(20)
        #expect(rig.broker.orders.count == 3 && rig.alarms.isEmpty)
        #expect(Set(rig.step().map(\.orderId)) == Set(orders.map(\.id)))
        rig.broker.fill(0, Quantity(10))
        rig.broker.fill(2, Quantity(10))
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.filled, .filled, .cancelled])
        #expect(told.map(\.orderId) == [orders[0], orders[2], orders[1]].map(\.id))
    }

    @Test("26: what is not whole does not leave, and ends together")
    func incomplete() {
        var rig = rig(.bracket)
        let orders = family(.bracket)
        rig.submit(Array(orders.dropLast()))
        rig.run()
        #expect(rig.broker.asked.isEmpty)
        rig.ask(.cancel, orders[0])
        rig.ask(.submit, orders[2])
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.cancelled, .cancelled, .cancelled] && rig.broker.orders.isEmpty)
        #expect(told.map(\.orderId) == orders.map(\.id))
    }

    @Test("26: a refusal of a family is told once, with the broker's words; its legs end with it")
    func refused() {
        var rig = rig(.bracket)
        rig.faults = [.refused("insufficient buying power")]
        let orders = family(.bracket)
        rig.submit(orders)
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.rejected, .cancelled, .cancelled])
        #expect(
            told.first?.explanation == "insufficient buying power" && told.map(\.orderId) == orders.map(\.id))
        #expect(rig.standing.working == 0 && rig.standing.unknown == 0)
    }

    @Test(
        "27: a family of which a part has come to the broker is called back, and is not sent again",
        arguments: [1, 2])
    func half(count: Int) {
        var rig = rig(.bracket, namesLegs: false)
        rig.broker.familyMax = count
        let orders = family(.bracket)
        rig.submit(orders)
        rig.run()
        rig.pass(10)
        #expect(rig.broker.orders.map(\.status) == Array(repeating: .cancelled, count: count))
        rig.pass(200)
        let told = rig.step()
        #expect(rig.submits(of: orders[0]) == 1 && told.count { $0.kind == .cancelled } == 3)
        #expect(!told.contains { $0.kind == .rejected } && rig.standing.unknown == 0)
    }

    @Test("27: an entry whose leg is refused is called back, and stays where it has traded")
    func legRefused() {
        for hasTraded in [false, true] {
            var rig = rig(.bracket, namesLegs: false)
            rig.submit(family(.bracket))
            rig.run()
            if hasTraded { rig.broker.fill(0, Quantity(4)) }
            rig.run()
            rig.broker.change(2) { $0.status = .rejected }
            rig.run()
            rig.pass(10)
            let works = BrokerOrderStatus.working
            #expect(
                rig.broker.orders.map(\.status)
                    == (hasTraded ? [works, works, .rejected] : [.cancelled, .cancelled, .rejected]))
            #expect(!rig.step().contains { $0.kind == .cancelRejected })
            // Nobody may miss that something is held without its stop.
            #expect(rig.alarms.map(\.code) == (hasTraded ? ["unprotected"] : []))
        }
    }

    @Test("27: a leg that the broker leaves behind when its entry ends is cancelled")
    func stray() {
        var rig = rig(.bracket)
        rig.submit(family(.bracket))
        rig.run()
        rig.broker.change(0) { $0.status = .expired }
        rig.run()
        rig.pass(10)
        #expect(rig.broker.orders.map(\.status) == [.expired, .cancelled, .cancelled])
        #expect(rig.step().suffix(3).map(\.kind) == [.expired, .cancelled, .cancelled])
    }

    @Test("27: an entry of the day that had to be sent for as long as its legs ends with the session")
    func dayOfEntry() {
        var rig = rig(.bracket)
        rig.submit(family(.bracket))
        rig.run()
        rig.broker.isOpen = false
        rig.pass(70)
        #expect(rig.broker.orders.map(\.status) == [.cancelled, .cancelled, .cancelled])
    }

    @Test(
        "28: of two exits that have both traded it is told that they have, where that is more than was to be left"
    )
    func excess() {
        for orderClass in [OrderClass.bracket, .oneCancelsOther] {
            var rig = rig(orderClass)
            let first = rig.broker.orders.count
            rig.submit(family(orderClass))
            rig.run()
            if orderClass == .bracket { rig.broker.fill(first, Quantity(10)) }
            let exits = orderClass == .bracket ? [first + 1, first + 2] : [first, first + 1]
            rig.broker.fill(exits[0], Quantity(10))
            rig.run()
            #expect(rig.standing.differences.isEmpty)
            rig.broker.fill(exits[1], Quantity(3))
            rig.run()
            #expect(rig.standing.differences.map(\.kind) == ["order"])
            #expect(rig.standing.differences.first?.theirs == "13 have traded")
            #expect(rig.step().compactMap(\.fill).last?.quantity == Quantity(3))
        }
    }

    @Test("28: where no word comes that one exit has ended the other, it is asked about")
    func asked() {
        var rig = rig(.bracket)
        rig.submit(family(.bracket))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.broker.fill(2, Quantity(10))
        // The last update is lost.
        rig.broker.updates.removeLast()
        rig.run()
        rig.pass(3)
        #expect(rig.step().last?.kind == .cancelled && rig.standing.working == 0)
    }

    /// The broker says that so many are held, and by the house's own count there are not.
    private func freeze(_ rig: inout Rig, at held: Int) {
        rig.broker.holdings[aapl] = Quantity(held)
        rig.pass(130)
        _ = rig.step()
        rig.broker.asked = []
    }

    @Test(
        "13: in a frozen symbol the two exits of a bracket are counted once, and no more is sold beside them")
    func frozenBracket() {
        var rig = rig(.bracket)
        rig.submit(family(.bracket))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.run()
        freeze(&rig, at: 15)
        #expect(rig.standing.differences.map(\.kind) == ["position"] && rig.standing.working == 2)
        rig.ask(.submit, order(.sell, 10, 5))
        rig.run()
        #expect(rig.broker.asked.filter { $0.kind == .submit }.map { $0.order?.quantity } == [Quantity(5)])
        // An exit is replaced all the same: the other one closes the same shares.
        var tighter = family(.bracket)[2]
        (tighter.id, tighter.stop) = (family(.bracket, 10, 2)[2].id, Price(95))
        rig.ask(.replace, tighter, replaces: family(.bracket)[2].id)
        rig.run()
        #expect(rig.broker.asked.contains { $0.kind == .replace && $0.order?.id == tighter.id })
        #expect(rig.step().map(\.kind) == [.accepted, .accepted, .replaced])
    }

    @Test("13: in a frozen symbol an exit is counted for as much as its entry has bought")
    func frozenPartOfBracket() {
        var rig = rig(.bracket)
        rig.submit(family(.bracket))
        rig.run()
        rig.broker.fill(0, Quantity(4))
        rig.run()
        freeze(&rig, at: 9)
        rig.ask(.submit, order(.sell, 10, 5))
        rig.run()
        #expect(rig.broker.asked.filter { $0.kind == .submit }.map { $0.order?.quantity } == [Quantity(5)])
    }

    @Test("13: in a frozen symbol what is left of a pair is counted, whichever of the two it is")
    func frozenPair() {
        var rig = rig(.oneCancelsOther, namesLegs: false)
        rig.submit(family(.oneCancelsOther))
        rig.run()
        rig.broker.change(1) { $0.status = .rejected }
        rig.run()
        freeze(&rig, at: 15)
        #expect(rig.broker.orders.map(\.status) == [.filled, .rejected, .working])
        rig.ask(.submit, order(.sell, 10, 5))
        rig.run()
        #expect(rig.broker.asked.filter { $0.kind == .submit }.map { $0.order?.quantity } == [Quantity(5)])
    }

    @Test("13: in a frozen symbol the parts in which an order is worked are counted, though they name it")
    func frozenParts() {
        var rig = rig(.oneCancelsOther)
        freeze(&rig, at: 6)
        var part = order(.sell, 4, 5, limit: Price(120))
        part.parent = order(.sell, 10, 4).id
        rig.ask(.submit, part)
        rig.ask(.submit, order(.sell, 5, 6))
        rig.run()
        let sent = rig.broker.asked.filter { $0.kind == .submit }
        #expect(sent.map { $0.order?.quantity } == [Quantity(4), Quantity(2)])
    }

    @Test("13: in a frozen symbol nothing is closed by an order whose legs may open it again")
    func frozenEntry() {
        var rig = Rig()
        rig.ask(.submit, order(.sell, 10, 9))
        rig.run()
        rig.broker.fill(0, Quantity(10))
        rig.run()
        freeze(&rig, at: -8)
        let orders = family(.bracket, 5)
        rig.submit(orders)
        rig.run()
        let told = rig.step()
        #expect(told.map(\.kind) == [.cancelled, .cancelled, .cancelled] && rig.broker.asked.isEmpty)
        #expect(told.map(\.orderId) == orders.map(\.id) && told[0].explanation.contains("is frozen"))
    }

    @Test("17: what no broker takes as a family is not sent")
    func objections() {
        let changes: [(OrderClass, Int, (inout Order) -> Void, String)] = [
            (.bracket, 0, { $0.timeInForce = .immediateOrCancel }, "stand for the day"),
            (.bracket, 0, { ($0.kind, $0.stop) = (.stop, Price(120)) }, "a market or a limit order"),
            (.bracket, 1, { $0.side = .buy }, "of the other side"),
            (.bracket, 2, { ($0.kind, $0.stop, $0.limit) = (.limit, nil, Price(95)) }, "the other a stop"),
            (.bracket, 2, { ($0.kind, $0.stop, $0.trail) = (.trailingStop, nil, Price(2)) }, "a stop-limit"),
            (.bracket, 1, { $0.quantity = Quantity(9) }, "as much of the same"),
            (.bracket, 1, { $0.limit = Price(80) }, "above the stop"),
            (.bracket, 2, { $0.stop = Price(units: 90_001_000) }, "parts of a cent"),
            (.oneCancelsOther, 0, { ($0.kind, $0.limit) = (.market, nil) }, "the first is a limit"),
            (.oneCancelsOther, 1, { $0.side = .buy }, "of the same side"),
            (.oneCancelsOther, 0, { $0.timeInForce = .day }, "stand equally long"),
        ]
        for (orderClass, place, change, words) in changes {
            var rig = rig(orderClass)
            var orders = family(orderClass)
            change(&orders[place])
            rig.submit(orders)
            rig.run()
            let told = rig.step()
            #expect(
                told.first?.kind == .rejected && told.first?.explanation.contains(words) == true, "\(told)")
            #expect(told.dropFirst().allSatisfy { $0.kind == .cancelled } && rig.broker.asked.isEmpty)
        }
        var rig = Rig { $0.takesFamilies = false }
        rig.submit(family(.bracket))
        rig.run()
        #expect(rig.step().first?.explanation.contains("broker.families") == true && rig.broker.asked.isEmpty)
    }

    @Test("17: of two orders that leave the same shares one is counted")
    func shares() {
        var rig = Rig(begins: false)
        rig.broker.assets[aapl] = BrokerAsset(
            symbol: aapl, isTradable: true, isShortable: false, isFractionable: true)
        rig.tell(BrokerNews(kind: .began, at: rig.clock))
        rig.tell(BrokerNews(kind: .connected, at: rig.clock))
        rig.run()
        rig.ask(.submit, buy(20, 9))
        rig.run()
        rig.broker.fill(0, Quantity(20))
        rig.run()
        rig.submit(family(.oneCancelsOther))
        rig.run()
        rig.ask(.submit, order(.sell, 10, 5))
        rig.ask(.submit, order(.sell, 1, 6))
        rig.run()
        let told = rig.step().filter { $0.orderId != buy(20, 9).id }
        #expect(told.count { $0.kind == .accepted } == 3)
        #expect(told.filter { $0.kind == .rejected }.map(\.orderId) == [order(.sell, 1, 6).id])
    }
}
