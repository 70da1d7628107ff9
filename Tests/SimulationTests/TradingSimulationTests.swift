import Testing

@testable import Simulation

@Suite("A paper account under faults")
struct TradingSimulationTests {
    @Test("orders and trades what a backtest does, nothing twice and nothing lost", arguments: [0, 1, 2, 3])
    func seeds(quarter: UInt64) {
        var (orders, faults) = (0, 0)
        for seed in (quarter * 5)..<(quarter * 5 + 5) {
            let outcome = TradingSimulation(seed: seed).run()
            #expect(outcome.violation == nil, "tradewind simulate --trading --seed \(seed)")
            orders += outcome.orders
            faults += outcome.faults
        }
        #expect(orders > 20 && faults > 10)
    }
}
