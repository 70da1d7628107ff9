import CColumns

/// The sum with the lost digits of each addition carried along (Neumaier's way), so that its order hardly matters.
func sum(_ values: some Collection<Double>) -> Double { sum(Array(values)) }

func sum(_ values: [Double]) -> Double { tradewind_sum(values, values.count) }

/// The mean, where there is a value.
func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : sum(values) / Double(values.count)
}

/// The mean of a power of the distances from the mean. Of equal numbers it is exactly zero.
func centralMoment(_ values: [Double], _ power: Int, takingDegrees degrees: Int = 0) -> Double? {
    mean(values).flatMap { centralMoment(values, power, about: $0, takingDegrees: degrees) }
}

/// The same where the mean is known.
private func centralMoment(
    _ values: [Double], _ power: Int, about mean: Double, takingDegrees degrees: Int
) -> Double? {
    guard values.count > degrees, let first = values.first else { return nil }
    if tradewind_differs(values, first, values.count) == 0 { return 0 }
    let powers =
        power == 2
        ? tradewind_sum_of_squares(values, mean, values.count)
        : tradewind_sum_of_powers(values, mean, Int32(power), values.count)
    return powers / Double(values.count - degrees)
}

/// The sample's standard deviation, of two values or more.
func deviation(_ values: [Double]) -> Double? {
    mean(values).flatMap { deviation(values, about: $0) }
}

/// The same where the mean is known.
func deviation(_ values: [Double], about mean: Double) -> Double? {
    values.count < 2 ? nil : centralMoment(values, 2, about: mean, takingDegrees: 1)?.squareRoot()
}

/// The value below which a part lies, on a straight line between its neighbours.
func quantile(_ values: [Double], _ part: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let position = part * Double(sorted.count - 1)
    let below = Int(position)
    guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
    return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
}

extension Returns {
    public var best: Double? { values.max() }
    public var worst: Double? { values.min() }

    /// How lopsided the returns are: the sample's skewness, of three values or more.
    public var skew: Double? {
        guard count >= 3, let second = centralMoment(values, 2), let third = centralMoment(values, 3) else {
            return nil
        }
        let n = Double(count)
        return quotient(third, second * second.squareRoot()).map { $0 * (n * (n - 1)).squareRoot() / (n - 2) }
    }

    /// How heavy the tails are beyond those of a normal distribution: the sample's excess kurtosis, of four values or
    /// more.
    public var kurtosis: Double? {
        guard count >= 4, let second = centralMoment(values, 2), let fourth = centralMoment(values, 4) else {
            return nil
        }
        let n = Double(count)
        return quotient(fourth, second * second).map { ratio in
            (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (ratio - 3) + 6)
        }
    }
}
