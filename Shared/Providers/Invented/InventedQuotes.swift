import Domain

/// Invented quotes between the instants of an invented market: so many in the time of each instant's bars, evenly spread,
/// of its symbols in turn. Each stands a cent around the straight line from the bar's open to its close.
///
/// It goes through one instant after the other; the same bars have the same quotes.
public struct InventedQuotes: Sendable {
    private let count: Int
    private let span: Int64
    private var made = 0

    /// `count` is that of all symbols together, and `span` the length of the bars in nanoseconds.
    public init(_ count: Int, span: Int64) throws(SourceError) {
        let most = min(InventedQuotes.countMax, Int(span) - 1)
        guard count >= 0, count <= most else {
            throw SourceError(
                "\(count) quotes cannot be made in the time of a bar; 0 to \(most) would be right")
        }
        self.count = count
        self.span = span
    }

    /// When the next quote before an instant's bars is due; nothing when all of them are made.
    public func nextAt(before instant: ReplayInstants.Element) -> Timestamp? {
        guard made < count, !instant.bars.isEmpty else { return nil }
        return instant.at - span + Int64(made + 1) * (span / Int64(count + 1))
    }

    /// Makes the next quote before an instant's bars.
    public mutating func next(before instant: ReplayInstants.Element) -> Quote? {
        guard let at = nextAt(before: instant) else { return nil }
        let bar = instant.bars[made % instant.bars.count]
        made += 1
        let way = (bar.close.units - bar.open.units) * Int64(made) / Int64(count + 1)
        let middle = bar.open.units + way
        return Quote(
            symbol: bar.symbol, at: at, bid: Price(units: middle - InventedQuotes.cent),
            ask: Price(units: middle + InventedQuotes.cent),
            bidSize: Volume(units: Int64(1 + made % 9) * 100_000),
            askSize: Volume(units: Int64(1 + made % 7) * 100_000))
    }

    /// The instant's bars are said: the next instant begins.
    public mutating func close() { made = 0 }

    private static let cent: Int64 = 10_000
    /// So many times the range of an invented price is still a number.
    private static let countMax = 1_000_000
}
