/// Many seeds' accounts, one after the other: runs them, and says which one fails and how to see it again.
public enum TradingCampaign {
    public enum Place: String, Sendable {
        /// At the simulated exchange, held against a backtest; at a hostile broker, held against the broker's books.
        case exchange = "trading"
        case broker
    }

    /// True when no seed failed.
    public static func run(
        at place: Place, seeds: Range<UInt64>, verbose: Bool, out: (String) -> Void
    ) -> Bool {
        var failed = 0
        var (orders, fills, faults, looks, time) = (0, 0, 0, 0, Int64(0))
        let clock = ContinuousClock()
        let begin = clock.now
        for seed in seeds {
            let outcome =
                place == .exchange ? TradingSimulation(seed: seed).run() : BrokerSimulation(seed: seed).run()
            if verbose || seeds.count == 1 || outcome.violation != nil { outcome.story.forEach(out) }
            if let violation = outcome.violation {
                failed += 1
                out(
                    "seed \(seed) FAILED: \(violation). See it again: make simulate AT=\(place.rawValue) SEED=\(seed)"
                )
            } else if verbose || seeds.count == 1 {
                out(
                    "seed \(seed) passed: \(outcome.orders) orders, \(outcome.fills) fills, \(outcome.faults) faults"
                )
            }
            orders += outcome.orders
            fills += outcome.fills
            faults += outcome.faults
            looks += outcome.looks
            time += outcome.time
            let done = seed - seeds.lowerBound + 1
            if done % 1000 == 0, seed + 1 < seeds.upperBound { out("\(done) seeds, \(failed) failed") }
        }
        let elapsed = begin.duration(to: clock.now)
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let pace = (Double(seeds.count) / seconds * 10).rounded() / 10
        out(
            "seeds      \(seeds.count), \(failed) failed, in \(time / 1_000_000_000) simulated seconds, \(pace) a second"
        )
        out("trading    \(orders) orders, \(fills) fills, \(looks) looks of the oracles at the account")
        out("faults     \(faults), beside what the network loses, doubles and delays")
        return failed == 0
    }

    /// Puts one fault after the other into the machines of trading, and tells which seed notices first. False if one is
    /// not noticed.
    public static func runMutations(
        seeds: Range<UInt64>, only: String? = nil, out: (String) -> Void
    ) -> Bool {
        var allFound = true
        for mutation in TradingMutation.all where only == nil || mutation.name == only {
            if let found = mutation.found(by: seeds) {
                out(
                    "\(mutation.name.padded(24)) seed \(String(found.seed).padded(4)) \(found.violation ?? "")"
                )
            } else {
                allFound = false
                out(
                    "\(mutation.name.padded(24)) NOT FOUND by seeds \(seeds.lowerBound) to \(seeds.upperBound - 1)"
                )
            }
        }
        return allFound
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
