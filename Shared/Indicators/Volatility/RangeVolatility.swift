/// The mean of an estimate of each bar's variance over a window, as the volatility of a year.
struct RangeVolatility: Sendable {
    private var sum: RollingSum
    private let periods: Double

    init(period: Int, periods: Double) {
        sum = RollingSum(count: period)
        self.periods = periods
    }

    var count: Int { sum.count }

    @inline(__always)
    mutating func update(_ variance: Double) -> Double? {
        // The ratio of prices may be beyond all numbers.
        guard variance.isUsable, let total = sum.update(variance) else { return nil }
        return total > 0 ? (total / Double(count) * periods).squareRoot() : 0
    }
}

extension Candle {
    /// Logarithms can be taken of all prices.
    var hasPositivePrices: Bool {
        hasUsablePrices && open.isUsable && open > 0 && high > 0 && low > 0 && close > 0
    }
}

extension Parameter {
    static let periodsPerYear = Parameter.number("periods", 252, in: 1e-3...1e9, "bars in a year")
}
