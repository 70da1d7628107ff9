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

    /// Takes a number, and gives the largest once the window is full.
    @inlinable @inline(__always)
    public mutating func update(_ number: Double) -> Double? {
        largestOfRound = number > largestOfRound ? number : largestOfRound
        _ = ring.replaceOldest(with: number)
        if ring.isAtEndOfRound { return closeRound() }
        guard isFull else { return nil }
        let before = ring.oldest()
        return before > largestOfRound ? before : largestOfRound
    }

    @inlinable
    mutating func closeRound() -> Double {
        isFull = true
        let largest = largestOfRound
        largestOfRound = -.infinity
        let count = ring.count
        ring.withPlaces { places in
            var fromHere = places[count - 1]
            for place in stride(from: count - 2, through: 0, by: -1) {
                let number = places[place]
                fromHere = number > fromHere ? number : fromHere
                places[place] = fromHere
            }
        }
        return largest
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
        opposite.update(-number).map { -$0 }
    }
}
