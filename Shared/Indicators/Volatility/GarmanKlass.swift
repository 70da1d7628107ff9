import Glibc

/// The volatility of Garman and Klass, from all four prices.
public struct GarmanKlass: ListedIndicator {
    private var mean: RangeVolatility

    public init(period: Int, periods: Double) { mean = RangeVolatility(period: period, periods: periods) }

    public var warmUp: Int { mean.count }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasPositivePrices else { return nil }
        let range: Double = log(candle.high / candle.low)
        let body: Double = log(candle.close / candle.open)
        let part: Double = 2 * log(2.0) - 1
        return mean.update(range * range / 2 - part * (body * body))
    }

    public static let listing = Listing(
        "garman_klass", "volatility of a year from all four prices",
        parameters: [.period(20), .periodsPerYear], inputs: InputColumn.candle, warmUp: "period",
        .formula("√(mean of (ln(high ÷ low)² ÷ 2 - (2 ln 2 - 1) ln(close ÷ open)²) × periods)"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, periods: chosen["periods"]) }
}
