/// Donchian's channel: the highest high and the lowest low of a window, and the middle.
public struct Donchian: ListedIndicator {
    private var range: RangeMiddle

    public init(period: Int) { range = RangeMiddle(count: period) }

    public var warmUp: Int { range.count }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Keltner.Value? {
        guard candle.hasUsableRange, let (high, low, middle) = range.update(candle) else { return nil }
        return Keltner.Value(upper: high, middle: middle, lower: low)
    }

    public func fill(_ answers: inout Answers<Keltner.Value>, from bars: CandleSource) {
        guard range.canTakeBlocks else { return fillByUpdates(&answers, from: bars) }
        let top = ExtremeTape(count: range.count)
        let bottom = ExtremeTape(count: range.count)
        let stride = answers.count
        let isDone = answers.putBlocks(
            from: range.count - 1, of: middleBlock, alwaysFinite: true
        ) { bar, length, upper in
            let (middle, lower) = (upper + stride, upper + 2 &* stride)
            guard top.takeLargest(bars.high.from(bar), length, into: upper),
                bottom.takeSmallest(bars.low.from(bar), length, into: lower)
            else { return false }
            var place = 0
            while place < length {
                middle[place] = (upper[place] + lower[place]) / 2
                place &+= 1
            }
            return true
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "donchian", "highest high, middle and lowest low of the window", parameters: [.period(20)],
        inputs: InputColumn.range, outputs: ["upper", "middle", "lower"], warmUp: "period",
        formula: "maxₙ(h), the middle of both, minₙ(l)", .taLib("DONCHIAN")
    )
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
