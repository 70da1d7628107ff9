/// Keeps the last bars, and what is usual.
struct PatternWindow: Sendable {
    private(set) var bars = PatternBars()
    private var bodies = RollingSum(count: 10)
    private var ranges = RollingSum(count: 10)
    private var rangesOfFive = RollingSum(count: 5)
    private var usualBody = 0.0
    private var usualRange = 0.0
    private var usualRangeOfFive = 0.0

    private(set) var count = 0

    /// Takes a bar; false if it is not usable.
    @inline(__always)
    mutating func update(_ candle: Candle) -> Bool {
        guard candle.hasUsablePrices, candle.open.isUsable else { return false }
        (bars.third, bars.second, bars.before) = (bars.second, bars.before, bars.now)
        bars.now = PatternBars.Bar(
            open: candle.open, high: candle.high, low: candle.low, close: candle.close, usualBody: usualBody,
            usualRange: usualRange, usualRangeOfFive: usualRangeOfFive)
        count = min(count + 1, 1000)
        usualBody = (bodies.update(bars.now.body) ?? 0) / 10
        usualRange = (ranges.update(candle.high - candle.low) ?? 0) / 10
        usualRangeOfFive = (rangesOfFive.update(candle.high - candle.low) ?? 0) / 5
        return true
    }
}
