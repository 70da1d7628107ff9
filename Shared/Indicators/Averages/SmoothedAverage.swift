/// An average in which each number weighs a fixed part, and all before it the rest. It begins with the mean of the
/// first `period` numbers.
///
/// Written as a weighted sum rather than as a step towards the number: a multiplication and an addition follow each
/// other, where the step would add a subtraction to what the next bar waits for. The rounding of all bars together
/// stays below two units in the last place by the weight.
@frozen
public struct SmoothedAverage: Sendable {
    public let period: Int
    @usableFromInline let weight: Double
    @usableFromInline let rest: Double
    @usableFromInline var count = 0
    /// The sum of the first numbers, then the average.
    @usableFromInline var value = 0.0

    @inlinable
    public init(period: Int, weight: Double) {
        precondition(period >= 1, "an average has a period of at least 1, not \(period)")
        self.period = period
        self.weight = weight
        rest = 1 - weight
    }

    /// Wilder's: each number weighs 1 ÷ period.
    @inlinable
    public init(wilder period: Int) { self.init(period: period, weight: 1 / Double(period)) }

    /// Takes a usable number, and gives the average once there were enough.
    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        if count >= period {
            value = value * rest + number * weight
            return value
        }
        return begin(with: number)
    }

    @inlinable @inline(__always)
    mutating func begin(with number: Double) -> Double? {
        value += number
        count += 1
        guard count == period else { return nil }
        value /= Double(period)
        return value
    }
}
