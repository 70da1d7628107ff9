/// Convergence and divergence of a quick and a slow exponential average, with the average of their difference as signal.
public struct MACD: ListedIndicator {
    private var averages: AveragePair
    private var signal: SmoothedAverage

    public init(fast: Int, slow: Int, signal: Int) throws(ParameterError) {
        averages = try AveragePair(fast: fast, slow: slow)
        self.signal = SmoothedAverage(period: signal, weight: 2 / Double(signal + 1))
    }

    public var warmUp: Int { averages.warmUp + signal.period - 1 }

    public struct Value: Numbers {
        public var macd: Double
        public var signal: Double
        public var histogram: Double
    }

    @inline(__always)
    public mutating func update(_ number: Double) -> Value? {
        guard number.isUsable, let (fast, slow) = averages.update(number) else { return nil }
        let difference = fast - slow
        guard let signal = signal.update(difference) else { return nil }
        return Value(macd: difference, signal: signal, histogram: difference - signal)
    }

    public static let listing = Listing(
        "macd", "convergence and divergence of two averages, with a signal",
        parameters: [
            .period(12, name: "fast", "bars of the quick average"),
            .period(26, name: "slow", from: 2, "bars of the slow average"),
            .period(9, name: "signal", "bars of the signal"),
        ],
        outputs: ["macd", "signal", "histogram"], warmUp: "slow + signal - 1",
        formula:
            "macd = ema(c, fast) − ema(c, slow), signal = ema(macd, signal), histogram = macd "
            + "− signal", .taLib("MACD"))
    public init(_ chosen: Chosen) throws(ParameterError) {
        try self.init(fast: chosen.whole("fast"), slow: chosen.whole("slow"), signal: chosen.whole("signal"))
    }
}
