import Brokers
import Domain
import Testing

@testable import BrokerEdges

/// Numbers 26 to 28 of docs/brokers.md in Alpaca's words, at the simulated exchange behind its interface: it names legs itself.
@Suite("Orders that belong together at Alpaca")
struct AlpacaFamilyTests {
    private let orders = trio()

    @Test(
        "26: a bracket is one request; the answer's legs are known by their prices, and traded under our ids")
    func bracket() throws {
        var world = try AlpacaWorld()
        for order in orders { world.ask(.submit, order) }
        try world.run()
        #expect(world.said.filter { $0 == "POST /v2/orders" }.count == 1)
        try world.move("AAPL", to: "99")
        try world.pass(2)
        var told = world.step()
        #expect(Set(told.filter { $0.kind == .accepted }.map(\.orderId)) == Set(orders.map(\.id)))
        #expect(told.compactMap(\.fill).map(\.orderId) == [orders[0].id])
        try world.move("AAPL", to: "112")
        try world.pass(2)
        told = world.step()
        #expect(told.map(\.kind) == [.filled, .cancelled])
        #expect(told.map(\.orderId) == [orders[1].id, orders[2].id])
        try world.pass(120)
        #expect(world.standing.isReconciled && world.standing.working == 0 && world.alarms.isEmpty)
    }

    @Test(
        "26: where request or answer is lost, or the process dies meanwhile, the family is there once, and known",
        arguments: [AlpacaWorld.Fault.requestLost, .answerLost], [false, true])
    func lost(fault: AlpacaWorld.Fault, dies: Bool) throws {
        var world = try AlpacaWorld()
        world.isListening = false
        for order in orders { world.ask(.submit, order) }
        if dies {
            let call = try #require(world.calls.first { $0.kind == .submit })
            if fault == .answerLost { world.obey(call) }
            try world.die()
        } else {
            world.faults = [fault]
        }
        try world.pass(30)
        #expect(Set(world.step().map(\.orderId)) == Set(orders.map(\.id)) && world.standing.working == 3)
        try world.move("AAPL", to: "99")
        try world.pass(2)
        try world.move("AAPL", to: "88")
        try world.pass(30)
        let told = world.step()
        #expect(told.compactMap(\.fill).map(\.orderId) == [orders[0].id, orders[2].id])
        #expect(told.filter { $0.kind == .cancelled }.map(\.orderId) == [orders[1].id])
        #expect(world.standing.isReconciled && world.standing.working == 0 && world.alarms.isEmpty)
    }

    @Test("5, 26: a leg is replaced under a name of its own, and a cancelled entry takes its legs with it")
    func changed() throws {
        var world = try AlpacaWorld()
        for order in orders { world.ask(.submit, order) }
        try world.run()
        try world.move("AAPL", to: "99")
        try world.pass(2)
        _ = world.step()
        var tighter = orders[2]
        (tighter.id, tighter.stop) = (trio(cause: 2)[2].id, Price(95))
        world.ask(.replace, tighter, replaces: orders[2].id)
        try world.run()
        try world.move("AAPL", to: "94")
        try world.pass(2)
        let told = world.step()
        #expect(Set(told.map(\.kind)) == [.accepted, .replaced, .filled, .cancelled])
        #expect(told.compactMap(\.fill).map(\.orderId) == [tighter.id])
        let second = trio(cause: 5, "MSFT")
        for order in second { world.ask(.submit, lowered(order)) }
        try world.run()
        world.ask(.cancel, second[0])
        try world.pass(5)
        let ended = world.step().filter { $0.kind == .cancelled }
        #expect(Set(ended.map(\.orderId)) == Set(second.map(\.id)) && world.standing.working == 0)
        #expect(world.standing.isReconciled && world.alarms.isEmpty)
    }

    /// Far below the market of MSFT, so that nothing of it trades.
    private func lowered(_ order: Order) -> Order {
        var order = order
        order.limit = order.limit.map { $0 - Price(70) }
        order.stop = order.stop.map { $0 - Price(70) }
        return order
    }

    @Test("26: a pair, an entry with a stop, and a family that is refused")
    func others() throws {
        var world = try AlpacaWorld()
        var (entry, stop) = (orders[0], orders[2])
        (entry.orderClass, stop.orderClass) = (.oneTriggersOther, .oneTriggersOther)
        world.ask(.submit, entry)
        world.ask(.submit, stop)
        try world.run()
        try world.move("AAPL", to: "99")
        try world.pass(2)
        world.ask(.cancel, stop)
        try world.pass(5)
        var told = world.step()
        #expect(told.last?.kind == .cancelled && told.last?.orderId == stop.id)
        var exits = [trio(cause: 3)[1], trio(cause: 3)[2]]
        (exits[0].parent, exits[1].parent) = ("", exits[0].id)
        for exit in exits.indices { exits[exit].orderClass = .oneCancelsOther }
        for exit in exits { world.ask(.submit, exit) }
        try world.run()
        try world.move("AAPL", to: "89")
        try world.pass(5)
        told = world.step()
        #expect(told.compactMap(\.fill).map(\.orderId) == [exits[1].id])
        #expect(told.filter { $0.kind == .cancelled }.map(\.orderId) == [exits[0].id])
        // The stop is no loss: the venue refuses all of it.
        var wrong = trio(cause: 4)
        (wrong[0].kind, wrong[0].limit, wrong[2].stop) = (.market, nil, Price(105))
        for order in wrong { world.ask(.submit, order) }
        try world.run()
        told = world.step()
        #expect(told.map(\.kind) == [.rejected, .cancelled, .cancelled] && world.standing.working == 0)
        #expect(told.first?.explanation.contains("stop_loss.stop_price") == true)
        try world.pass(120)
        #expect(world.standing.isReconciled && world.alarms.isEmpty)
    }
}
