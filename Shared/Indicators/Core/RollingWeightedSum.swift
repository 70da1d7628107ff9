/// The sum of the last `count` numbers in which the oldest counts once and the newest `count` times, and their plain
/// sum, both renewed with each round of the window as in `RollingSum`.
@frozen
public struct RollingWeightedSum: Sendable {
    @usableFromInline var ring: Ring<Double>
    @usableFromInline var sum = 0.0
    @usableFromInline var weighted = 0.0
    @usableFromInline var freshSum = 0.0
    @usableFromInline var freshWeighted = 0.0
    /// The place in the round, from 1.
    @usableFromInline var place = 0.0
    @usableFromInline var isFull = false

    @inlinable
    public init(count: Int) { ring = Ring(count: count, filledWith: 0) }

    @inlinable public var count: Int { ring.count }

    /// Nothing was taken so far, and the window is one that blocks of a column can be summed with.
    var canTakeBlocks: Bool { !isFull && ring.position == 0 && Tape.holds(count) }

    /// Takes a number; true once the window is full.
    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Bool {
        let oldest = ring.replaceOldest(with: number)
        weighted += Double(count) * number - sum
        sum += number - oldest
        place += 1
        freshWeighted += place * number
        freshSum += number
        if ring.isAtEndOfRound {
            (sum, weighted) = (freshSum, freshWeighted)
            (freshSum, freshWeighted, place) = (0, 0, 0)
            isFull = true
        }
        return isFull
    }
}
