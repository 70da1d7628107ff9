import Domain

/// The mean of the last so many prices, kept as their sum in whole units, so that it has no rounding at all.
///
/// In a million bars about a hundred pairs of averages are exactly equal; on doubles, rounding decides there. Here
/// two averages are compared by `sum × count` on both sides, in 128 bits.
@frozen
public struct ExactAverage<Value: FixedPoint>: Sendable {
    @usableFromInline var ring: Ring<Int64>
    @usableFromInline var total: Int64 = 0
    @usableFromInline var isFull = false

    @inlinable
    public init(period: Int) { ring = Ring(count: period, filledWith: 0) }

    @inlinable public var period: Int { ring.count }
    @inlinable public var warmUp: Int { ring.count }
    /// The sum of the window in units, of what there is while it fills.
    @inlinable public var sum: Int64 { total }
    @inlinable public var isReady: Bool { isFull }

    /// Takes the next value. A sum that does not fit 64 bits traps: prices of a million times a window of nine
    /// million do fit.
    @inlinable @inline(__always)
    public mutating func update(_ value: Value) {
        total += value.units - ring.replaceOldest(with: value.units)
        if ring.isAtEndOfRound { isFull = true }
    }

    /// The mean as a double, once the window is full.
    @inlinable
    public var value: Double? {
        isReady ? Double(sum) / (Double(period) * Double(Value.scale)) : nil
    }

    /// Whether this mean is below, equal to or above another: -1, 0 or 1. Nothing until both are ready.
    @inlinable @inline(__always)
    public func side(of other: ExactAverage) -> Int? {
        guard isReady, other.isReady else { return nil }
        let (mine, theirs) = (
            sum.multipliedFullWidth(by: Int64(other.period)), other.sum.multipliedFullWidth(by: Int64(period))
        )
        if mine.high != theirs.high { return mine.high > theirs.high ? 1 : -1 }
        return mine.low == theirs.low ? 0 : mine.low > theirs.low ? 1 : -1
    }
}
