import Brokers
import Domain
import Testing

/// The numbers of docs/brokers.md at an invented gateway: where the views part, and what a night changes.
@Suite("A desk held against a gateway")
struct GatewayReconcilingTests {
    @Test("13: a position that was changed by hand freezes its symbol, and is settled by a person")
    func byHand() {
        var world = GatewayWorld()
        world.begin()
        world.gateway.tradeByHand("AAPL", 30)
        world.run()
        world.pass(70)
        #expect(world.standing.differences.map(\.kind) == ["fill"])
        world.ask(.submit, lot(5))
        world.ask(.submit, lot(5, 2, "MSFT"))
        world.run()
        let told = world.step()
        #expect(told.map(\.kind) == [.cancelled, .accepted] && told[0].explanation.contains("frozen"))
        world.settle("AAPL", as: "book")
        let fill = world.step().compactMap(\.fill).first
        #expect(fill?.orderId == "external" && fill?.quantity == Quantity(30))
        world.pass(130)
        #expect(world.standing.isReconciled)
    }

    @Test("14: what was held before stays somebody else's when a person says so")
    func external() {
        var world = GatewayWorld()
        world.gateway.others = ["MSFT": 7]
        world.begin()
        #expect(world.standing.differences.map(\.symbol.text) == ["MSFT"])
        world.settle("MSFT", as: "external")
        world.pass(130)
        #expect(world.standing.isReconciled && world.step().isEmpty)
    }

    @Test("15: cash that nothing explains is a difference once it has stood for as long as it is told late")
    func cash() {
        var world = GatewayWorld()
        world.begin()
        world.gateway.gap = Money(500)
        world.pass(200)
        #expect(world.standing.isReconciled)
        world.pass(150)
        #expect(world.standing.differences.map(\.kind) == ["cash"])
        world.ask(.submit, lot(5))
        world.run()
        #expect(world.step().map(\.kind) == [.cancelled])
    }

    @Test("15: cash that is a dividend's is none, though nobody says so; twice as much is a difference")
    func dividend() throws {
        var world = GatewayWorld()
        world.begin()
        for (cause, symbol) in [(1, "AAPL"), (2, "MSFT")] {
            world.ask(.submit, lot(10, UInt64(cause), symbol))
            world.run()
            world.gateway.fill(cause - 1, 10)
            world.run()
        }
        for (symbol, amount) in [("AAPL", Price(2)), ("MSFT", Price(3))] {
            world.receive(
                .corporateAction(
                    CorporateAction(symbol: Symbol(symbol)!, kind: .dividend, amount: amount)),
                on: .action(Symbol(symbol)!))
        }
        world.pass(60)
        try world.die()
        // Both are paid on one day.
        world.gateway.gap = -Money(50)
        world.pass(400)
        #expect(world.standing.isReconciled)
        #expect(world.alarms.map(\.code) == ["dividend"])
        world.gateway.gap = -Money(70)
        world.pass(400)
        #expect(world.standing.differences.map(\.kind) == ["cash"])
    }

    @Test("16: an order that the gateway has forgotten is a difference, and not an end")
    func forgotten() {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.run()
        world.step()
        world.gateway.orders = []
        world.lose()
        world.pass(70)
        #expect(world.standing.differences.map(\.kind) == ["order"] && world.step().isEmpty)
    }

    @Test("18: a clock that is wrong is told, and nothing is ready until it is right")
    func skew() {
        var world = GatewayWorld()
        world.gateway.skew = 10 * Nanoseconds.second
        world.begin()
        #expect(!world.standing.isReconciled && world.alarms.contains { $0.code == "clock" })
        world.gateway.skew = 0
        world.pass(70)
        #expect(world.standing.isReconciled)
    }

    @Test("21: over a weekend an order of the day ends by the gateway's word, and one that stands goes on")
    func weekend() throws {
        var world = GatewayWorld(at: try Timestamp("2024-03-15T19:00:00Z"))
        world.begin()
        var lasting = lot(5, 2)
        lasting.timeInForce = .goodTillCancelled
        world.ask(.submit, lot(10))
        world.ask(.submit, lasting)
        world.run()
        #expect(world.placed.map(\.time) == ["DAY", "GTC"])
        world.step()
        world.clock = try Timestamp("2024-03-15T20:00:05Z")
        world.gateway.closeDay()
        world.pass(5)
        #expect(world.step().map(\.kind) == [.cancelled])
        try world.die()
        world.gateway.beginDay()
        world.clock = try Timestamp("2024-03-18T13:29:00Z")
        world.pass(70)
        #expect(world.step().isEmpty && world.standing.isReconciled)
        world.gateway.fill(1, 5)
        world.run()
        #expect(world.step().map(\.kind) == [.filled])
        world.pass(130)
        #expect(world.standing.isReconciled && world.alarms.isEmpty)
    }

    @Test("21: what ended while nobody listened, on an earlier day, a person has to settle")
    func weekendAway() throws {
        var world = GatewayWorld(at: try Timestamp("2024-03-15T19:00:00Z"))
        world.begin()
        world.ask(.submit, lot(10))
        world.run()
        world.step()
        try world.die()
        world.gateway.fill(0, 4)
        world.gateway.closeDay()
        world.gateway.beginDay()
        world.gateway.said = []
        world.clock = try Timestamp("2024-03-18T13:29:00Z")
        world.pass(130)
        #expect(Set(world.standing.differences.map(\.kind)) == ["order", "position"])
        world.settle("AAPL", as: "book")
        #expect(world.step().map(\.kind) == [.filled, .cancelled])
        world.pass(130)
        #expect(world.standing.differences.map(\.kind).filter { $0 != "cash" }.isEmpty)
    }

    @Test("22: a split over night changes the books with the broker's; without it, it is a difference")
    func split() {
        var world = GatewayWorld()
        world.begin()
        world.ask(.submit, lot(10))
        world.run()
        world.gateway.fill(0, 10)
        world.run()
        world.gateway.others["AAPL"] = 40
        world.receive(
            .corporateAction(
                CorporateAction(symbol: Symbol("AAPL")!, kind: .split, numerator: 4, denominator: 1)),
            on: .action(Symbol("AAPL")!))
        world.pass(130)
        #expect(world.standing.isReconciled)
        world.gateway.others["AAPL"] = 80
        world.pass(130)
        #expect(world.standing.differences.map(\.kind) == ["position"])
    }

    @Test("23: an order that was refused and works is cancelled, and is a difference of its symbol")
    func refusedAndLive() {
        var world = GatewayWorld()
        world.begin()
        world.gateway.faults = [.refusedAndTaken]
        world.ask(.submit, lot(10))
        world.run()
        #expect(world.step().map(\.kind) == [.rejected])
        world.pass(180)
        #expect(world.gateway.orders.map(\.word) == ["Cancelled"])
        #expect(world.standing.differences.map(\.kind) == ["order"])
        // What it trades all the same is heard.
        world.gateway.fill(0, 2)
        world.run()
        #expect(world.step().compactMap(\.fill).map(\.quantity) == [Quantity(2)])
    }
}
