import Testing

@testable import Simulation

@Suite("The fault simulator")
struct SimulationTests {
    @Test("the production code heals, loses nothing and takes nothing twice", arguments: [0, 1, 2, 3])
    func seeds(quarter: UInt64) {
        for seed in (quarter * 10)..<(quarter * 10 + 10) {
            let outcome = Simulation(seed: seed).run()
            #expect(outcome.violation == nil, "make simulate SEED=\(seed)")
        }
    }

    @Test("the same seed gives the same transcripts", arguments: [2, 8, 17] as [UInt64])
    func repeats(seed: UInt64) {
        let first = Simulation(seed: seed).run()
        let second = Simulation(seed: seed).run()
        #expect(first.hash == second.hash)
        #expect(first.events == second.events)
    }

    @Test("another seed gives other transcripts")
    func differs() {
        #expect(Simulation(seed: 5).run().hash != Simulation(seed: 6).run().hash)
    }

    @Test(
        "a guard that is taken away is missed within the seeds that CI runs",
        arguments: Mutation.all.map(\.name))
    func mutation(name: String) throws {
        let mutation = try #require(Mutation.all.first { $0.name == name })
        #expect(mutation.found(by: 0..<200) != nil)
    }
}
