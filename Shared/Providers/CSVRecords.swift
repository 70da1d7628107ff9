import Domain

/// A CSV file with a header, read row by row; columns are found by name, whatever their order.
///
/// What is wrong with a field is told with file, line, column, what was found and what would be right.
public struct CSVRecords: ~Copyable {
    /// The names of the columns as the file writes them.
    public let names: [String]
    private var lines: LineReader
    private var fields: [Range<Int>] = []

    public init(path: String) throws(SourceError) {
        var lines = try LineReader(path: path)
        names = try CSVRecords.header(&lines)
        self.lines = lines
    }

    public var path: String { lines.path }
    public var line: Int { lines.number }

    /// The column that has one of these names, in that order of preference. `bp` is not `BP`: providers use both.
    public func column(_ candidates: String...) -> Int? {
        for candidate in candidates {
            if let exact = names.firstIndex(of: candidate) { return exact }
        }
        for candidate in candidates where candidate.count > 2 {
            if let near = names.firstIndex(where: { $0.lowercased() == candidate }) { return near }
        }
        return nil
    }

    /// Goes to the next row that is not empty; false at the end.
    public mutating func next() throws(SourceError) -> Bool {
        while let line = try lines.next() {
            if line.isEmpty { continue }
            try split(line)
            return true
        }
        return false
    }

    private mutating func split(_ line: Range<Int>) throws(SourceError) {
        fields.removeAll(keepingCapacity: true)
        var rest = CSVFields(line)
        do throws(CSVFields.UnclosedQuote) {
            while let field = try rest.next(lines.bytes.span) { fields.append(field) }
        } catch {
            throw SourceError("\(path), line \(lines.number): a quote is not closed")
        }
        guard fields.count == names.count else {
            throw SourceError(
                "\(path), line \(lines.number): the row has \(fields.count) fields; \(names.count), as many as the "
                    + "header has, would be right")
        }
    }

    // MARK: Fields

    public func isEmpty(_ column: Int) -> Bool { fields[column].isEmpty }

    public func text(_ column: Int) -> String {
        String(decoding: lines.bytes[fields[column]], as: UTF8.self)
    }

    public func symbol(_ column: Int) throws(SourceError) -> Symbol {
        let text = text(column)
        guard !text.isEmpty, let symbol = Symbol(text) else {
            throw fault(column, "a symbol of 1 to \(Symbol.lengthMax) characters")
        }
        return symbol
    }

    /// A date, without a time of day.
    public func date(_ column: Int) throws(SourceError) -> CivilDate {
        let moment = try moment(column)
        guard moment.inDay == nil else { throw fault(column, "a date such as 2024-01-31") }
        return moment.date
    }

    /// A moment; a date alone is its midnight in New York.
    public func time(_ column: Int) throws(SourceError) -> Timestamp {
        let moment = try moment(column)
        guard let inDay = moment.inDay else { return EasternTime.moment(on: moment.date, at: 0) }
        return moment.date.midnightUTC + inDay
    }

    private func moment(_ column: Int) throws(SourceError) -> MomentField.Moment {
        do throws(MomentField.Fault) {
            return try MomentField.moment(lines.bytes.span, fields[column])
        } catch {
            throw fault(column, "a date such as 2024-01-31, or a time such as 2024-01-31T14:30:00Z,")
        }
    }

    /// A decimal number; what is finer than a unit is rounded half to even.
    public func decimal<Value: FixedPoint>(_ column: Int) throws(SourceError) -> Value {
        do throws(DecimalError) {
            return try Value(
                bytes: lines.bytes.span.extracting(fields[column]), rounding: .toNearestOrEven)
        } catch {
            throw fault(
                column,
                error.reason == .tooLarge
                    ? "a number that fits into 64 bits" : "a decimal number such as 101.25")
        }
    }

    /// What is wrong with a field of this row.
    public func fault(_ column: Int, _ right: String) -> SourceError {
        let found =
            fields[column].isEmpty ? "nothing" : quoted(lines.bytes.span, fields[column])
        return SourceError(
            "\(path), line \(lines.number), column \(names[column]): found \(found); \(right) would be right")
    }

    /// What is wrong with the header.
    public func lacks(_ what: String, example: String) -> SourceError {
        SourceError(
            "\(path), line 1: the header has no column for \(what); a header such as \(example) would be right"
        )
    }

    private static func header(_ lines: inout LineReader) throws(SourceError) -> [String] {
        while let line = try lines.next() {
            if line.isEmpty { continue }
            var fields = CSVFields(line)
            var names: [String] = []
            do throws(CSVFields.UnclosedQuote) {
                while let field = try fields.next(lines.bytes.span) {
                    names.append(String(decoding: lines.bytes[field], as: UTF8.self))
                }
            } catch {
                throw SourceError(
                    "\(lines.path), line \(lines.number): the header has a quote that is not closed")
            }
            return names
        }
        throw SourceError(
            "\(lines.path): the file is empty; a header and a row for each record would be right")
    }
}
