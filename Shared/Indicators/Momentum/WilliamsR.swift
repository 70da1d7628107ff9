import CColumns

/// How far the close lies below the highest of a window, in percent of its range: 0 at the top, -100 at the bottom.
public struct WilliamsR: ListedIndicator {
    private var highest: RollingMaximum
    private var lowest: RollingMinimum

    public init(period: Int) {
        highest = RollingMaximum(count: period)
        lowest = RollingMinimum(count: period)
    }

    public var warmUp: Int { highest.count }

    @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsablePrices else { return nil }
        let highest = highest.update(candle.high)
        guard let lowest = lowest.update(candle.low), let highest, highest > lowest else { return nil }
        return finite(-100 * ((highest - candle.close) / (highest - lowest)))
    }

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        guard highest.canTakeBlocks else { return fillByUpdates(&answers, from: bars) }
        let top = ExtremeTape(count: highest.count)
        let bottom = ExtremeTape(count: highest.count)
        let bottoms = Tape()
        let isDone = answers.putBlocks(
            from: highest.count - 1, of: middleBlock
        ) { bar, length, out in
            guard top.takeLargest(bars.high.from(bar), length, into: out),
                bottom.takeSmallest(bars.low.from(bar), length, into: bottoms.numbers),
                bars.close.areUsable(bar..<bar &+ length)
            else { return false }
            tradewind_places_below(out, bottoms.numbers, bars.close.from(bar), length)
            return true
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "williams_r", "distance of the close from the top of the window, 0 to -100",
        parameters: [.period(14)],
        inputs: InputColumn.prices, warmUp: "period", formula: "−100 (maxₙ(h) − c) ÷ (maxₙ(h) − minₙ(l))",
        .taLib("WILLR", remark: "nothing, and not 0, where the window has no range"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
