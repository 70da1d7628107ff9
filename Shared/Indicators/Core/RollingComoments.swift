/// How two series vary together over the last `count` pairs: variances and covariance, with shifts and renewal as in
/// `RollingMoments`.
///
/// Everything is inlined: a call would copy both windows, 4 KB, to ask for a covariance.
@frozen
public struct RollingComoments: Sendable {
    public var first: RollingMoments
    public var second: RollingMoments
    @usableFromInline var sum = 0.0
    @usableFromInline var fresh = 0.0

    public init(count: Int) {
        first = RollingMoments(count: count)
        second = RollingMoments(count: count)
    }

    @inlinable @inline(__always)
    public var count: Int { first.count }

    /// Takes a pair; true once the window is full.
    @inlinable @inline(__always)
    public mutating func update(_ pair: Pair) -> Bool {
        if !first.hasBegun {
            first.begin(with: pair.first)
            second.begin(with: pair.second)
        }
        let leaving = (first.ring.oldest() - first.shift) * (second.ring.oldest() - second.shift)
        sum += (pair.first - first.shift) * (pair.second - second.shift) - leaving
        fresh += (pair.first - first.freshShift) * (pair.second - second.freshShift)
        _ = first.update(pair.first)
        let isFull = second.update(pair.second)
        if first.ring.isAtEndOfRound { (sum, fresh) = (fresh, 0) }
        return isFull
    }

    /// The mean product of the distances from the means.
    @inlinable @inline(__always)
    public var covariance: Double {
        if first.run >= count || second.run >= count { return 0 }
        return (sum - first.sum * (second.sum / Double(count))) / Double(count)
    }

    /// From -1 to 1. Nothing where one of both does not move.
    @inlinable @inline(__always)
    public var correlation: Double? {
        if first.run >= count || second.run >= count { return nil }
        // All three are `count` times as much as they mean, squared: what cancels needs no division.
        let whole = Double(count)
        let one = whole * first.squares - first.sum * first.sum
        let two = whole * second.squares - second.sum * second.sum
        let spread = ((one > 0 ? one : 0) * (two > 0 ? two : 0)).squareRoot()
        guard spread > 0, let found = finite((whole * sum - first.sum * second.sum) / spread) else {
            return nil
        }
        return found > 1 ? 1 : found < -1 ? -1 : found
    }
}
