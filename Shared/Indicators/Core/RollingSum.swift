/// The sum of the last `count` numbers, without drift.
///
/// A running sum of doubles gathers the rounding of everything it ever saw. Beside it a second sum begins anew with
/// each round of the window; at the end of the round it holds just the numbers of the window, and takes over.
/// So the sum depends on at most two rounds, costs one more addition a bar, and is the same in every run. Of a window of
/// equal numbers it is exact, so that one without any volume sums to zero.
@frozen
public struct RollingSum: Sendable {
    @usableFromInline var ring: Ring<Double>
    @usableFromInline var sum = 0.0
    @usableFromInline var fresh = 0.0
    @usableFromInline var isFull = false
    @usableFromInline var last = 0.0
    /// How many of the last numbers are equal.
    @usableFromInline var run = 0

    @inlinable
    public init(count: Int) { ring = Ring(count: count, filledWith: 0) }

    @inlinable public var count: Int { ring.count }

    /// Nothing was taken so far, and the window is one that blocks of a column can be summed with.
    var canTakeBlocks: Bool { !isFull && ring.position == 0 && Tape.holds(count) }

    /// Takes a number, and gives the sum once the window is full.
    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        run = number == last ? run &+ 1 : 1
        last = number
        let oldest = ring.replaceOldest(with: number)
        sum += number - oldest
        fresh += number
        if ring.isAtEndOfRound {
            sum = fresh
            fresh = 0
            isFull = true
        }
        guard isFull else { return nil }
        return run >= count ? number * Double(count) : sum
    }
}
