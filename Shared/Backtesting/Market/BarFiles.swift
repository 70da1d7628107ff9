import Domain
import Providers

/// Bars from CSV files, read into a table.
public enum BarFiles {
    public struct Selection: Sendable {
        /// Only these, or all where it is empty.
        public var symbols: [Symbol] = []
        /// The first and the last day, by the date in UTC on which a bar opens.
        public var from: CivilDate?
        public var to: CivilDate?
        /// The length of bars that have a time of day; found from the rows where it is not given.
        public var span: Int64?

        public init() {}
    }

    public static func load(
        _ files: [(symbol: Symbol?, path: String)], _ selection: Selection
    ) throws(SourceError) -> BarTable {
        let span: Int64
        if let given = selection.span { span = given } else { span = try self.span(of: files) }
        let source = try CSVSource(files: files, span: span)
        let (from, to) = (selection.from, selection.to)
        let first = from.map { $0.midnightUTC } ?? .distantPast
        let end = to.map { ($0 + 1).midnightUTC } ?? .distantFuture
        let wanted = Set(selection.symbols)
        var table = BarTable()
        while let instant = try source.next() {
            for bar in instant.bars {
                guard bar.openedAt >= first, bar.openedAt < end else { continue }
                guard wanted.isEmpty || wanted.contains(bar.symbol) else { continue }
                try check(bar)
                table.append(bar, closingAt: instant.at)
            }
            if instant.at - 2 * Nanoseconds.day > end { break }
        }
        for symbol in selection.symbols where !table.symbols.contains(symbol) {
            throw SourceError("no bar of \(symbol) was found in \(files.map(\.path).joined(separator: ", "))")
        }
        guard table.count > 0 else {
            throw SourceError(
                "no bar lies between \(from.map { "\($0)" } ?? "the beginning") and "
                    + "\(to.map { "\($0)" } ?? "the end") in \(files.map(\.path).joined(separator: ", "))")
        }
        return table
    }

    /// The gatekeeper that every feed will have does more; this much a backtest cannot do without.
    private static func check(_ bar: Bar) throws(SourceError) {
        guard bar.low.isPositive, bar.low <= min(bar.open, bar.close), bar.high >= max(bar.open, bar.close),
            !bar.volume.isNegative
        else {
            throw SourceError(
                "the bar of \(bar.symbol) that opens at \(bar.openedAt) cannot be (open \(bar.open), high "
                    + "\(bar.high), low \(bar.low), close \(bar.close), volume \(bar.volume)): prices above 0 with "
                    + "open and close between low and high would be right")
        }
    }

    /// The smallest distance between the first few hundred bars: a length that no gap can make too short.
    private static func span(of files: [(symbol: Symbol?, path: String)]) throws(SourceError) -> Int64 {
        let source = try CSVSource(files: files, span: Nanoseconds.second)
        var latest: [Symbol: Timestamp] = [:]
        var shortest = Int64.max
        for _ in 0..<500 {
            guard let instant = try source.next() else { break }
            for bar in instant.bars where bar.span != Nanoseconds.day {
                if let before = latest[bar.symbol], bar.openedAt > before {
                    shortest = min(shortest, bar.openedAt - before)
                }
                latest[bar.symbol] = bar.openedAt
            }
        }
        return shortest == .max ? Nanoseconds.minute : min(shortest, 366 * Nanoseconds.day)
    }
}
