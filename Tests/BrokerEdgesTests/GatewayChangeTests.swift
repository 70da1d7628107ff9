import Brokers
import Domain
import Testing

@testable import BrokerEdges

/// Number 5 of docs/brokers.md at an invented gateway: an order is changed under its own number.
@Suite("Orders changed at a gateway")
struct GatewayChangeTests {
    private let old = lot(10, 1, at: Price(90))
    private let new = lot(12, 2, at: Price(95))

    private func working(renames: Bool = true) -> GatewayWorld {
        var world = GatewayWorld()
        world.gateway.renames = renames
        world.begin()
        world.ask(.submit, old)
        world.run()
        world.step()
        return world
    }

    @Test(
        "5: the order is placed again under its number, and what it trades then is of the one that stands",
        arguments: [true, false])
    func replace(renames: Bool) {
        var world = working(renames: renames)
        world.ask(.replace, new, replaces: old.id)
        world.run()
        let told = world.step()
        #expect(told.map(\.kind) == [.accepted, .replaced] && told.map(\.orderId) == [new.id, old.id])
        #expect(world.placed.map(\.id) == [1, 1] && world.placed[1].limit == Price(95))
        #expect(world.gateway.orders.map(\.order.quantity) == [Quantity(12)])
        world.gateway.fill(0, 5)
        world.run()
        world.ask(.cancel, new)
        world.run()
        let after = world.step()
        #expect(after.map(\.kind) == [.filled, .cancelled] && after.allSatisfy { $0.orderId == new.id })
        #expect(world.standing.isReconciled && world.alarms.isEmpty)
    }

    @Test(
        "5: of an order and its change one stands, though the line breaks or the process dies as it leaves",
        arguments: GatewayWorld.Moment.allCases, [(true, false), (true, true), (false, false), (false, true)])
    func breaks(moment: GatewayWorld.Moment, kind: (renames: Bool, dies: Bool)) throws {
        var world = working(renames: kind.renames)
        world.ask(.replace, new, replaces: old.id)
        world.advance(to: moment)
        if kind.dies { try world.die() } else { world.lose() }
        world.pass(200)
        let isThere = moment == .there || moment == .noted && !kind.dies && world.placed.count > 1
        #expect(world.gateway.orders.map(\.order.quantity) == [Quantity(isThere ? 12 : 10)])
        #expect(world.step().map(\.kind) == (isThere ? [.accepted, .replaced] : [.rejected]))
        world.gateway.fill(0, isThere ? 12 : 10)
        world.run()
        let after = world.step()
        #expect(after.map(\.kind) == [.filled] && after[0].orderId == (isThere ? new.id : old.id))
        #expect(world.standing.isReconciled && world.standing.working == 0)
    }

    @Test("5: a part that trades while the change is on its way is the old order's, and counts as ordered")
    func fillRace() {
        for renames in [true, false] {
            var world = working(renames: renames)
            world.ask(.replace, new, replaces: old.id)
            world.gateway.fill(0, 3)
            world.run()
            #expect(world.step().map(\.kind) == [.filled, .accepted, .replaced])
            world.gateway.fill(0, 9)
            world.run()
            let told = world.step()
            #expect(told.map(\.kind) == [.filled, .cancelled] && told.allSatisfy { $0.orderId == new.id })
            #expect(told[1].explanation.hasPrefix("3 of it"))
            #expect(world.fills.map(\.orderId) == [old.id, new.id])
            world.pass(130)
            #expect(world.standing.isReconciled && world.standing.working == 0)
        }
    }

    @Test("5: a part that traded unheard before the change is told once, of the one that stands")
    func unheard() throws {
        var world = working()
        world.ask(.replace, new, replaces: old.id)
        world.gateway.fill(0, 3)
        world.gateway.said = []
        world.advance(to: .there)
        try world.die()
        world.pass(60)
        #expect(world.step().map(\.kind) == [.accepted, .replaced, .filled])
        #expect(world.fills.map(\.orderId) == [new.id] && world.fills.map(\.quantity) == [Quantity(3)])
        world.gateway.fill(0, 9)
        world.run()
        #expect(world.step().map(\.kind) == [.filled] && world.standing.isReconciled)
    }

    @Test("5: an order that has traded is not changed, and neither is one that the broker will not change")
    func refused() {
        var world = working()
        world.gateway.faults = [.refused]
        world.ask(.replace, new, replaces: old.id)
        world.run()
        let told = world.step()
        #expect(told.map(\.kind) == [.rejected] && told[0].explanation.contains("no margin"))
        // It goes on as it was, and is filled while the next change is on its way.
        let third = lot(11, 3, at: Price(96))
        world.ask(.replace, third, replaces: old.id)
        world.gateway.fill(0, 10)
        world.run()
        #expect(world.step().map(\.kind) == [.filled, .rejected])
        #expect(world.gateway.orders.map(\.order.quantity) == [Quantity(10)] && world.standing.isReconciled)
    }

    @Test("5: of an error while an order is being changed and cancelled it is known of which it is")
    func errors() throws {
        var edge = Talking()
        try edge.connect()
        edge.carry(.submit, Said.order)
        try edge.say(Said.status(1, "Submitted"))
        _ = edge.news()
        var changed = Said.order
        (changed.id, changed.limit) = ("changed", Price(101))
        let change = BrokerCall(number: 77, kind: .replace, order: changed, venueOrderId: "900")
        edge.talk.carry(change, at: edge.now)
        let cancel = edge.carry(.cancel, Said.order)
        try edge.say("4|2|1|10148|cannot||", "4|2|1|201|no margin||", Said.status(1, "Submitted"))
        let news = edge.news()
        #expect(news.map(\.call) == [cancel, 77] && news.map(\.kind) == [.refused, .refused])
        // It stands as it was, and the change is not sent again.
        edge.talk.carry(change, at: edge.now)
        #expect(edge.news().map(\.kind) == [.duplicate] && edge.talk.urgent.count == 3)
    }

    @Test("5: a change of what was changed is one more, and after a restart it is known which one stands")
    func again() throws {
        for renames in [true, false] {
            var world = working(renames: renames)
            world.ask(.replace, new, replaces: old.id)
            world.run()
            let third = lot(11, 3, at: Price(96))
            world.ask(.replace, third, replaces: new.id)
            world.run()
            #expect(world.step().map(\.kind) == [.accepted, .replaced, .accepted, .replaced])
            try world.die()
            world.pass(60)
            world.ask(.status, old)
            world.ask(.cancel, third)
            world.run()
            #expect(world.step().map(\.kind) == [.cancelled, .state])
            #expect(world.gateway.orders.map(\.word) == ["Cancelled"] && world.standing.isReconciled)
        }
    }
}
