import Mesh

/// `simulate`: runs seeds, and says which one fails and how to see it again.
public enum SimulateCommand {
    /// True when no seed failed.
    public static func run(seeds: Range<UInt64>, verbose: Bool, out: @escaping (String) -> Void) -> Bool {
        var failed: [UInt64] = []
        var events = 0
        var messages: UInt64 = 0
        var taken: UInt64 = 0
        var time: Int64 = 0
        var faults: [String: Int] = [:]
        let clock = ContinuousClock()
        let begin = clock.now
        for seed in seeds {
            let outcome = Simulation(seed: seed, guards: .all, log: verbose ? out : nil).run()
            if let violation = outcome.violation {
                failed.append(seed)
                out("seed \(seed) FAILED: \(violation). See it again: make simulate SEED=\(seed)")
            } else if verbose || seeds.count == 1 {
                out("seed \(seed) passed, hash \(outcome.hash)")
            }
            events += outcome.events
            messages += outcome.messages
            taken += outcome.taken
            time += outcome.time
            for (kind, count) in outcome.faults { faults[kind, default: 0] += count }
            let done = seed - seeds.lowerBound + 1
            if done % 100 == 0, seed + 1 < seeds.upperBound { out("\(done) seeds, \(failed.count) failed") }
        }
        let elapsed = begin.duration(to: clock.now)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        out("")
        out(
            "seeds      \(seeds.count), \(failed.count) failed, \(tenths(Double(seeds.count) / seconds)) a second"
        )
        out(
            "events     \(events) in \(time / 1_000_000_000) simulated seconds and \(tenths(seconds)) real ones"
        )
        out("messages   \(messages) published, \(taken) taken, \(Int(Double(messages) / seconds)) a second")
        for kind in faults.keys.sorted() { out("fault      \(kind): \(faults[kind]!)") }
        return failed.isEmpty
    }

    /// Takes one guard away after the other, and tells which seed notices first. False when one is not missed.
    public static func runMutations(seeds: Range<UInt64>, only: String? = nil, out: (String) -> Void) -> Bool
    {
        var allFound = true
        for mutation in Mutation.all where only == nil || mutation.name == only {
            if let found = mutation.found(by: seeds) {
                out("\(padded(mutation.name)) seed \(padded(String(found.seed), 4)) \(found.violation ?? "")")
            } else {
                allFound = false
                out(
                    "\(padded(mutation.name)) NOT FOUND by seeds \(seeds.lowerBound) to \(seeds.upperBound - 1)"
                )
            }
        }
        return allFound
    }

    private static func padded(_ text: String, _ width: Int = 22) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
