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
            && answers.putEach(from: 1, where: { bars.haveUsablePrices($0) }, alwaysFinite: true) {
                TrueRange.reach(bars.high[$0], bars.low[$0], bars.close[$0 &- 1])
            }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "true_range", "true range: high to low, the close before included", inputs: InputColumn.prices,
        warmUp: "2", formula: "max(h, c[1]) − min(l, c[1])", .taLib("TRANGE"))
    public init(_ chosen: Chosen) { self.init() }
}
