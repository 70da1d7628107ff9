import Indicators

/// The return up to `skipped` bars ago over the bars before that.
struct Change: SymbolFeature {
    private var closes: Ring<Double>
    private let skipped: Int
    private var count = 0

    /// From `bars` ago to `skipped` ago.
    init(bars: Int, skipping skipped: Int = 0) {
        closes = Ring(count: bars + 1, filledWith: 0)
        self.skipped = skipped
    }

    mutating func update(_ reading: Reading) -> Double? {
        _ = closes.replaceOldest(with: reading.candle.close)
        count = min(count + 1, closes.count)
        guard count == closes.count else { return nil }
        return closes.element(ago: skipped) / closes.oldest() - 1
    }
}

/// The distance of the close from the highest high of a window.
struct HighDistance: SymbolFeature {
    private var highest: RollingMaximum

    init(bars: Int) { highest = RollingMaximum(count: bars) }

    mutating func update(_ reading: Reading) -> Double? {
        highest.update(reading.candle.high).map { reading.candle.close / $0 - 1 }
    }
}

/// The distance of the close from the lowest low of a window.
struct LowDistance: SymbolFeature {
    private var lowest: RollingMinimum

    init(bars: Int) { lowest = RollingMinimum(count: bars) }

    mutating func update(_ reading: Reading) -> Double? {
        lowest.update(reading.candle.low).map { reading.candle.close / $0 - 1 }
    }
}
