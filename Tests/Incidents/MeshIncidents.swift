import Backtesting
import Domain
import Testing

@testable import Simulation

/// What has happened to others between their services.
@Suite("Incidents: between services")
struct MeshIncidents {
    /// Elsewhere: a strategy took seconds for each message. What it had not read filled the socket, messages were
    /// thrown away, and the others starved with it.
    @Test("a slow service holds the feed back, and nobody loses a message")
    func slowConsumer() throws {
        var chance = Chance(seed: 21)
        let table = try TradingSimulation.bars(&chance)
        let plan = try DeskPlan(
            BacktestSettings(), try TradingSimulation.participants(&chance), symbols: table.symbols,
            span: Nanoseconds.day)
        let second = TradingWorld.second
        let world = try TradingWorld(plan, table, seed: 5, hasFaults: false)
        world.run(until: second * 6 / 10)
        world.members[2].pausedUntil = 10 * second
        world.run(until: 9 * second)
        func place(_ member: Int) -> Int {
            let step = world.members[member].node?.lastStep
            return world.instants.count { instant in step.map { instant.at <= $0 } ?? false }
        }
        // The feed has gone on by what it may be ahead, and waits.
        #expect(place(0) < world.instants.count && place(0) - place(2) <= 5)
        world.run()
        let calm = try TradingWorld(plan, table, seed: 5, hasFaults: false)
        calm.run()
        #expect(world.violation == nil)
        #expect(try TradingRecord.difference(world, calm) == nil)
        #expect(place(0) == world.instants.count)
    }
}
