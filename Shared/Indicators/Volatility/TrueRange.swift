import CColumns

/// How far a bar reaches, a gap from the close before included.
public struct TrueRange: ListedIndicator {
    @usableFromInline var previousClose = 0.0
    @usableFromInline var hasPrevious = false

    @inlinable public init() {}
    @inlinable public var warmUp: Int { 2 }

    @inlinable @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard candle.hasUsablePrices else { return nil }
        let before = previousClose
        previousClose = candle.close
        guard hasPrevious else {
            hasPrevious = true
            return nil
        }
        return TrueRange.reach(candle.high, candle.low, before)
    }

    @inlinable @inline(__always)
    static func reach(_ high: Double, _ low: Double, _ before: Double) -> Double {
        (high > before ? high : before) - (low < before ? low : before)
    }

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        let isDone =
            !hasPrevious
            && answers.putBlocks(from: 1, alwaysFinite: true) { bars.putTrueRange(from: $0, $1, into: $2) }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "true_range", "true range: high to low, the close before included", inputs: InputColumn.prices,
        warmUp: "2", formula: "max(h, c[1]) − min(l, c[1])", .taLib("TRANGE"))
    public init(_ chosen: Chosen) { self.init() }
}

extension CandleSource {
    /// The true range of each bar of a block, but of the first bar of all; false if not all bars are usable.
    @inline(__always)
    func putTrueRange(from bar: Int, _ length: Int, into out: UnsafeMutablePointer<Double>) -> Bool {
        let skipped = bar == 0 ? 1 : 0
        guard bar > 0 || self[0].hasUsablePrices else { return false }
        let (high, low, close) = (high.from(bar), low.from(bar), close.from(bar))
        return tradewind_true_ranges(
            high + skipped, low + skipped, close + skipped, length &- skipped, out + skipped) == 0
    }
}
