import Glibc

/// The volatility of Rogers and Satchell, from all four prices, which a trend does not bend.
public struct RogersSatchell: ListedIndicator {
    private var mean: RangeVolatility

    public init(period: Int, periods: Double) { mean = RangeVolatility(period: period, periods: periods) }

    public var warmUp: Int { mean.count }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        candle.hasPositivePrices ? mean.update(RogersSatchell.variance(of: candle)) : nil
    }

    static func variance(of candle: Candle) -> Double {
        log(candle.high / candle.close) * log(candle.high / candle.open)
            + log(candle.low / candle.close) * log(candle.low / candle.open)
    }

    public static let listing = Listing(
        "rogers_satchell", "volatility of a year from all four prices, whatever the trend",
        parameters: [.period(20), .periodsPerYear], inputs: InputColumn.candle, warmUp: "period",
        .formula("√(mean of (ln(h ÷ c) ln(h ÷ o) + ln(l ÷ c) ln(l ÷ o)) × periods)"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, periods: chosen["periods"]) }
}
