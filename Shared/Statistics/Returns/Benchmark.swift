import Glibc

/// How returns relate to those of a benchmark in the same periods.
public struct Comparison: Sendable {
    public let returns: Returns
    public let benchmark: Returns

    /// Both need as many periods.
    public init(_ returns: Returns, to benchmark: Returns) throws(ReturnsError) {
        guard returns.count == benchmark.count else {
            throw ReturnsError(
                "there are \(returns.count) returns and \(benchmark.count) of the benchmark; one for each would be right"
            )
        }
        self.returns = returns
        self.benchmark = benchmark
    }

    private func covariance(_ left: [Double], _ right: [Double]) -> Double? {
        guard left.count >= 2, let mine = mean(left), let theirs = mean(right) else { return nil }
        return sum(left.indices.lazy.map { (left[$0] - mine) * (right[$0] - theirs) })
            / Double(left.count - 1)
    }

    private var benchmarkVariance: Double? { centralMoment(benchmark.values, 2, takingDegrees: 1) }

    /// How much the returns move with the benchmark's.
    public var beta: Double? {
        guard let common = covariance(returns.values, benchmark.values), let own = benchmarkVariance else {
            return nil
        }
        return quotient(common, own)
    }

    /// The yearly return that the benchmark does not explain, compounded.
    public func alpha(riskFree: Double = 0) -> Double? {
        guard let beta else { return nil }
        let unexplained = zip(returns.values, benchmark.values).map { $0 - riskFree - beta * ($1 - riskFree) }
        return mean(unexplained).flatMap { defined(pow(1 + $0, returns.periodsPerYear) - 1) }
    }

    /// How closely both move together, from -1 to 1.
    public var correlation: Double? {
        guard
            let common = covariance(returns.values, benchmark.values),
            let mine = deviation(returns.values), let theirs = deviation(benchmark.values)
        else { return nil }
        return quotient(common, mine * theirs).map { min(1, max(-1, $0)) }
    }

    /// The mean return beyond the benchmark for each unit of its deviation, of a period and not of a year.
    public var informationRatio: Double? {
        let beyond = returns.less(benchmark.values)
        guard let mean = mean(beyond), let deviation = deviation(beyond) else { return nil }
        return quotient(mean, deviation)
    }

    /// The yearly deviation of the return beyond the benchmark.
    public var trackingError: Double? {
        deviation(returns.less(benchmark.values)).map { $0 * returns.periodsPerYear.squareRoot() }
    }
}
