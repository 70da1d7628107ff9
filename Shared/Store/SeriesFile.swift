import Domain
import Parquet

/// The rows of a series as its files keep them: bars, who brought each, and since when it is known.
struct SeriesRows: Equatable {
    var bars = BarSeries()
    /// A place in `names`.
    var provider: [Int32] = []
    var names: [String] = []
    /// In nanoseconds; `Int64.min` where a bar is known from its close on.
    var knownAt: [Int64] = []
    /// When another took its place; only of bars that were replaced.
    var replacedAt: [Int64] = []

    static let atClose = Int64.min

    var count: Int { bars.count }

    mutating func number(of name: String) -> Int32 {
        if let place = names.firstIndex(of: name) { return Int32(place) }
        names.append(name)
        return Int32(names.count - 1)
    }

    /// Takes a row of others.
    mutating func append(_ row: Int, of other: SeriesRows, numbers: [Int32]) {
        bars.append(row, of: other.bars)
        provider.append(numbers[Int(other.provider[row])])
        knownAt.append(other.knownAt[row])
        if row < other.replacedAt.count { replacedAt.append(other.replacedAt[row]) }
    }
}

extension BarSeries {
    mutating func append(_ row: Int, of other: BarSeries) {
        openedAt.append(other.openedAt[row])
        open.append(other.open[row])
        high.append(other.high[row])
        low.append(other.low[row])
        close.append(other.close[row])
        volume.append(other.volume[row])
        trades.append(other.trades[row])
    }

    mutating func append(contentsOf other: BarSeries, _ rows: Range<Int>) {
        openedAt += other.openedAt[rows]
        open += other.open[rows]
        high += other.high[rows]
        low += other.low[rows]
        close += other.close[rows]
        volume += other.volume[rows]
        trades += other.trades[rows]
    }

    /// Columns that grow by themselves are copied each time, and touch twice the memory.
    mutating func reserve(_ count: Int) {
        for column in BarSeries.columns {
            self[keyPath: column].reserveCapacity(count)
            self[keyPath: column].withUnsafeMutableBufferPointer { room in
                guard let base = room.baseAddress, room.isEmpty else { return }
                askForLargePages(base, bytes: count * MemoryLayout<Int64>.stride)
            }
        }
    }

    /// The bars that open at a moment or later; bars are sorted.
    public func from(_ moment: Int64) -> BarSeries {
        var rest = BarSeries()
        rest.append(contentsOf: self, row(notBefore: moment)..<count)
        return rest
    }

    /// The bytes of a Parquet file of these bars, in the layout of the store's own.
    public func parquet(of key: SeriesKey, codec: Codec = .snappy) throws(StoreError) -> [UInt8] {
        let values = [openedAt, open, high, low, close, volume, trades].map { ColumnValues(.int64($0)) }
        do {
            return try ParquetWriter.bytes(
                SeriesFile.exported, values, codec: codec, sortedBy: 0,
                notes: [("tradewind.symbol", key.symbol.text), ("tradewind.interval", "\(key.interval)")])
        } catch { throw StoreError(.refused, "\(key): \(error)") }
    }

    func isSame(_ row: Int, as other: BarSeries, _ at: Int) -> Bool {
        openedAt[row] == other.openedAt[at] && open[row] == other.open[at] && high[row] == other.high[at]
            && low[row] == other.low[at] && close[row] == other.close[at] && volume[row] == other.volume[at]
            && trades[row] == other.trades[at]
    }
}

/// The layout of a series' Parquet files, for us and for whoever opens them with something else.
///
/// Prices are whole numbers of millionths and say so: pyarrow, polars and DuckDB show them as decimals, exactly.
enum SeriesFile {
    static let columns = [
        ColumnSchema("opened_at", .int64, .timestamp(.nanoseconds, isUTC: true)),
        ColumnSchema("open", .int64, .decimal(precision: 18, scale: 6)),
        ColumnSchema("high", .int64, .decimal(precision: 18, scale: 6)),
        ColumnSchema("low", .int64, .decimal(precision: 18, scale: 6)),
        ColumnSchema("close", .int64, .decimal(precision: 18, scale: 6)),
        ColumnSchema("volume", .int64, .decimal(precision: 18, scale: 3)),
        ColumnSchema("trades", .int64),
        ColumnSchema("provider", .byteArray, .text),
        ColumnSchema("known_at", .int64, .timestamp(.nanoseconds, isUTC: true), isOptional: true),
    ]
    /// What an exported file has of them.
    static let exported = Array(columns.prefix(7))

    private static let replacedAt =
        ColumnSchema("replaced_at", .int64, .timestamp(.nanoseconds, isUTC: true))

    /// What a decimal of 18 digits holds.
    static let unitsMax: Int64 = 999_999_999_999_999_999

    static func bytes(_ rows: SeriesRows, of key: SeriesKey, _ codec: Codec) throws(StoreError) -> [UInt8] {
        let hasReplaced = !rows.replacedAt.isEmpty
        var known: [Bool]?
        if rows.knownAt.contains(where: { $0 != SeriesRows.atClose }) {
            known = rows.knownAt.map { $0 != SeriesRows.atClose }
        } else {
            known = [Bool](repeating: false, count: rows.count)
        }
        var values: [ColumnValues] = [
            ColumnValues(.int64(rows.bars.openedAt)), ColumnValues(.int64(rows.bars.open)),
            ColumnValues(.int64(rows.bars.high)), ColumnValues(.int64(rows.bars.low)),
            ColumnValues(.int64(rows.bars.close)), ColumnValues(.int64(rows.bars.volume)),
            ColumnValues(.int64(rows.bars.trades)),
            ColumnValues(.bytes(ByteValues(rows.names, numbers: rows.provider))),
            ColumnValues(.int64(rows.knownAt), present: known),
        ]
        if hasReplaced { values.append(ColumnValues(.int64(rows.replacedAt))) }
        do {
            return try ParquetWriter.bytes(
                columns + (hasReplaced ? [replacedAt] : []), values, codec: codec, sortedBy: 0,
                notes: [("tradewind.symbol", key.symbol.text), ("tradewind.interval", "\(key.interval)")])
        } catch { throw StoreError(.refused, "\(key): \(error)") }
    }

    /// All rows of a file that the store wrote.
    static func rows(_ bytes: [UInt8], named name: String) throws(StoreError) -> SeriesRows {
        do throws(ParquetError) {
            let file = try ParquetFile(bytes: bytes, named: name)
            var rows = SeriesRows()
            rows.bars.reserve(file.rowCount)
            for group in 0..<file.groupCount { try take(group, of: file, into: &rows) }
            return rows
        } catch { throw StoreError(.damaged, error.description) }
    }

    /// How a file is packed.
    static func codec(_ bytes: [UInt8], named name: String) throws(StoreError) -> Codec? {
        do throws(ParquetError) {
            return try ParquetFile(bytes: bytes, named: name).codec
        } catch { throw StoreError(.damaged, error.description) }
    }

    /// Only the figures of the bars.
    static func bars(_ bytes: [UInt8], named name: String) throws(StoreError) -> BarSeries {
        do throws(ParquetError) {
            let file = try ParquetFile(bytes: bytes, named: name)
            var bars = BarSeries()
            for group in 0..<file.groupCount { try take(group, of: file, into: &bars) }
            return bars
        } catch { throw StoreError(.damaged, error.description) }
    }

    private static func take(
        _ group: Int, of file: ParquetFile, into bars: inout BarSeries
    ) throws(ParquetError) {
        for (column, path) in zip(columns, BarSeries.columns) {
            let numbers = try numbers(column.name, group, of: file).values
            if bars[keyPath: path].isEmpty {
                bars[keyPath: path] = numbers
            } else {
                bars[keyPath: path] += numbers
            }
        }
    }

    private static func take(
        _ group: Int, of file: ParquetFile, into rows: inout SeriesRows
    ) throws(ParquetError) {
        try take(group, of: file, into: &rows.bars)
        let known = try numbers("known_at", group, of: file)
        rows.knownAt += zip(known.values, 0...).map { value, row in
            known.present?[row] ?? true ? value : SeriesRows.atClose
        }
        if file.column("replaced_at") != nil {
            rows.replacedAt += try numbers("replaced_at", group, of: file).values
        }
        guard let column = file.column("provider"),
            case .bytes(let texts) = try file.read(column, group: group).values
        else { throw ParquetError("\(file.path): there is no column provider of texts") }
        var last: Int32 = 0
        for row in 0..<texts.count {
            if row == 0 || !texts.isSameSlice(row, row - 1) { last = rows.number(of: texts.text(row)) }
            rows.provider.append(last)
        }
    }

    private static func numbers(
        _ name: String, _ group: Int, of file: ParquetFile
    ) throws(ParquetError) -> (values: [Int64], present: [Bool]?) {
        guard let column = file.column(name) else {
            throw ParquetError(
                "\(file.path): there is no column \(name); a file that the store wrote has one")
        }
        let found = try file.read(column, group: group)
        guard case .int64(let values) = found.values else {
            throw ParquetError("\(file.path), column \(name): its values are no whole numbers of 64 bits")
        }
        return (values, found.present)
    }
}
