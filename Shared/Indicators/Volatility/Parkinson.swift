import Glibc

/// Parkinson's volatility, from highs and lows.
public struct Parkinson: ListedIndicator {
    private var mean: RangeVolatility

    public init(period: Int, periods: Double) { mean = RangeVolatility(period: period, periods: periods) }

    public var warmUp: Int { mean.count }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsableRange, candle.high > 0, candle.low > 0 else { return nil }
        let range = log(candle.high / candle.low)
        return mean.update(range * range / (4 * log(2)))
    }

    public static let listing = Listing(
        "parkinson", "volatility of a year from highs and lows", parameters: [.period(20), .periodsPerYear],
        inputs: InputColumn.range, warmUp: "period",
        .formula("√(mean of ln(high ÷ low)² ÷ (4 ln 2) × periods)"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, periods: chosen["periods"]) }
}
