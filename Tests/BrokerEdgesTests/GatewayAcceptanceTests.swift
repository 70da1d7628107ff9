import Brokers
import Domain
import TWS
import Testing

/// The numbers of docs/brokers.md at an invented gateway: what is sent, and what trades.
@Suite("A desk at a gateway, as it sends")
struct GatewayAcceptanceTests {
    @Test("1: an order leaves once what is unknown has been asked for, and is told with what it cost")
    func submit() throws {
        var world = GatewayWorld()
        world.ask(.submit, lot(10))
        world.run()
        #expect(world.placed.isEmpty)
        world.begin()
        let asking = try #require(world.said.lastIndex(of: .completedOrders))
        let sending = world.said.firstIndex(where: \.isOrder) ?? -1
        #expect(sending > asking)
        #expect(world.placed.map(\.reference) == [lot(10).id])
        #expect(world.step().map(\.kind) == [.accepted])
        world.gateway.fill(0, 10)
        world.run()
        let told = world.step()
        #expect(told.map(\.kind) == [.filled] && told[0].fill?.fee == Money(units: 350_000))
        #expect(told[0].fill?.id == "e.0")
    }

    @Test(
        "2: the same order is taken once; one that the gateway has is adopted where everything here is lost")
    func duplicate() {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.ask(.submit, lot(10))
        world.run()
        #expect(world.gateway.orders.count == 1)
        var heir = GatewayWorld()
        heir.gateway = world.gateway
        heir.begin()
        heir.ask(.submit, lot(10))
        heir.pass(5)
        #expect(heir.gateway.orders.count == 1 && heir.placed.isEmpty)
        #expect(heir.step().map(\.kind) == [.accepted])
    }

    @Test("3: each part that was traded is told once, though the line breaks and all is told again")
    func parts() {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.run()
        world.gateway.fill(0, 4)
        world.run()
        world.gateway.isCut = true
        world.gateway.fill(0, 6)
        world.lose()
        world.pass(60)
        world.lose()
        world.pass(60)
        #expect(world.step().compactMap(\.fill).map(\.quantity) == [Quantity(4), Quantity(6)])
        #expect(world.fills.map(\.id) == ["e.0", "e.1"])
    }

    @Test("4: a cancellation that a fill has overtaken is told as refused, after the fill")
    func cancelRace() {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.run()
        world.step()
        world.ask(.cancel, lot(10))
        world.gateway.fill(0, 10)
        world.run()
        #expect(world.step().map(\.kind) == [.filled, .cancelRejected])
        world.ask(.submit, lot(8, 2))
        world.run()
        world.ask(.cancel, lot(8, 2))
        world.gateway.fill(1, 3)
        world.run()
        #expect(world.step().map(\.kind) == [.accepted, .filled, .cancelled])
        // A fill after its end is heard all the same.
        world.gateway.fill(1, 2)
        world.run()
        #expect(world.step().map { $0.fill?.quantity } == [Quantity(2)])
    }

    @Test("6: a refusal is told with the broker's words")
    func reject() {
        var world = GatewayWorld()
        world.begin()
        world.gateway.faults = [.refused]
        world.ask(.submit, lot(10))
        world.run()
        let told = world.step()
        #expect(
            told.map(\.kind) == [.rejected]
                && told[0].explanation == "Order rejected - reason:no margin (201)")
    }

    @Test(
        "7 and 8: what was under way when the line broke is asked about before anything is sent, and is there once",
        arguments: GatewayWorld.Moment.allCases)
    func unknown(moment: GatewayWorld.Moment) throws {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.advance(to: moment)
        world.lose()
        let before = world.said.count
        world.ask(.submit, lot(7, 2))
        world.ask(.submit, lot(5, 3, "MSFT"))
        world.pass(30)
        let after = world.said[before...]
        let asking = try #require(after.firstIndex(of: .completedOrders))
        let sending = after.firstIndex(where: \.isOrder) ?? -1
        #expect(sending > asking)
        let ids = [lot(10), lot(7, 2), lot(5, 3, "MSFT")].map(\.id)
        #expect(world.gateway.orders.map(\.references) == ids.map { [$0] })
        #expect(world.step().map(\.kind) == [.accepted, .accepted, .accepted])
    }

    @Test("9: a gateway that complains of haste is left, and connected to anew; nothing is lost or doubled")
    func haste() {
        var world = GatewayWorld()
        world.begin()
        world.gateway.faults = [.haste]
        world.ask(.submit, lot(10))
        world.run()
        world.pass(10)
        #expect(world.gateway.orders.count == 1 && world.placed.count == 1)
        #expect(world.step().map(\.kind) == [.accepted])
    }

    @Test(
        "10: killed at the moment of sending it asks before it sends, and nothing is lost or doubled",
        arguments: GatewayWorld.Moment.allCases)
    func killed(moment: GatewayWorld.Moment) throws {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.advance(to: moment)
        try world.die()
        world.run()
        world.pass(30)
        #expect(world.gateway.orders.map(\.references) == [[lot(10).id]])
        #expect(world.step().map(\.kind) == [.accepted])
    }

    @Test("11 and 12: orders that work are gone on with after a restart, and fills while away are taken once")
    func away() throws {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.run()
        world.step()
        try world.die()
        for _ in 0..<3 { world.gateway.fill(0, 1) }
        world.gateway.said = []
        world.pass(10)
        world.ask(.cancel, lot(10))
        world.run()
        #expect(world.step().map(\.kind) == [.filled, .filled, .filled, .cancelled])
        #expect(world.fills.map(\.id) == ["e.0", "e.1", "e.2"] && world.standing.isReconciled)
        #expect(world.alarms.isEmpty)
    }

    @Test(
        "17: what is known before is not sent",
        arguments: [
            "sub-penny", "parts", "buying power", "closed", "too late", "sub-penny change",
        ])
    func known(what: String) throws {
        // A Sunday where the market is to be closed.
        var world = GatewayWorld(
            at: try Timestamp(what == "closed" ? "2024-03-10T15:00:00Z" : "2024-03-11T14:00:00Z"))
        world.begin()
        var wanted = lot(10)
        var replaced = ""
        switch what {
        case "sub-penny": wanted.limit = Price(units: 100_005_000)
        case "parts": wanted.quantity = Quantity(units: Quantity.scale / 2)
        case "buying power": wanted = lot(1_000_000)
        case "closed": wanted.timeInForce = .immediateOrCancel
        case "too late": wanted.validUntil = world.market - 1
        default:
            world.ask(.submit, lot(10, 2))
            world.run()
            wanted.limit = Price(units: 100_005_000)
            replaced = lot(10, 2).id
        }
        world.step()
        let before = world.placed.count
        world.ask(replaced.isEmpty ? .submit : .replace, wanted, replaces: replaced)
        world.run()
        let told = world.step()
        #expect(told.map(\.kind) == [what == "too late" ? .expired : .rejected], "\(what)")
        #expect(world.placed.count == before && !told[0].explanation.isEmpty)
    }

    @Test("19: an order that never came there ends only when it can no longer be on its way")
    func neverCame() {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.advance(to: .onDisk)
        world.lose()
        world.ask(.cancel, lot(10))
        world.pass(60)
        #expect(world.step().isEmpty)
        world.pass(120)
        #expect(world.step().map(\.kind) == [.cancelled] && world.gateway.orders.isEmpty)
    }

    @Test("20: a refusal of what was sent twice is asked about, and stands where the first never came there")
    func twice() {
        var world = GatewayWorld()
        world.begin()
        world.gateway.faults = [.refused]
        world.ask(.submit, lot(10))
        world.advance(to: .onDisk)
        world.lose()
        world.pass(30)
        #expect(world.placed.map(\.id) == [2] && world.gateway.orders.isEmpty)
        let told = world.step()
        #expect(told.map(\.kind) == [.rejected] && told[0].explanation.contains("no margin"))
    }

    @Test("24: more traded than was sent is a difference")
    func overfill() {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.run()
        world.gateway.fill(0, 12)
        world.run()
        #expect(world.standing.differences.map(\.kind) == ["order"])
        #expect(world.step().compactMap(\.fill).map(\.quantity) == [Quantity(12)])
    }

    @Test("25: an order of which the gateway tells no more is not sent again, and is settled by a person")
    func forgotten() {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.advance(to: .there)
        world.gateway.orders = []
        world.lose()
        world.pass(60)
        #expect(world.placed.count == 1 && world.step().isEmpty && world.standing.unknown == 1)
        #expect(world.standing.differences.map(\.kind) == ["order"])
        world.settle("AAPL", as: "external")
        world.pass(60)
        #expect(world.step().map(\.kind) == [.cancelled] && world.standing.isReconciled)
        #expect(world.placed.count == 1)
    }
}
