/// The last four bars, each beside what was usual in the bars before it: what candlestick patterns are recognised by.
struct PatternBars: Sendable {
    /// A bar, and the means of the ten (five) bars before it.
    struct Bar: Sendable, BitwiseCopyable {
        var open = 0.0
        var high = 0.0
        var low = 0.0
        var close = 0.0
        var usualBody = 0.0
        var usualRange = 0.0
        var usualRangeOfFive = 0.0

        var top: Double { max(open, close) }
        var bottom: Double { min(open, close) }
        var body: Double { (close - open).magnitude }
        var upperShadow: Double { high - top }
        var lowerShadow: Double { bottom - low }
        var isWhite: Bool { close >= open }

        var isLong: Bool { body > usualBody }
        var isShort: Bool { body <= usualBody }
        var isDoji: Bool { body <= 0.1 * usualRange }
        /// A tenth of the usual range is as good as none.
        var hasNoUpperShadow: Bool { upperShadow < 0.1 * usualRange }
        var hasNoLowerShadow: Bool { lowerShadow < 0.1 * usualRange }
        var near: Double { 0.2 * usualRangeOfFive }
        var far: Double { 0.6 * usualRangeOfFive }
    }

    private var bodies = RollingSum(count: 10)
    private var ranges = RollingSum(count: 10)
    private var rangesOfFive = RollingSum(count: 5)
    private var usualBody = 0.0
    private var usualRange = 0.0
    private var usualRangeOfFive = 0.0

    private(set) var now = Bar()
    private(set) var before = Bar()
    private(set) var second = Bar()
    private(set) var third = Bar()
    private(set) var count = 0

    /// Takes a bar; false if it is not usable.
    mutating func update(_ candle: Candle) -> Bool {
        guard candle.hasUsablePrices, candle.open.isUsable else { return false }
        (third, second, before) = (second, before, now)
        now = Bar(
            open: candle.open, high: candle.high, low: candle.low, close: candle.close, usualBody: usualBody,
            usualRange: usualRange, usualRangeOfFive: usualRangeOfFive)
        count = min(count + 1, 1000)
        usualBody = (bodies.update(now.body) ?? 0) / 10
        usualRange = (ranges.update(candle.high - candle.low) ?? 0) / 10
        usualRangeOfFive = (rangesOfFive.update(candle.high - candle.low) ?? 0) / 5
        return true
    }
}

/// A pattern: when there are bars enough, and whether the last ones form it: 1 for a rise to come, -1 for a fall, 0 for
/// none.
protocol PatternShape: Sendable {
    static var warmUp: Int { get }
    static var listing: Listing { get }
    static func match(_ bars: PatternBars) -> Double
}

/// The indicator of a pattern.
struct Pattern<Shape: PatternShape>: ListedIndicator {
    private var bars = PatternBars()

    init() {}

    var warmUp: Int { Shape.warmUp }

    mutating func update(_ candle: Candle) -> Double? {
        bars.update(candle) && bars.count >= Shape.warmUp ? Shape.match(bars) : nil
    }

    static var listing: Listing { Shape.listing }
    init(_ chosen: Chosen) { self.init() }
}

extension Listing {
    /// A pattern that TA-Lib knows by that name.
    static func pattern(
        _ name: String, _ summary: String, warmUp: Int, formula: String, _ function: String
    ) -> Listing {
        Listing(
            name, summary, inputs: InputColumn.candle, warmUp: "\(warmUp)", formula: formula,
            .taLib(function, remark: "1 and -1 for 100 and -100"))
    }
}
