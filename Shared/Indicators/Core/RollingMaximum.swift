/// The largest of the last `count` numbers.
///
/// The window is cut into rounds. Of the round before, each place holds the largest from there to its end; of this
/// round the largest so far is carried along; the larger of both is the answer. The time of a bar does not depend
/// on the numbers; once in a round the whole window is gone through.
@frozen
public struct RollingMaximum: Sendable {
    @usableFromInline var ring: Ring<Double>
    @usableFromInline var largestOfRound = -Double.infinity
    @usableFromInline var isFull = false

    @inlinable
    public init(count: Int) { ring = Ring(count: count, filledWith: -.infinity) }

    @inlinable public var count: Int { ring.count }

    /// Nothing was taken so far, and the window is one that blocks of a column can be looked at with.
    var canTakeBlocks: Bool { !isFull && ring.position == 0 && Tape.holds(count) }

    /// Takes a number, and gives the largest once the window is full.
    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        // Of zeros there is one, so that it does not matter which of them is found.
        let number = number + 0.0
        largestOfRound = number > largestOfRound ? number : largestOfRound
        _ = ring.replaceOldest(with: number)
        if ring.isAtEndOfRound {
            let largest = largestOfRound
            largestOfRound = -.infinity
            isFull = true
            let count = ring.count
            ring.withPlaces { RollingMaximum.carryBack($0, count) }
            return largest
        }
        guard isFull else { return nil }
        let before = ring.oldest()
        return before > largestOfRound ? before : largestOfRound
    }

    /// Puts into each place the largest from there to the end. A function of the places alone: handed the whole state, it
    /// would keep that in memory for all of a column.
    @inlinable
    static func carryBack(_ places: UnsafeMutablePointer<Double>, _ count: Int) {
        var fromHere = places[count - 1]
        for place in stride(from: count - 2, through: 0, by: -1) {
            let number = places[place]
            fromHere = number > fromHere ? number : fromHere
            places[place] = fromHere
        }
    }
}

/// The smallest of the last `count` numbers: the largest of their opposites, which are exact.
@frozen
public struct RollingMinimum: Sendable {
    @usableFromInline var opposite: RollingMaximum

    @inlinable
    public init(count: Int) { opposite = RollingMaximum(count: count) }

    @inlinable public var count: Int { opposite.count }

    /// Takes a number, and gives the smallest once the window is full.
    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        opposite.update(-number).map { 0 - $0 }
    }
}
