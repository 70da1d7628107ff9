import Domain

/// Turns a line into a bar.
struct CSVRow {
    /// A field that is not what its column asks for; the column counts from 0.
    struct Fault: Error {
        var column: Int
        /// Empty where the field is missing.
        var found: Range<Int>
        var right: String
        var kind = FaultKind.unreadable
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
        var momentField = line, momentColumn = 0
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
            case .moment:
                moment = try date(bytes, field, column)
                (momentField, momentColumn) = (field, column)
            case .timeOfDay: timeOfDay = try time(bytes, field, column)
            case .period: isDaily = try period(bytes, field, column)
            case .open: bar.open = try decimal(bytes, field, column)
            case .high: bar.high = try decimal(bytes, field, column)
            case .low: bar.low = try decimal(bytes, field, column)
            case .close: bar.close = try decimal(bytes, field, column)
            case .volume: bar.volume = try decimal(bytes, field, column)
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
            bar.openedAt = moment.date.midnightUTC + inDay
            bar.span = span
        } else {
            switch dailySession(of: moment.date) {
            case .success(let session): (bar.openedAt, bar.span) = (session.open, Nanoseconds.day)
            case .failure(let fault):
                throw Fault(
                    column: momentColumn, found: momentField, right: fault.right, kind: .outOfSession)
            }
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
        let minutes = try? Whole(bytes: bytes.extracting(field)).units
        // A number of minutes that no span can hold is no span that was asked for.
        if let minutes, minutes > 0, minutes <= 1_000_000, minutes * Nanoseconds.minute == span {
            return false
        }
        throw Fault(column: column, found: field, right: "D for days, or the span of the source in minutes,")
    }

    /// What is finer than a unit is rounded half to even: providers that keep prices as binary fractions write
    /// `132.52999877929688`.
    @inline(__always)
    private func decimal<Value: FixedPoint>(
        _ bytes: borrowing Span<UInt8>, _ field: Range<Int>, _ column: Int
    ) throws(Fault) -> Value {
        do throws(DecimalError) {
            return try Value(bytes: bytes.extracting(field), rounding: .toNearestOrEven)
        } catch {
            let isTooLarge = error.reason == .tooLarge
            throw Fault(
                column: column, found: field,
                right: isTooLarge ? "a number that fits into 64 bits" : "a decimal number such as 101.25",
                kind: isTooLarge || !isNonFinite(bytes, field) ? .unreadable : .nonFinite)
        }
    }

    /// `NaN`, `inf`, `-Infinity`: how programs write what is no number.
    private func isNonFinite(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>) -> Bool {
        var word = ""
        for at in field
        where word.count < 10 && bytes[at] != UInt8(ascii: "-") && bytes[at] != UInt8(ascii: "+") {
            word.append(Character(UnicodeScalar(bytes[at] | 0x20)))
        }
        return ["nan", "inf", "infinity"].contains(word)
    }

    private func count(
        _ bytes: borrowing Span<UInt8>, _ field: Range<Int>, _ column: Int
    ) throws(Fault) -> UInt64 {
        let whole: Whole = try decimal(bytes, field, column)
        guard let count = UInt64(exactly: whole.units) else {
            throw Fault(column: column, found: field, right: "a count of trades, 0 or more,")
        }
        return count
    }
}

/// A count, which some providers write as `42.0`.
private struct Whole: FixedPoint {
    static var digits: Int { 0 }
    static var scale: Int64 { 1 }
    var units: Int64
}
