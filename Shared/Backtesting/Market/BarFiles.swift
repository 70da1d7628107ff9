import Domain
import Providers

/// Bars from CSV files, read into a table.
public enum BarFiles {
    public typealias File = (symbol: Symbol?, path: String)

    public struct Selection: Sendable {
        /// Only these, or all where it is empty.
        public var symbols: [Symbol] = []
        /// The first and the last day, by the date in UTC on which a bar opens.
        public var from: CivilDate?
        public var to: CivilDate?
        /// The length of bars that have a time of day; found from the rows where it is not given.
        public var span: Int64?
        /// Bars of a store and actions as they were known at that moment.
        public var asKnownAt: Timestamp?

        public init() {}

        var begin: Timestamp { from.map { $0.midnightUTC } ?? .distantPast }
        var end: Timestamp { to.map { ($0 + 1).midnightUTC } ?? .distantFuture }

        func takes(_ symbol: Symbol, at moment: Timestamp) -> Bool {
            moment >= begin && moment < end && (symbols.isEmpty || symbols.contains(symbol))
        }
    }

    /// The bars that a symbol is traded on: its shortest.
    public static func load(_ files: [File], _ selection: Selection) throws(SourceError) -> BarTable {
        try read(files, selection).shortest
    }

    /// All bars: of each symbol the shortest, and those that are longer.
    public static func read(
        _ files: [File], _ selection: Selection
    ) throws(SourceError) -> (shortest: BarTable, longer: [LongerBar]) {
        var spanned: [(symbol: Symbol?, path: String, span: Int64)] = []
        for file in files {
            let span: Int64
            if let given = selection.span { span = given } else { span = try self.span(of: file) }
            spanned.append((file.symbol, file.path, span))
        }
        let source = try CSVSource(files: spanned)
        let (first, end) = (selection.begin, selection.end)
        let wanted = Set(selection.symbols)
        var table = BarTable()
        var others: [LongerBar] = []
        while let instant = try source.next() {
            for bar in instant.bars {
                guard bar.openedAt >= first, bar.openedAt < end else { continue }
                guard wanted.isEmpty || wanted.contains(bar.symbol) else { continue }
                try check(bar)
                if let other = table.otherSpan(bar) {
                    others.append(LongerBar(at: instant.at.nanoseconds, instrument: other, bar: bar))
                } else {
                    table.append(bar, closingAt: instant.at)
                }
            }
            if instant.at - 2 * Nanoseconds.day > end { break }
        }
        for symbol in selection.symbols where !table.symbols.contains(symbol) {
            throw SourceError("no bar of \(symbol) was found in \(files.map(\.path).joined(separator: ", "))")
        }
        guard table.count > 0 else {
            throw SourceError(
                "no bar lies between \(selection.from.map { "\($0)" } ?? "the beginning") and "
                    + "\(selection.to.map { "\($0)" } ?? "the end") in "
                    + files.map(\.path).joined(separator: ", "))
        }
        return others.isEmpty ? (table, []) : sorted(table, others)
    }

    /// The gatekeeper that every feed will have does more; this much a backtest cannot do without.
    static func check(_ bar: Bar) throws(SourceError) {
        guard bar.low.isPositive, bar.low <= min(bar.open, bar.close), bar.high >= max(bar.open, bar.close),
            !bar.volume.isNegative
        else {
            throw SourceError(
                "the bar of \(bar.symbol) that opens at \(bar.openedAt) cannot be (open \(bar.open), high "
                    + "\(bar.high), low \(bar.low), close \(bar.close), volume \(bar.volume)): prices above 0 with "
                    + "open and close between low and high would be right")
        }
    }

    /// Which bars of a symbol are its shortest is known only at the end: those that came first may be the longer ones.
    private static func sorted(_ table: BarTable, _ others: [LongerBar]) -> (BarTable, [LongerBar]) {
        var shortest = table.spans
        for other in others {
            shortest[Int(other.instrument)] = min(shortest[Int(other.instrument)], other.bar.span)
        }
        if shortest == table.spans { return (table, others) }
        var result = BarTable()
        for symbol in table.symbols { result.place(of: symbol) }
        var longer: [LongerBar] = []
        var waiting = others[...]
        func put(_ bar: Bar, _ instrument: Int32, _ at: Timestamp) {
            if bar.span == shortest[Int(instrument)] {
                result.append(bar, closingAt: at)
            } else {
                longer.append(LongerBar(at: at.nanoseconds, instrument: instrument, bar: bar))
            }
        }
        for row in 0..<table.count {
            let (bar, at) = (table.bar(row), Timestamp(nanoseconds: table.closesAt[row]))
            while let other = waiting.first,
                (other.at, other.instrument) < (at.nanoseconds, table.symbol[row])
            {
                put(other.bar, other.instrument, Timestamp(nanoseconds: other.at))
                waiting.removeFirst()
            }
            put(bar, table.symbol[row], at)
        }
        for other in waiting { put(other.bar, other.instrument, Timestamp(nanoseconds: other.at)) }
        return (result, longer)
    }

    /// The smallest distance between the first few hundred bars: a length that no gap can make too short.
    private static func span(of file: File) throws(SourceError) -> Int64 {
        let source = try CSVSource(files: [file], span: Nanoseconds.second)
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

extension BarTable {
    /// The instrument of a bar whose span is not that of its instrument; nothing where it is.
    fileprivate func otherSpan(_ bar: Bar) -> Int32? {
        if symbols.count == 1, symbols[0] == bar.symbol { return spans[0] == bar.span ? nil : 0 }
        guard let place = number(of: bar.symbol), spans[Int(place)] != bar.span else { return nil }
        return place
    }
}
