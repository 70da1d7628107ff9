/// How the distribution of returns is thought of.
public enum TailModel: String, Sendable, CaseIterable {
    /// As the returns were.
    case historical
    /// Normal, with their mean and deviation.
    case gaussian
    /// Normal, bent by their skew and kurtosis.
    case cornishFisher = "cornish-fisher"
}

extension Returns {
    /// The return that only a part of all periods falls short of: -0.02 at 0.05 means that a loss of more than 2 % is
    /// expected in one period of twenty.
    public func valueAtRisk(_ part: Double = 0.05, _ model: TailModel = .historical) -> Double? {
        precondition(part > 0 && part < 1, "a part is above 0 and below 1, not \(part)")
        if model == .historical { return quantile(values, part) }
        let z = NormalDistribution.quantile(part)
        return tail(model, z, z * z, z * z * z)
    }

    /// The mean return of the periods beyond the value at risk.
    public func conditionalValueAtRisk(_ part: Double = 0.05, _ model: TailModel = .historical) -> Double? {
        precondition(part > 0 && part < 1, "a part is above 0 and below 1, not \(part)")
        if model == .historical {
            guard count > 0 else { return nil }
            let worst = values.sorted().prefix(Int(Double(count - 1) * part) + 1)
            return Statistics.mean(Array(worst))
        }
        // The means of the first three powers of a normal variable, where it is below its quantile.
        let z = NormalDistribution.quantile(part)
        let first = -NormalDistribution.density(z) / part
        return tail(model, first, 1 + z * first, (z * z + 2) * first)
    }

    /// The return at a standard score, or at the mean of many of them, given by its first three powers.
    private func tail(_ model: TailModel, _ first: Double, _ second: Double, _ third: Double) -> Double? {
        guard let mean, let deviation = deviation(values) else { return nil }
        guard model == .cornishFisher else { return mean + deviation * first }
        guard
            let variance = centralMoment(values, 2), let cubes = centralMoment(values, 3),
            let fourths = centralMoment(values, 4),
            let skew = quotient(cubes, variance * variance.squareRoot()),
            let kurtosis = quotient(fourths, variance * variance)
        else { return nil }
        let bent =
            first + (second - 1) * skew / 6 + (third - 3 * first) * (kurtosis - 3) / 24
            - (2 * third - 5 * first) * skew * skew / 36
        return defined(mean + deviation * bent)
    }

    /// The size of the best twentieth for each unit of the worst.
    public var tailRatio: Double? {
        guard let high = quantile(values, 0.95), let low = quantile(values, 0.05) else { return nil }
        return quotient(high.magnitude, low.magnitude)
    }
}
