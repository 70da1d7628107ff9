import CColumns

/// The average true range in percent of the close.
public struct NATR: ListedIndicator {
    @usableFromInline var range: ATR

    @inlinable
    public init(period: Int) { range = ATR(period: period) }

    @inlinable public var warmUp: Int { range.warmUp }

    @inlinable @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard let range = range.update(candle) else { return nil }
        return finite(100 * range / candle.close)
    }

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        guard !range.trueRange.hasPrevious else { return fillByUpdates(&answers, from: bars) }
        var range = range
        let isDone = answers.putBlocks(from: range.average.period, of: shortBlock) { bar, length, out in
            guard range.take(bars, bar, length, into: out) else { return false }
            tradewind_percent(out, bars.close.from(bar), length)
            return true
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "natr", "average true range in percent of the close", parameters: [.period(14)],
        inputs: InputColumn.prices, warmUp: "period + 1", formula: "100 atr ÷ c", .taLib("NATR"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
