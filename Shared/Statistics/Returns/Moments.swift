/// The sum with the lost digits of each addition carried along (Neumaier's way), so that its order hardly matters.
func sum(_ values: some Collection<Double>) -> Double {
    Array(values).withUnsafeBufferPointer { sum($0) { $0 } }
}

func sum(_ values: [Double]) -> Double { values.withUnsafeBufferPointer { sum($0) { $0 } } }

/// The same of what is made of each value. Four sums go side by side, because each addition waits for the one before
/// it: a fifth of the time.
@inline(__always)
func sum(
    _ values: UnsafeBufferPointer<Double>, _ made: (SIMD4<Double>) -> SIMD4<Double>
) -> Double {
    var (totals, losses) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    let fours = values.count / 4
    for four in 0..<fours {
        let place = four * 4
        let part = made(
            SIMD4<Double>(values[place], values[place + 1], values[place + 2], values[place + 3]))
        let next = totals + part
        // What an addition loses, found without asking which of the two is larger (Knuth's way): the same figure, as it is
        // exact both ways, in half of the time.
        let taken = next - totals
        losses += (totals - (next - taken)) + (part - taken)
        totals = next
    }
    var (total, lost) = (0.0, 0.0)
    func add(_ value: Double) {
        let next = total + value
        lost += total.magnitude >= value.magnitude ? (total - next) + value : (value - next) + total
        total = next
    }
    for lane in 0..<4 { add(totals[lane]) }
    for lane in 0..<4 { add(losses[lane]) }
    for place in fours * 4..<values.count { add(made(SIMD4(repeating: values[place]))[0]) }
    return total + lost
}

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
    if values.allSatisfy({ $0 == first }) { return 0 }
    let powers = values.withUnsafeBufferPointer { values in
        power == 2
            ? sum(values) { ($0 - mean) * ($0 - mean) }
            : sum(values) { value in
                var product = value - mean
                for _ in 1..<power { product *= value - mean }
                return product
            }
    }
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
