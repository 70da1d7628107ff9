/// How many bars ago the largest of the last `count` numbers was; of equals the latest.
///
/// In rounds as `RollingMaximum`, with the place of each largest number beside it, so the time of a bar does not depend on
/// the numbers: nothing has to be guessed, where a queue of candidates is guessed wrong every other bar.
struct RollingExtremeAge: Sendable {
    private var numbers: Ring<Double>
    /// Of the round before: where the largest from each place to the end is.
    private var largestPlaces: Ring<Int>
    private var largest = -Double.infinity
    private var largestPlace = 0
    private var isFull = false

    init(count: Int) {
        numbers = Ring(count: count, filledWith: 0)
        largestPlaces = Ring(count: count, filledWith: 0)
    }

    /// Takes a number, and gives the age once the window is full.
    @inline(__always)
    mutating func update(_ number: Double) -> Int? {
        let (count, place) = (numbers.count, numbers.position)
        largestPlace = number >= largest ? place : largestPlace
        largest = number >= largest ? number : largest
        _ = numbers.replaceOldest(with: number)
        if numbers.isAtEndOfRound {
            largest = -.infinity
            isFull = true
            numbers.withPlaces { numbers in
                largestPlaces.withPlaces { RollingExtremeAge.carryBack(numbers, $0, count) }
            }
            return place &- largestPlace
        }
        guard isFull else { return nil }
        let before = largestPlaces.withPlaces { $0[place &+ 1] }
        return place &- (numbers.oldest() > largest ? before &- count : largestPlace)
    }

    /// Puts into each place the largest number from there to the end, and where that is.
    private static func carryBack(
        _ numbers: UnsafeMutablePointer<Double>, _ places: UnsafeMutablePointer<Int>, _ count: Int
    ) {
        var (fromHere, itsPlace) = (-Double.infinity, 0)
        for place in stride(from: count - 1, through: 0, by: -1) {
            let number = numbers[place]
            itsPlace = number > fromHere ? place : itsPlace
            fromHere = number > fromHere ? number : fromHere
            (numbers[place], places[place]) = (fromHere, itsPlace)
        }
    }
}
