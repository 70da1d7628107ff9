import CColumns
import Glibc

extension Returns {
    /// What one unit became, minus one.
    public var totalReturn: Double? { wealth.map { $0 - 1 } }

    /// The yearly return that would have given the same.
    public var annualReturn: Double? {
        wealth.flatMap { defined(pow($0, periodsPerYear / Double(count)) - 1) }
    }

    /// What one unit became.
    var wealth: Double? {
        guard !values.isEmpty else { return nil }
        return defined(tradewind_growth(values, values.count))
    }

    /// The standard deviation of a year.
    public var volatility: Double? {
        mean.flatMap { deviation(values, about: $0) }.map { $0 * periodsPerYear.squareRoot() }
    }

    /// The standard deviation of a year of what fell short of a return.
    public func downsideDeviation(below required: Double = 0) -> Double? {
        guard count >= 1 else { return nil }
        let squares = tradewind_sum_of_shortfalls(values, required, count)
        return (squares / Double(count) * periodsPerYear).squareRoot()
    }

    /// The yearly return above the risk-free one for each unit of volatility.
    public func sharpe(riskFree: Double = 0) -> Double? {
        let excess = riskFree == 0 ? values : values.map { $0 - riskFree }
        guard let mean = riskFree == 0 ? mean : Statistics.mean(excess),
            let deviation = deviation(excess, about: mean)
        else { return nil }
        return quotient(mean, deviation).map { $0 * periodsPerYear.squareRoot() }
    }

    /// The yearly return above a required one for each unit of downside deviation.
    public func sortino(required: Double = 0) -> Double? {
        guard count >= 2, let mean, let downside = downsideDeviation(below: required) else { return nil }
        return quotient((mean - required) * periodsPerYear, downside)
    }

    /// The yearly return for each unit of the maximum drawdown.
    public var calmar: Double? {
        guard let annualReturn, let maximumDrawdown else { return nil }
        return quotient(annualReturn, -maximumDrawdown)
    }

    /// What was gained beyond a yearly return for each unit that fell short of it.
    public func omega(requiredPerYear: Double = 0) -> Double? {
        guard count >= 2, requiredPerYear > -1 else { return nil }
        let threshold = pow(1 + requiredPerYear, 1 / periodsPerYear) - 1
        let excess = values.map { $0 - threshold }
        return quotient(sum(excess.filter { $0 > 0 }), -sum(excess.filter { $0 < 0 }))
    }
}
