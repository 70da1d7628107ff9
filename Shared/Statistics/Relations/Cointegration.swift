import Glibc

/// Whether two series go together in the long run, by Engle and Granger: one is regressed on the other, and what is left is
/// asked by Dickey and Fuller whether it comes back.
public struct Cointegration: Sendable {
    /// `first = intercept + slope × second + residual`.
    public let intercept: Double
    public let slope: Double
    public let residuals: [Double]
    /// The statistic of the augmented Dickey-Fuller test: the further below zero, the surer it comes back.
    public let statistic: Double
    /// How likely such a statistic is where nothing goes together, after MacKinnon (1994).
    public let probability: Double
    /// The statistic at 1, 5 and 10 percent for as many values, after MacKinnon (2010).
    public let criticalValues: [Double]

    /// `lags` changes before are taken into account. Nothing where the values are too few, do not move, or are not finite.
    public init?(_ first: [Double], _ second: [Double], lags: Int) {
        let count = first.count
        guard count == second.count, lags >= 0, count > 2 * lags + 5, first.allSatisfy(\.isFinite),
            second.allSatisfy(\.isFinite),
            let line = LeastSquares([second, Array(repeating: 1, count: count)], first),
            let statistic = Cointegration.dickeyFuller(line.residuals, lags: lags)
        else { return nil }
        slope = line.coefficients[0]
        intercept = line.coefficients[1]
        residuals = line.residuals
        self.statistic = statistic
        probability = Cointegration.probability(of: statistic)
        criticalValues = Cointegration.criticalValues(count: count - 1)
    }

    /// The t-value of the level in the regression of the change on it and on the changes before.
    static func dickeyFuller(_ values: [Double], lags: Int) -> Double? {
        let changes = zip(values.dropFirst(), values).map { $0 - $1 }
        guard changes.count > lags + 2 else { return nil }
        var columns = [Array(values[lags..<(values.count - 1)])]
        for lag in 0..<lags { columns.append(Array(changes[(lags - 1 - lag)..<(changes.count - 1 - lag)])) }
        guard let fit = LeastSquares(columns, Array(changes[lags...])), fit.errors[0] > 0 else { return nil }
        let statistic = fit.coefficients[0] / fit.errors[0]
        return statistic.isFinite ? statistic : nil
    }

    /// MacKinnon's response surface for two variables with a constant.
    private static func criticalValues(count: Int) -> [Double] {
        let surface = [
            [-3.89644, -10.9519, -33.527, 0], [-3.33613, -6.1101, -6.823, 0], [-3.04445, -4.2412, -2.720, 0],
        ]
        let share = 1 / Double(count)
        return surface.map { $0[0] + share * ($0[1] + share * ($0[2] + share * $0[3])) }
    }

    /// MacKinnon's approximation of the distribution, for two variables with a constant.
    static func probability(of statistic: Double) -> Double {
        if statistic > 0.92 { return 1 }
        if statistic < -18.86 { return 0 }
        let small = [2.92, 1.5012, 0.039796]
        let large = [2.1945, 0.64695, -0.29198, -0.042377]
        let terms = statistic <= -2.62 ? small : large
        var sum = 0.0
        for term in terms.reversed() { sum = sum * statistic + term }
        return 0.5 * erfc(-sum / 2.0.squareRoot())
    }
}
