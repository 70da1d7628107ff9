/// Mean and variance of the last `count` numbers, without drift and without cancellation.
///
/// Sums are kept of the distances from a shift near the mean, and renewed with each round of the window as in
/// `RollingSum`; the shift of a round is the mean at its beginning. A window of equal numbers has a variance of
/// exactly zero.
@frozen
public struct RollingMoments: Sendable {
    @usableFromInline var ring: Ring<Double>
    @usableFromInline var shift = 0.0
    @usableFromInline var sum = 0.0
    @usableFromInline var squares = 0.0
    @usableFromInline var freshShift = 0.0
    @usableFromInline var freshSum = 0.0
    @usableFromInline var freshSquares = 0.0
    @usableFromInline var isFull = false
    @usableFromInline var hasBegun = false
    @usableFromInline var last = 0.0
    /// How many of the last numbers are equal.
    @usableFromInline var run = 0

    @inlinable
    public init(count: Int) { ring = Ring(count: count, filledWith: 0) }

    @inlinable public var count: Int { ring.count }

    /// Nothing was taken so far, and the window is one that blocks of a column can be summed with.
    var canTakeBlocks: Bool { !hasBegun && Tape.holds(count) }

    /// Takes a number; true once the window is full.
    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Bool {
        if !hasBegun { begin(with: number) }
        run = number == last ? run + 1 : 1
        last = number
        let leaving = ring.replaceOldest(with: number) - shift
        let entering = number - shift
        sum += entering - leaving
        squares += entering * entering - leaving * leaving
        let distance = number - freshShift
        freshSum += distance
        freshSquares += distance * distance
        if ring.isAtEndOfRound { renew() }
        return isFull
    }

    /// Places that nothing was put in hold the shift, which adds nothing.
    @inlinable @inline(__always)
    mutating func begin(with number: Double) {
        hasBegun = true
        shift = number
        freshShift = number
        ring.fill(with: number)
    }

    @inlinable @inline(__always)
    mutating func renew() {
        sum = freshSum
        squares = freshSquares
        shift = freshShift
        freshShift = mean
        freshSum = 0
        freshSquares = 0
        isFull = true
    }

    @inlinable @inline(__always)
    public var mean: Double { shift + sum / Double(count) }

    /// The mean square distance from the mean; with one degree of freedom taken, the sample's variance.
    @inlinable @inline(__always)
    public func variance(takingDegrees degrees: Int = 0) -> Double {
        if run >= count { return 0 }
        let spread = squares - sum * (sum / Double(count))
        return spread > 0 ? spread / Double(count - degrees) : 0
    }
}
