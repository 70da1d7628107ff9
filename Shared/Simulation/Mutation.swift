import Mesh

/// One guard taken away: the simulator has to notice.
public struct Mutation: Sendable {
    public let name: String
    let guards: Guards

    /// One for each guard there is.
    public static let all = Guards.allCases.map { guarded in
        Mutation(name: guarded.name, guards: Guards.all.subtracting(guarded))
    }

    /// The first seed that notices, and what it says.
    public func found(by seeds: Range<UInt64>) -> Simulation.Outcome? {
        for seed in seeds {
            let outcome = Simulation(seed: seed, guards: guards).run()
            if outcome.violation != nil { return outcome }
        }
        return nil
    }
}
