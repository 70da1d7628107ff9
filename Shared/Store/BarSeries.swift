import Domain

/// Bars of one series in columns, in whatever order they came; `BarFolder` gives them oldest first.
public struct BarSeries: Equatable, Sendable {
    /// In nanoseconds since 1970.
    public var openedAt: [Int64] = []
    /// Prices in millionths.
    public var open: [Int64] = []
    public var high: [Int64] = []
    public var low: [Int64] = []
    public var close: [Int64] = []
    /// In thousandths of a share.
    public var volume: [Int64] = []
    /// How many trades made the bar; 0 where the provider does not say so.
    public var trades: [Int64] = []

    /// The columns in the order in which files have them.
    static let columns: [WritableKeyPath<BarSeries, [Int64]> & Sendable] = [
        \.openedAt, \.open, \.high, \.low, \.close, \.volume, \.trades,
    ]

    public init() {}

    /// Makes room for about so many bars; where more are expected than memory may hold, for the first of them.
    public init(expecting count: Int) { reserve(min(count, 1 << 24)) }

    public init(_ bars: some Sequence<Bar>) {
        for bar in bars { append(bar) }
    }

    public var count: Int { openedAt.count }
    public var isEmpty: Bool { openedAt.isEmpty }

    public mutating func append(_ bar: Bar) {
        openedAt.append(bar.openedAt.nanoseconds)
        open.append(bar.open.units)
        high.append(bar.high.units)
        low.append(bar.low.units)
        close.append(bar.close.units)
        volume.append(bar.volume.units)
        trades.append(Int64(clamping: bar.trades))
    }

    /// A row as a bar of a series.
    public func bar(_ row: Int, of key: SeriesKey) -> Bar {
        Bar(
            symbol: key.symbol, span: key.interval.nanoseconds,
            openedAt: Timestamp(nanoseconds: openedAt[row]), open: Price(units: open[row]),
            high: Price(units: high[row]), low: Price(units: low[row]), close: Price(units: close[row]),
            volume: Volume(units: volume[row]), trades: UInt64(max(0, trades[row])))
    }

    /// The rows that open before a moment; they are sorted.
    public func before(_ moment: Timestamp) -> BarSeries {
        let end = row(notBefore: moment.nanoseconds)
        guard end < count else { return self }
        var bars = BarSeries()
        bars.append(contentsOf: self, 0..<end)
        return bars
    }

    public func bars(of key: SeriesKey) -> [Bar] { (0..<count).map { bar($0, of: key) } }
}
