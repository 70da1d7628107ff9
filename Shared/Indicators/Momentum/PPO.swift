/// The difference of a quick and a slow exponential average in percent of the slow one.
public struct PPO: ListedIndicator {
    private var quick: EMA
    private var slow: EMA

    public init(fast: Int, slow: Int) throws(ParameterError) {
        guard fast < slow else {
            throw ParameterError("fast must be below slow, and \(fast) is not below \(slow)")
        }
        quick = EMA(period: fast)
        self.slow = EMA(period: slow)
    }

    public var warmUp: Int { slow.warmUp }

    @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        let fast = quick.update(number)
        guard let slow = slow.update(number), let fast else { return nil }
        return finite((fast - slow) / slow * 100)
    }

    public static let listing = Listing(
        "ppo", "difference of two averages in percent",
        parameters: [
            .period(12, name: "fast", "bars of the quick average"),
            .period(26, name: "slow", from: 2, "bars of the slow average"),
        ],
        warmUp: "slow", formula: "100 (ema(c, fast) ÷ ema(c, slow) − 1)",
        .taLib("PPO", remark: "with exponential averages"))
    public init(_ chosen: Chosen) throws(ParameterError) {
        try self.init(fast: chosen.whole("fast"), slow: chosen.whole("slow"))
    }
}
