/// An average that at each bar keeps a rest of what it was and adds a part, made two bars at a time.
///
/// Every other average is made from the one two bars before: what a bar has to wait for comes half as often.
@frozen
public struct PairedAverage: Sendable {
    /// The average that the next two are made from.
    @usableFromInline var value = 0.0
    /// What the bar after that one added, and what it left, if it has been taken.
    @usableFromInline var part = 0.0
    @usableFromInline var rest = 0.0
    @usableFromInline var isBetween = false

    @inlinable init() {}

    @inlinable @inline(__always)
    mutating func take(_ part: Double, leaving rest: Double) -> Double {
        if isBetween {
            isBetween = false
            value = value * (self.rest * rest) + (self.part * rest + part)
            return value
        }
        isBetween = true
        (self.part, self.rest) = (part, rest)
        return value * rest + part
    }

    /// Takes the bars of a block from a place on, and puts the average after each.
    @inline(__always)
    mutating func take(
        _ places: Range<Int>, into out: UnsafeMutablePointer<Double>, part: (Int) -> Double,
        rest: (Int) -> Double
    ) {
        var place = places.lowerBound
        let end = places.upperBound
        if isBetween, place < end {
            out[place] = take(part(place), leaving: rest(place))
            place &+= 1
        }
        var value = value
        while place &+ 1 < end {
            let (first, second) = (part(place), part(place &+ 1))
            let (firstRest, secondRest) = (rest(place), rest(place &+ 1))
            out[place] = value * firstRest + first
            value = value * (firstRest * secondRest) + (first * secondRest + second)
            out[place &+ 1] = value
            place &+= 2
        }
        self.value = value
        if place < end { out[place] = take(part(place), leaving: rest(place)) }
    }
}
