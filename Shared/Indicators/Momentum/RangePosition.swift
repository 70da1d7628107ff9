/// Where a number lies between the lowest and the highest of a window, from 0 to 1. Nothing where both are the same.
struct RangePosition: Sendable {
    private var highest: RollingMaximum
    private var lowest: RollingMinimum

    init(count: Int) {
        highest = RollingMaximum(count: count)
        lowest = RollingMinimum(count: count)
    }

    var count: Int { highest.count }

    @inline(__always)
    mutating func update(high: Double, low: Double, _ number: Double) -> Double? {
        let highest = highest.update(high)
        guard let lowest = lowest.update(low), let highest, highest > lowest else { return nil }
        let place = (number - lowest) / (highest - lowest)
        // A number far outside a range that is as good as none has no place.
        return place.isUsable ? place : nil
    }
}
