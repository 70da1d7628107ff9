/// The average true range, smoothed as Wilder did.
public struct ATR: ListedIndicator {
    @usableFromInline var trueRange = TrueRange()
    @usableFromInline var average: RMA

    @inlinable
    public init(period: Int) { average = RMA(period: period) }

    @inlinable public var warmUp: Int { average.period + 1 }

    @inlinable @inline(__always)
    public mutating func update(_ candle: Candle) -> Double? {
        guard let range = trueRange.update(candle) else { return nil }
        return average.take(range)
    }

    /// Takes the bars of a block of a column from its beginning on; false if not all are usable.
    @inline(__always)
    mutating func take(
        _ bars: CandleSource, _ bar: Int, _ length: Int, into out: UnsafeMutablePointer<Double>
    ) -> Bool {
        guard bars.putTrueRange(from: bar, length, into: out) else { return false }
        let skipped = bar == 0 ? 1 : 0
        average.take(out + skipped, length &- skipped, into: out + skipped)
        return true
    }

    public func fill(_ answers: inout Answers<Double>, from bars: CandleSource) {
        guard !trueRange.hasPrevious else { return fillByUpdates(&answers, from: bars) }
        var range = self
        let isDone = answers.putBlocks(from: average.period, of: shortBlock, alwaysFinite: true) {
            range.take(bars, $0, $1, into: $2)
        }
        if !isDone { fillByUpdates(&answers, from: bars) }
    }

    public static let listing = Listing(
        "atr", "average true range", parameters: [.period(14)], inputs: InputColumn.prices,
        warmUp: "period + 1", formula: "rma(true_range)", .taLib("ATR"))
    public init(_ chosen: Chosen) { self.init(period: chosen.period) }
}
