import Domain

/// Turns a line into a bar.
struct CSVRow {
    /// A field that is not what its column asks for; the column counts from 0.
    struct Fault: Error {
        var column: Int
        /// Empty where the field is missing.
        var found: Range<Int>
        var right: String
    }

    private let layout: CSVLayout
    private let symbol: Symbol?
    private let span: Int64

    /// `symbol` names every row, whatever the file calls it; `span` is the length of bars with a time of day.
    init(_ layout: CSVLayout, symbol: Symbol?, span: Int64) {
        self.layout = layout
        self.symbol = symbol
        self.span = span
    }

    func bar(_ bytes: borrowing Span<UInt8>, _ line: Range<Int>) throws(Fault) -> Bar {
        var bar = Bar(symbol: symbol ?? Symbol())
        var moment = MomentField.Moment(date: CivilDate(days: 0), inDay: nil)
        var timeOfDay: Int64?
        var isDaily = false
        var fields = CSVFields(line)
        var column = 0
        while let field = try next(&fields, bytes, column) {
            guard column < layout.meanings.count else {
                throw Fault(
                    column: column, found: field,
                    right: "a row of \(layout.meanings.count) fields, as many as the header has,")
            }
            switch layout.meanings[column] {
            case .nothing: break
            case .symbol: if symbol == nil { bar.symbol = try ticker(bytes, field, column) }
            case .moment: moment = try date(bytes, field, column)
            case .timeOfDay: timeOfDay = try time(bytes, field, column)
            case .period: isDaily = try period(bytes, field, column)
            case .open: bar.open = Price(units: try decimal(bytes, field, column, Price.digits))
            case .high: bar.high = Price(units: try decimal(bytes, field, column, Price.digits))
            case .low: bar.low = Price(units: try decimal(bytes, field, column, Price.digits))
            case .close: bar.close = Price(units: try decimal(bytes, field, column, Price.digits))
            case .volume: bar.volume = Volume(units: try decimal(bytes, field, column, Volume.digits))
            case .trades: bar.trades = try count(bytes, field, column)
            }
            column += 1
        }
        guard column == layout.meanings.count else {
            throw Fault(
                column: column, found: line.upperBound..<line.upperBound,
                right: "a row of \(layout.meanings.count) fields, as many as the header has,")
        }
        // Stooq writes daily bars with a time of 000000.
        let inDay = isDaily ? nil : timeOfDay ?? moment.inDay
        if let inDay {
            bar.openedAt = Timestamp(nanoseconds: moment.date.midnight + inDay)
            bar.span = span
        } else {
            (bar.openedAt, bar.span) = dailyOpen(of: moment.date)
        }
        return bar
    }

    @inline(__always)
    private func next(
        _ fields: inout CSVFields, _ bytes: borrowing Span<UInt8>, _ column: Int
    ) throws(Fault) -> Range<Int>? {
        do throws(CSVFields.UnclosedQuote) {
            return try fields.next(bytes)
        } catch {
            throw Fault(
                column: column, found: error.field, right: "a field with a quote at each end, or none,")
        }
    }

    private func ticker(
        _ bytes: borrowing Span<UInt8>, _ field: Range<Int>, _ column: Int
    ) throws(Fault) -> Symbol {
        var symbol = Symbol()
        var isPrintable = true
        guard 1...Symbol.lengthMax ~= field.count else {
            throw Fault(
                column: column, found: field, right: "a symbol of 1 to \(Symbol.lengthMax) characters")
        }
        withUnsafeMutableBytes(of: &symbol.words) { words in
            for (index, at) in field.enumerated() {
                words[index] = bytes[at]
                if bytes[at] < 0x20 || bytes[at] > 0x7e { isPrintable = false }
            }
        }
        guard isPrintable else {
            throw Fault(column: column, found: field, right: "a symbol of printable ASCII such as BRK.B")
        }
        return symbol
    }

    private func date(
        _ bytes: borrowing Span<UInt8>, _ field: Range<Int>, _ column: Int
    ) throws(Fault) -> MomentField.Moment {
        do throws(MomentField.Fault) {
            return try MomentField.moment(bytes, field)
        } catch {
            throw Fault(
                column: column, found: field,
                right: "a date such as 2024-01-31, or a time such as 2024-01-31T14:30:00Z,")
        }
    }

    private func time(
        _ bytes: borrowing Span<UInt8>, _ field: Range<Int>, _ column: Int
    ) throws(Fault) -> Int64 {
        do throws(MomentField.Fault) {
            return try MomentField.time(bytes, field)
        } catch {
            throw Fault(column: column, found: field, right: "a time of day such as 143000 or 14:30:00")
        }
    }

    /// Whether Stooq's period is a day; minutes must be the span that was asked for.
    private func period(
        _ bytes: borrowing Span<UInt8>, _ field: Range<Int>, _ column: Int
    ) throws(Fault) -> Bool {
        if field.count == 1, bytes[field.lowerBound] | 0x20 == UInt8(ascii: "d") { return true }
        let minutes = try? DecimalField.units(bytes, field, digits: 0)
        // A number of minutes that no span can hold is no span that was asked for.
        if let minutes, minutes > 0, minutes <= 1_000_000, minutes * 60_000_000_000 == span { return false }
        throw Fault(column: column, found: field, right: "D for days, or the span of the source in minutes,")
    }

    @inline(__always)
    private func decimal(
        _ bytes: borrowing Span<UInt8>, _ field: Range<Int>, _ column: Int, _ digits: Int
    ) throws(Fault) -> Int64 {
        do throws(DecimalField.Fault) {
            return try DecimalField.units(bytes, field, digits: digits)
        } catch {
            switch error {
            case .notANumber:
                throw Fault(column: column, found: field, right: "a decimal number such as 101.25")
            case .tooLarge:
                throw Fault(column: column, found: field, right: "a number that fits into 64 bits")
            }
        }
    }

    private func count(
        _ bytes: borrowing Span<UInt8>, _ field: Range<Int>, _ column: Int
    ) throws(Fault) -> UInt64 {
        let units = try decimal(bytes, field, column, 0)
        guard let count = UInt64(exactly: units) else {
            throw Fault(column: column, found: field, right: "a count of trades, 0 or more,")
        }
        return count
    }
}
