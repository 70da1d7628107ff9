/// Finds swings: the highest and lowest of the bars on each side of a middle one.
struct SwingWindow: Sendable {
    private let left: Int
    private let right: Int
    private var highs: Ring<Double>
    private var lows: Ring<Double>
    private var filled = 0

    init(left: Int, right: Int) {
        (self.left, self.right) = (left, right)
        highs = Ring(count: left + right + 1, filledWith: 0)
        lows = Ring(count: left + right + 1, filledWith: 0)
    }

    var count: Int { highs.count }

    /// The bars on each side, if nothing was taken so far and they are so few that all are looked at; among many it is
    /// soon found that a bar is none.
    var sidesOfBlocks: (left: Int, right: Int)? {
        filled == 0 && count <= 24 ? (left, right) : nil
    }

    /// The swing that this bar makes known, once there are bars enough.
    @inline(__always)
    mutating func update(_ candle: Candle) -> (high: Double?, low: Double?)? {
        _ = highs.replaceOldest(with: candle.high)
        _ = lows.replaceOldest(with: candle.low)
        filled = min(filled + 1, count)
        guard filled == count else { return nil }
        let (high, low) = (highs.element(ago: right), lows.element(ago: right))
        var (isHigh, isLow) = (true, true)
        for ago in 0..<count where ago != right && (isHigh || isLow) {
            if highs.element(ago: ago) >= high { isHigh = false }
            if lows.element(ago: ago) <= low { isLow = false }
        }
        return (isHigh ? high : nil, isLow ? low : nil)
    }
}
