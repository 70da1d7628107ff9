import Domain

/// The rows of a file of bars, one by one and as they stand: what cannot be read or is out of order does not end it.
///
/// It is for those who look for what is wrong with a file; whoever trades on one reads it with `CSVSource`.
public struct BarRows: ~Copyable {
    public enum Row {
        case bar(Bar)
        /// What is wrong with the row, in words.
        case fault(FaultKind, String)
    }

    private var lines: LineReader
    private let layout: CSVLayout
    private let row: CSVRow

    /// `symbol` names every row, whatever the file calls it; `span` is the length of bars with a time of day.
    public init(path: String, symbol: Symbol?, span: Int64) throws(SourceError) {
        var lines = try LineReader(path: path)
        let header = try CSVFile.header(&lines)
        let layout: CSVLayout
        do throws(SourceError) {
            layout = try CSVLayout(header: header)
        } catch {
            throw SourceError("\(path), line \(lines.number): \(error)")
        }
        guard symbol != nil || layout.hasSymbol else {
            throw SourceError(
                "\(path), line \(lines.number): the header has no column for the symbol, and no symbol was named "
                    + "with the file; name it, or add a column symbol")
        }
        row = CSVRow(layout, symbol: symbol, span: span)
        self.layout = layout
        self.lines = lines
    }

    /// The line of the row that `next` gave last; the header's is 1.
    public var line: Int { lines.number }

    /// About how many rows are still to come, for whoever makes room for them; 0 where nobody can tell.
    public var rowsExpected: Int { lines.linesExpected }

    /// The next row that is not empty; nothing at the end.
    public mutating func next() throws(SourceError) -> Row? {
        while let line = try lines.next() {
            if line.isEmpty { continue }
            do throws(CSVRow.Fault) {
                return .bar(try row.bar(lines.bytes.span, line))
            } catch {
                let found = error.found.isEmpty ? "nothing" : quoted(lines.bytes.span, error.found)
                let name =
                    error.column < layout.names.count ? layout.names[error.column] : "\(error.column + 1)"
                return .fault(
                    error.kind, "column \(name): found \(found); \(error.right) would be right")
            }
        }
        return nil
    }

    /// The length of the bars of a file: the most common distance in time of its first rows. A day where they have
    /// no time of day.
    public static func usualSpan(path: String, symbol: Symbol?) throws(SourceError) -> Int64 {
        var rows = try BarRows(path: path, symbol: symbol, span: Nanoseconds.second)
        var latest: [Symbol: Timestamp] = [:]
        var counts: [Int64: Int] = [:]
        var seen = 0
        while seen < 1000, let row = try rows.next() {
            seen += 1
            guard case .bar(let bar) = row, bar.span != Nanoseconds.day else { continue }
            if let before = latest[bar.symbol], bar.openedAt > before {
                counts[bar.openedAt - before, default: 0] += 1
            }
            latest[bar.symbol] = bar.openedAt
        }
        let usual = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? Nanoseconds.minute
        return min(usual, Nanoseconds.day)
    }
}
