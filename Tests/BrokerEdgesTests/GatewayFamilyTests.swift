import Brokers
import Domain
import TWS
import Testing

@testable import BrokerEdges

/// Numbers 26 to 28 of docs/brokers.md at an invented gateway: orders that belong together, sent one after the other.
@Suite("Orders that belong together at a gateway")
struct GatewayFamilyTests {
    private let orders = trio()

    private func working() -> GatewayWorld {
        var world = GatewayWorld()
        world.begin()
        for order in orders { world.ask(.submit, order) }
        world.run()
        return world
    }

    @Test(
        "26: all but the last are held back, the stop is last, and their numbers are on disk before one leaves"
    )
    func submit() {
        var world = GatewayWorld()
        world.begin()
        for order in orders { world.ask(.submit, order) }
        world.advance(to: .onDisk)
        #expect(world.placed.isEmpty)
        let lines = String(decoding: world.disk, as: UTF8.self).split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("order ") }.count == 3)
        world.run()
        #expect(world.placed.map(\.id) == [1, 2, 3] && world.placed.map(\.reference) == orders.map(\.id))
        #expect(world.placed.map(\.isTransmitted) == [false, false, true])
        #expect(
            world.placed.map(\.parent) == [0, 1, 1] && world.placed.map(\.type) == ["LMT", "LMT", "STP"])
        #expect(world.placed.map(\.group) == ["", orders[0].id, orders[0].id])
        #expect(
            world.placed.map(\.groupKind) == [0, 2, 2] && world.placed.map(\.time) == ["DAY", "GTC", "GTC"])
        let told = world.step()
        #expect(
            told.map(\.kind) == [.accepted, .accepted, .accepted] && told.map(\.orderId) == orders.map(\.id))
        #expect(world.gateway.orders.map(\.word) == ["Submitted", "PreSubmitted", "PreSubmitted"])
    }

    @Test(
        "26: what the legs trade is told as theirs, and one makes the other smaller",
        arguments: [false, true])
    func legs(dies: Bool) throws {
        var world = working()
        world.step()
        world.gateway.fill(0, 10)
        world.run()
        world.gateway.fill(1, 4)
        world.run()
        if dies {
            try world.die()
            world.pass(20)
        }
        world.gateway.fill(2, 6)
        world.run()
        let told = world.step()
        #expect(told.compactMap(\.fill).map(\.orderId) == [orders[0], orders[1], orders[2]].map(\.id))
        #expect(told.compactMap(\.fill).map(\.quantity) == [Quantity(10), Quantity(4), Quantity(6)])
        #expect(Set(told.filter { $0.kind == .cancelled }.map(\.orderId)) == [orders[1].id, orders[2].id])
        #expect(world.standing.isReconciled && world.standing.working == 0 && world.alarms.isEmpty)
    }

    @Test(
        "26, 27: where the line breaks or the process dies between them, all of them stand or none",
        arguments: 0...3, [false, true])
    func breaks(count: Int, dies: Bool) throws {
        var world = GatewayWorld()
        world.begin()
        for order in orders { world.ask(.submit, order) }
        world.advance(to: .onDisk)
        while world.placed.count < count, world.turn() {}
        if dies { try world.die() } else { world.lose() }
        world.pass(20)
        if count == 0 || count == 3 {
            #expect(world.gateway.orders.map(\.word) == ["Submitted", "PreSubmitted", "PreSubmitted"])
            #expect(world.step().map(\.kind) == [.accepted, .accepted, .accepted])
            #expect(world.placed.map(\.id) == (count == 0 ? [4, 5, 6] : [1, 2, 3]))
        } else {
            #expect(world.gateway.orders.allSatisfy { $0.word == "Cancelled" && $0.filled == 0 })
            world.pass(180)
            let told = world.step()
            #expect(
                told.filter { $0.kind == .cancelled }.count == 3 && !told.contains { $0.kind == .rejected })
            #expect(world.placed.count == count)
        }
        #expect(world.standing.isReconciled && world.standing.unknown == 0 && world.alarms.isEmpty)
    }

    @Test("26: a process that dies before its numbers are on disk sends the family once")
    func unwritten() throws {
        var world = GatewayWorld()
        world.begin()
        for order in orders { world.ask(.submit, order) }
        world.advance(to: .noted)
        try world.die()
        world.pass(20)
        #expect(world.gateway.orders.map(\.number) == [1, 2, 3] && world.standing.working == 3)
    }

    @Test("27: a refusal of one is told as its own, and nothing is left of the others", arguments: 0...2)
    func refused(which: Int) {
        var world = GatewayWorld()
        world.begin()
        world.gateway.faults = [.taken, .taken, .taken]
        world.gateway.faults[which] = .refused
        for order in orders { world.ask(.submit, order) }
        world.run()
        world.pass(10)
        let told = world.step()
        let refused = told.filter { $0.kind == .rejected && $0.explanation.contains("no margin") }
        #expect(refused.map(\.orderId) == [orders[which].id])
        #expect(world.gateway.orders.allSatisfy { $0.word == "Cancelled" })
        let ended = told.filter { $0.kind == .rejected || $0.kind == .cancelled }
        #expect(Set(ended.map(\.orderId)) == Set(orders.map(\.id)) && ended.count == 3)
        #expect(world.standing.isReconciled && world.standing.working == 0 && world.standing.unknown == 0)
    }

    @Test("26: a cancelled entry takes its legs with it, and one that has traded leaves them")
    func cancelled() {
        for part in [0, 4] {
            var world = working()
            world.step()
            if part > 0 { world.gateway.fill(0, part) }
            world.ask(.cancel, orders[0])
            world.run()
            world.pass(5)
            let told = world.step().filter { $0.kind == .cancelled }
            #expect(told.map(\.orderId) == (part > 0 ? [orders[0]] : orders).map(\.id))
            #expect(world.standing.working == (part > 0 ? 2 : 0) && world.standing.isReconciled)
        }
    }

    @Test(
        "5: a leg is changed under its number, and stays with those it belongs to", arguments: [true, false])
    func change(renames: Bool) throws {
        var world = working()
        world.gateway.renames = renames
        world.step()
        var tighter = orders[2]
        (tighter.id, tighter.stop) = (trio(cause: 2)[2].id, Price(95))
        // What is known of the family is what the gateway tells, and no memory of this process.
        try world.die()
        world.pass(20)
        world.ask(.replace, tighter, replaces: orders[2].id)
        world.run()
        #expect(world.step().map(\.kind) == [.accepted, .replaced])
        let said = try #require(world.placed.last)
        #expect(said.id == 3 && said.auxiliary == Price(95) && said.isTransmitted)
        #expect((said.parent, said.group, said.groupKind) == (1, orders[0].id, 2))
        world.ask(.replace, trio(cause: 3)[0], replaces: orders[0].id)
        world.run()
        let refused = world.step()
        #expect(
            refused.map(\.kind) == [.rejected]
                && refused.first?.explanation.contains("others have left") == true)
        world.gateway.fill(0, 10)
        world.gateway.fill(2, 10)
        world.run()
        let told = world.step()
        #expect(told.compactMap(\.fill).map(\.orderId) == [orders[0].id, tighter.id])
        #expect(told.last?.kind == .cancelled && told.last?.orderId == orders[1].id)
    }

    @Test("26: of a pair neither waits for the other; where one alone has come there, it is called back")
    func pair() throws {
        for count in [1, 2] {
            var world = GatewayWorld()
            world.begin()
            world.ask(.submit, lot(10, 7))
            world.run()
            world.gateway.fill(0, 10)
            world.run()
            world.step()
            var exits = [orders[1], orders[2]]
            exits[0].parent = ""
            exits[1].parent = exits[0].id
            for exit in exits.indices { exits[exit].orderClass = .oneCancelsOther }
            for exit in exits { world.ask(.submit, exit) }
            world.advance(to: .onDisk)
            while world.placed.count < 1 + count, world.turn() {}
            try world.die()
            world.pass(20)
            let said = world.placed.dropFirst()
            #expect(said.allSatisfy { $0.isTransmitted && $0.parent == 0 && $0.group == exits[0].id })
            let words = world.gateway.orders.dropFirst().map(\.word)
            #expect(words == (count == 1 ? ["Cancelled"] : ["Submitted", "Submitted"]))
            world.pass(180)
            let told = world.step().map(\.kind)
            #expect(
                told.filter { $0 == .cancelled }.count == (count == 1 ? 2 : 0) && !told.contains(.rejected))
            #expect(world.standing.isReconciled && world.standing.unknown == 0)
        }
    }
}

/// An entry at a limit with its target and its stop.
func trio(_ quantity: Int = 10, cause: UInt64 = 1, _ symbol: String = "AAPL") -> [Order] {
    var all: [Order] = []
    for leg in [0, 2, 1] as [UInt32] {
        let id = OrderId(
            account: "paper", cause: Cause(topic: .proposal, epoch: 2, number: cause), leg: leg)
        var order = Order(
            id: id.text, account: "paper", strategy: "test", symbol: Symbol(symbol)!,
            side: leg == 0 ? .buy : .sell, kind: leg == 1 ? .stop : .limit, quantity: Quantity(quantity),
            timeInForce: leg == 0 ? .day : .goodTillCancelled, orderClass: .bracket,
            parent: all.first?.id ?? "")
        if leg == 1 { order.stop = Price(90) } else { order.limit = leg == 0 ? Price(100) : Price(110) }
        all.append(order)
    }
    return all
}
