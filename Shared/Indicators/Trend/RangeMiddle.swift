/// The highest high and the lowest low of a window.
struct RangeMiddle: Sendable {
    private var highest: RollingMaximum
    private var lowest: RollingMinimum

    init(count: Int) {
        highest = RollingMaximum(count: count)
        lowest = RollingMinimum(count: count)
    }

    var count: Int { highest.count }
    var canTakeBlocks: Bool { highest.canTakeBlocks }

    @inline(__always)
    mutating func update(_ candle: Candle) -> (high: Double, low: Double, middle: Double)? {
        let highest = highest.update(candle.high)
        guard let lowest = lowest.update(candle.low), let highest else { return nil }
        return (highest, lowest, (highest + lowest) / 2)
    }
}
