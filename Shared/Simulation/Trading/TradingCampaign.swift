/// Many seeds' accounts, one after the other: runs them, and says which one fails and how to see it again.
public enum TradingCampaign {
    /// True when no seed failed.
    public static func run(seeds: Range<UInt64>, verbose: Bool, out: (String) -> Void) -> Bool {
        var failed = 0
        var (orders, fills, faults, looks, time) = (0, 0, 0, 0, Int64(0))
        for seed in seeds {
            let outcome = TradingSimulation(seed: seed).run()
            if let violation = outcome.violation {
                failed += 1
                out(
                    "seed \(seed) FAILED: \(violation). See it again: tradewind simulate --trading --seed \(seed)"
                )
                if seeds.count == 1 { outcome.story.forEach(out) }
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
        }
        out("seeds      \(seeds.count), \(failed) failed, in \(time / 1_000_000_000) simulated seconds")
        out("trading    \(orders) orders, \(fills) fills, \(looks) looks of the oracle at the account")
        out("faults     \(faults), beside what the network loses, doubles and delays")
        return failed == 0
    }
}
