import Domain

/// One file of bars that is being read, with its next bar in hand.
final class CSVFile {
    /// The next bar, and nothing at the end.
    private(set) var head: Bar?
    /// When `head` closes; the end of time after the last bar.
    private(set) var closesAt = Int64.max
    /// What stops the file from going on. The bar before it is good, so it is met only after that one is
    /// taken.
    private(set) var failure: SourceError?

    private var lines: LineReader
    private let layout: CSVLayout
    private let row: CSVRow

    init(path: String, symbol: Symbol?, span: Int64) throws(SourceError) {
        lines = try LineReader(path: path)
        let header = try CSVFile.header(&lines)
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
        advance()
    }

    var path: String { lines.path }
    /// The line that `head` stands on.
    var line: Int { lines.number }

    static func header(_ lines: inout LineReader) throws(SourceError) -> [String] {
        while let line = try lines.next() {
            if line.isEmpty { continue }
            var fields = CSVFields(line)
            var names: [String] = []
            do throws(CSVFields.UnclosedQuote) {
                while let field = try fields.next(lines.bytes.span) {
                    let name = quoted(lines.bytes.span, field)
                    names.append(String(name.dropFirst().dropLast()))
                }
            } catch {
                throw SourceError(
                    "\(lines.path), line \(lines.number): the header has a quote that is not closed")
            }
            return names
        }
        throw SourceError(
            "\(lines.path): the file is empty; a header such as symbol,time,open,high,low,close,volume would be "
                + "right, and then a row for each bar")
    }

    /// Goes to the next bar.
    func advance() {
        do throws(SourceError) {
            let before = head == nil ? Int64.min : closesAt
            guard let bar = try CSVFile.nextBar(&lines, row, layout) else {
                head = nil
                closesAt = .max
                return
            }
            closesAt = bar.closesAt.nanoseconds
            head = bar
            if closesAt < before { throw outOfOrder(bar, after: before) }
        } catch {
            failure = error
        }
    }

    /// A span of bytes cannot leave an access to a class's property, hence `inout`.
    private static func nextBar(
        _ lines: inout LineReader, _ row: CSVRow, _ layout: CSVLayout
    ) throws(SourceError) -> Bar? {
        while let line = try lines.next() {
            if line.isEmpty { continue }
            do throws(CSVRow.Fault) {
                return try row.bar(lines.bytes.span, line)
            } catch {
                let found = error.found.isEmpty ? "nothing" : quoted(lines.bytes.span, error.found)
                let names = layout.names
                let column = error.column < names.count ? names[error.column] : "\(error.column + 1)"
                throw SourceError(
                    "\(lines.path), line \(lines.number), column \(column): found \(found); \(error.right) would be "
                        + "right")
            }
        }
        return nil
    }

    private func outOfOrder(_ bar: Bar, after before: Int64) -> SourceError {
        SourceError(
            "\(path), line \(line), column \(timeColumn): the bar closes at "
                + "\(Timestamp(nanoseconds: closesAt)), before the bar above it, which closes at "
                + "\(Timestamp(nanoseconds: before)); rows in order of time, oldest first, would be right"
        )
    }

    private var timeColumn: String {
        layout.meanings.firstIndex(of: .moment).map { layout.names[$0] } ?? "time"
    }
}
