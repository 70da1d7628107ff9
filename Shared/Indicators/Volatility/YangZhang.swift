import Glibc

/// The volatility of Yang and Zhang, from all four prices and the gaps between bars.
public struct YangZhang: ListedIndicator {
    private var gaps: RollingMoments
    private var bodies: RollingMoments
    private var ranges: RollingSum
    private let periods: Double
    private var previousClose: Double?

    public init(period: Int, periods: Double) {
        precondition(period >= 2, "a sample's deviation takes at least 2 returns, not \(period)")
        gaps = RollingMoments(count: period)
        bodies = RollingMoments(count: period)
        ranges = RollingSum(count: period)
        self.periods = periods
    }

    public var warmUp: Int { gaps.count + 1 }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasPositivePrices else { return nil }
        defer { previousClose = candle.close }
        guard let previousClose else { return nil }
        let (gap, body) = (log(candle.open / previousClose), log(candle.close / candle.open))
        let reach = RogersSatchell.variance(of: candle)
        // The ratio of prices may be beyond all numbers.
        guard gap.isUsable, body.isUsable, reach.isUsable else { return nil }
        let isReady = gaps.update(gap)
        _ = bodies.update(body)
        guard let range = ranges.update(reach), isReady else { return nil }
        let count = Double(gaps.count)
        let weight = 0.34 / (1.34 + (count + 1) / (count - 1))
        let variance =
            gaps.variance(takingDegrees: 1) + weight * bodies.variance(takingDegrees: 1)
            + (1 - weight) * max(0, range) / count
        return (variance * periods).squareRoot()
    }

    public static let listing = Listing(
        "yang_zhang", "volatility of a year from all four prices and the gaps between bars",
        parameters: [.period(20, from: 2), .periodsPerYear], inputs: InputColumn.candle, warmUp: "period + 1",
        .formula(
            "√((var ln(o ÷ c before) + k var ln(c ÷ o) + (1 - k) Rogers-Satchell) × periods), "
                + "k = 0.34 ÷ (1.34 + (n + 1) ÷ (n - 1)), sample variances"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period, periods: chosen["periods"]) }
}
