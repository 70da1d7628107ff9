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
        let high = candle.high > before ? candle.high : before
        let low = candle.low < before ? candle.low : before
        return high - low
    }

    public static let listing = Listing(
        "true_range", "true range: high to low, the close before included", inputs: InputColumn.prices,
        warmUp: "2", formula: "max(h, c[1]) − min(l, c[1])", .taLib("TRANGE"))
    public init(_ chosen: Chosen) { self.init() }
}
