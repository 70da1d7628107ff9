/// How long a restart waits: twice as long after each failure in a row, up to a limit, and never quite the same, so
/// that services which failed together do not come back together.
public struct Backoff: Equatable, Sendable {
    /// In nanoseconds.
    public var first: Int64
    public var longest: Int64

    public init(first: Int64, longest: Int64) {
        self.first = first
        self.longest = longest
    }

    /// The time before a restart, from half of the full time to all of it. The same seed gives the same time.
    public func delay(afterFailures failures: Int, seed: UInt64) -> Int64 {
        var full = min(first, longest)
        for _ in 1..<max(2, failures) where failures > 1 && full < longest {
            full = full > longest / 2 ? longest : full * 2
        }
        let half = full / 2
        let chance = Backoff.mix(seed &+ UInt64(truncatingIfNeeded: failures) &* 0x9E37_79B9_7F4A_7C15)
        return full - half + Int64(chance % UInt64(half + 1))
    }

    /// SplitMix64's last step: any seed becomes an even-handed number.
    private static func mix(_ seed: UInt64) -> UInt64 {
        var mixed = seed
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
