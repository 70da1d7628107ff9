/// The average true range, smoothed as Wilder did.
public struct ATR: ListedIndicator {
    @usableFromInline var trueRange = TrueRange()
    @usableFromInline var average: SmoothedAverage

    @inlinable
    public init(period: Int) { average = SmoothedAverage(wilder: period) }

    @inlinable public var warmUp: Int { average.period + 1 }

    @inlinable @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard let range = trueRange.update(candle) else { return nil }
        return average.update(range)
    }

    public static let listing = Listing(
        "atr", "average true range", parameters: [.period(14)], inputs: InputColumn.prices,
        warmUp: "period + 1", formula: "rma(true_range)", .taLib("ATR"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
