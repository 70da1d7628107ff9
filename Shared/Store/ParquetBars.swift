import Domain
import Parquet

/// Bars from a Parquet file of anybody: columns are found by the names that providers and programs use, and whole
/// numbers, decimals, floating point, dates and timestamps are all read for what they mean.
public struct ParquetBars {
    /// A row that cannot be a bar, and why.
    public struct Fault: Sendable {
        public var row: Int
        public var reason: String
    }

    private let file: ParquetFile
    private let symbol: Symbol?
    private let span: Int64?
    private var place: [Meaning: Int] = [:]

    private enum Meaning: String, CaseIterable {
        case symbol, moment, open, high, low, close, volume, trades

        var names: [String] {
            switch self {
            case .symbol: ["symbol", "ticker", "s"]
            case .moment:
                [
                    "opened_at", "time", "timestamp", "datetime", "date", "t", "window_start",
                    "__index_level_0__",
                ]
            case .open: ["open", "o"]
            case .high: ["high", "h"]
            case .low: ["low", "l"]
            case .close: ["close", "c"]
            case .volume: ["volume", "vol", "v"]
            case .trades: ["trades", "trade_count", "transactions", "n"]
            }
        }
    }

    /// `symbol` names every row, whatever the file says; `span` is the length of bars with a time of day. Without them
    /// the file must say it itself, by a column or as the store's own files do.
    public init(_ path: String, symbol: Symbol?, span: Int64?) throws(StoreError) {
        do throws(ParquetError) {
            file = try ParquetFile(path)
        } catch { throw StoreError(.damaged, error.description) }
        let noted = { [file] (key: String) in file.notes.first { $0.key == key }?.value }
        self.symbol = symbol ?? noted("tradewind.symbol").flatMap { Symbol($0) }
        self.span = span ?? noted("tradewind.interval").flatMap { try? Interval($0).nanoseconds }
        for meaning in Meaning.allCases {
            place[meaning] = meaning.names.lazy.compactMap { [file] in file.column($0) }.first
        }
        for meaning in Meaning.allCases where place[meaning] == nil && meaning != .trades {
            if meaning == .symbol, self.symbol != nil { continue }
            let names = file.columns.map(\.name).joined(separator: ", ")
            let word = meaning == .moment ? "time" : meaning.rawValue
            throw StoreError(
                .refused,
                meaning == .symbol
                    ? "\(path): no column names the symbol; SYMBOL=\(path) would be right"
                    : "\(path): there is no column for the \(word) (there are \(names)); one called \(meaning.names[0]) "
                        + "would be right")
        }
    }

    public var rowCount: Int { file.rowCount }

    /// All bars in the order of the file, and the rows that are none.
    public func read(
        _ take: (Bar, Int) -> Void, fault: (Fault) -> Void, progress: (Int) -> Void = { _ in }
    ) throws(StoreError) {
        let meanings = Meaning.allCases.filter { place[$0] != nil && ($0 != .symbol || symbol == nil) }
        var before = 0
        for group in 0..<file.groupCount {
            var columns: [Meaning: Reading] = [:]
            do throws(ParquetError) {
                for meaning in meanings {
                    let number = place[meaning]!
                    columns[meaning] = Reading(file.columns[number], try file.read(number, group: group))
                }
            } catch { throw StoreError(.damaged, error.description) }
            let span = self.span ?? columns[.moment]?.usualSpan ?? Nanoseconds.minute
            for row in 0..<file.rowCount(ofGroup: group) {
                do throws(RowFault) {
                    take(try bar(row, columns, span: span), before + row)
                } catch {
                    fault(Fault(row: before + row + 1, reason: error.reason))
                }
            }
            before += file.rowCount(ofGroup: group)
            progress(before)
        }
    }

    private func bar(_ row: Int, _ columns: [Meaning: Reading], span: Int64) throws(RowFault) -> Bar {
        var bar = Bar(symbol: symbol ?? Symbol(), span: span)
        if symbol == nil {
            guard let name = columns[.symbol]?.text(row), let found = Symbol(name), !name.isEmpty else {
                throw RowFault("symbol: a symbol of 1 to \(Symbol.lengthMax) characters would be right")
            }
            bar.symbol = found
        }
        guard let moment = columns[.moment] else { throw RowFault("time: it is missing") }
        (bar.openedAt, bar.span) = try moment.opening(row, span: span)
        bar.open = Price(units: try number(.open, row, columns, digits: Price.digits))
        bar.high = Price(units: try number(.high, row, columns, digits: Price.digits))
        bar.low = Price(units: try number(.low, row, columns, digits: Price.digits))
        bar.close = Price(units: try number(.close, row, columns, digits: Price.digits))
        bar.volume = Volume(units: try number(.volume, row, columns, digits: Volume.digits))
        if columns[.trades] != nil {
            bar.trades = UInt64(max(0, (try? number(.trades, row, columns, digits: 0)) ?? 0))
        }
        return bar
    }

    private func number(
        _ meaning: Meaning, _ row: Int, _ columns: [Meaning: Reading], digits: Int
    ) throws(RowFault) -> Int64 {
        guard let column = columns[meaning] else { throw RowFault("\(meaning.rawValue): it is missing") }
        guard let units = try column.units(row, digits: digits) else {
            throw RowFault("\(meaning.rawValue): the row has no value; a number would be right")
        }
        return units
    }
}

/// Why a row is no bar.
private struct RowFault: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
}

/// A column of a row group with what its values mean.
private struct Reading {
    private let schema: ColumnSchema
    private let column: ColumnValues

    init(_ schema: ColumnSchema, _ column: ColumnValues) {
        self.schema = schema
        self.column = column
    }

    func text(_ row: Int) -> String? {
        guard column.isPresent(row), case .bytes(let texts) = column.values else { return nil }
        return texts.text(row)
    }

    /// The value as a whole number of units of so many digits; what is finer is rounded half to even. Nothing where
    /// the row has none.
    func units(_ row: Int, digits: Int) throws(RowFault) -> Int64? {
        guard column.isPresent(row) else { return nil }
        switch column.values {
        case .doubles(let values): return try units(values[row], digits)
        // A price in 32 bits means the decimal it is printed as, not the nearest binary fraction.
        case .floats(let values): return try units(Double("\(values[row])") ?? .nan, digits)
        case .int64(let values): return try scaled(Int128(values[row]), digits)
        case .int32(let values): return try scaled(Int128(values[row]), digits)
        case .bytes(let values): return try scaled(try whole(values.bytes(row)), digits)
        case .booleans: throw RowFault("\(schema.name): a truth value is no number")
        }
    }

    private func units(_ value: Double, _ digits: Int) throws(RowFault) -> Int64 {
        guard value.isFinite else {
            throw RowFault("\(schema.name): \(value) is not finite; a number would be right")
        }
        // The shortest decimal that reads back as this double is what the provider meant.
        do throws(DecimalError) {
            if digits == Price.digits { return try Price("\(value)", rounding: .toNearestOrEven).units }
            if digits == Volume.digits { return try Volume("\(value)", rounding: .toNearestOrEven).units }
        } catch { throw RowFault("\(schema.name): \(error)") }
        guard let count = Int64(exactly: value.rounded()) else {
            throw RowFault("\(schema.name): \(value) is too large")
        }
        return count
    }

    /// A whole number with the scale of a decimal, or none.
    private func scaled(_ value: Int128, _ digits: Int) throws(RowFault) -> Int64 {
        var scale = 0
        if case .decimal(_, let places) = schema.logical { scale = places }
        guard (-38...38).contains(scale) else { throw RowFault("\(schema.name): its scale is \(scale)") }
        var result = value
        var rest = scale
        while rest < digits {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw RowFault("\(schema.name): the number is too large") }
            result = product
            rest += 1
        }
        if rest > digits {
            var divisor: Int128 = 1
            for _ in digits..<rest { divisor *= 10 }
            result = result.divided(by: divisor, rounding: .toNearestOrEven)
        }
        guard let units = Int64(exactly: result) else {
            throw RowFault("\(schema.name): the number is too large")
        }
        return units
    }

    /// The bytes of a decimal: a whole number, the largest byte first.
    private func whole(_ bytes: ArraySlice<UInt8>) throws(RowFault) -> Int128 {
        guard case .decimal = schema.logical, (1...16).contains(bytes.count) else {
            throw RowFault("\(schema.name): a text is no number")
        }
        var value: Int128 = bytes.first! >= 0x80 ? -1 : 0
        for byte in bytes { value = value << 8 | Int128(byte) }
        return value
    }

    // MARK: Times

    /// When a bar opens, and its length: a date means the session of New York on it.
    func opening(_ row: Int, span: Int64) throws(RowFault) -> (Timestamp, Int64) {
        guard column.isPresent(row) else { throw RowFault("\(schema.name): the row has no time") }
        if schema.logical == .date, case .int32(let days) = column.values {
            return try session(on: CivilDate(days: days[row]))
        }
        if case .bytes(let texts) = column.values {
            let text = texts.text(row)
            if let date = try? CivilDate(text) { return try session(on: date) }
            guard let moment = try? Timestamp(text) else {
                throw RowFault(
                    "\(schema.name): \"\(text)\" is no time; 2024-01-31 or 2024-01-31T14:30:00Z would be right"
                )
            }
            return (moment, span)
        }
        guard let moment = moment(row) else {
            throw RowFault("\(schema.name): the time cannot be held in nanoseconds since 1970")
        }
        // Days as pandas writes them: midnight, in every row.
        if span >= Nanoseconds.day, moment % Nanoseconds.day == 0 {
            return try session(on: Timestamp(nanoseconds: moment).dateUTC)
        }
        return (Timestamp(nanoseconds: moment), span)
    }

    private func session(on date: CivilDate) throws(RowFault) -> (Timestamp, Int64) {
        guard let session = TradingCalendar.xnys.session(on: date) else {
            let reason = TradingCalendar.xnys.closure(on: date).map { " (\($0))" } ?? ""
            throw RowFault(
                "\(schema.name): XNYS does not trade on \(date)\(reason); a date with a session would be right"
            )
        }
        return (session.open, Nanoseconds.day)
    }

    private func moment(_ row: Int) -> Int64? {
        let raw: Int64
        switch column.values {
        case .int64(let values): raw = values[row]
        case .int32(let values): raw = Int64(values[row])
        default: return nil
        }
        var unit: Int64 = 1
        if case .timestamp(let named, _) = schema.logical {
            unit = named.inNanoseconds
        } else if schema.physical != .int96 {
            // Counts since 1970, told apart by their length as in a CSV file.
            switch raw.magnitude {
            case ..<100_000_000_000: unit = Nanoseconds.second
            case ..<100_000_000_000_000: unit = Nanoseconds.millisecond
            case ..<100_000_000_000_000_000: unit = Nanoseconds.microsecond
            default: unit = 1
            }
        }
        let (moment, overflow) = raw.multipliedReportingOverflow(by: unit)
        return overflow ? nil : moment
    }

    /// The most common distance of the first thousand times; a day where they are all midnights.
    var usualSpan: Int64 {
        if schema.logical == .date { return Nanoseconds.day }
        var counts: [Int64: Int] = [:]
        var last: Int64?
        var areMidnights = true
        for row in 0..<min(column.count, 1000) {
            guard column.isPresent(row), let moment = moment(row) else { continue }
            if moment % Nanoseconds.day != 0 { areMidnights = false }
            if let last, moment > last { counts[moment - last, default: 0] += 1 }
            last = moment
        }
        if areMidnights, last != nil { return Nanoseconds.day }
        let usual = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? Nanoseconds.minute
        return min(usual, Nanoseconds.day)
    }
}
