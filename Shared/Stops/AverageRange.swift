import Domain

/// Wilder's average of the true range: the plain mean of the first bars, and from then on each new range weighs one
/// part in as many.
public struct AverageRange: Sendable {
    public static let period: Int64 = 14
    private var last: Price = .zero
    private var sum: Int64 = 0
    private var count: Int64 = 0

    public init() {}

    public var value: Price? { count < AverageRange.period ? nil : Price(units: sum / AverageRange.period) }

    /// A split changes prices, and is no move of the market.
    public mutating func split(_ numerator: Int64, for denominator: Int64) {
        last = (try? last.scaled(denominator, over: numerator)) ?? last
        sum = (try? Price(units: sum).scaled(denominator, over: numerator).units) ?? sum
    }

    public mutating func update(high: Price, low: Price, close: Price) {
        var range = high.units - low.units
        if last.isPositive {
            range = max(range, max(abs(high.units - last.units), abs(low.units - last.units)))
        }
        last = close
        if count < AverageRange.period {
            count += 1
            sum += range
        } else {
            sum += range - sum / AverageRange.period
        }
    }

    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.amount(&last)
        try walk.integer(&sum)
        try walk.integer(&count)
    }
}
