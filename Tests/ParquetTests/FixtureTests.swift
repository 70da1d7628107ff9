import Parquet
import Testing

/// Files as other programs write them, with every encoding, kind of page and codec that they have for it. What writes
/// them is `Fixtures/make.py`.
@Suite struct FixtureTests {
    static let names = [
        "pyarrow-default", "pyarrow-gzip", "pyarrow-zstd-v2", "pyarrow-plain", "pyarrow-pages",
        "pyarrow-int96",
        "pyarrow-delta", "polars-default", "polars-snappy", "pandas-default", "duckdb-V1", "duckdb-V2",
    ]

    static func path(_ name: String) -> String {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/Fixtures/\(name).parquet"
    }

    @Test("every value of a file is the one that another program wrote", arguments: names)
    func values(_ name: String) throws {
        let file = try ParquetFile(FixtureTests.path(name))
        #expect(file.rowCount == 300)
        let names = file.columns.map(\.name)
        let groups = try file.read(Array(file.columns.indices))
        var row = 0
        for group in groups {
            for place in 0..<(group.first?.count ?? 0) {
                for (column, name) in names.enumerated() {
                    let found = FixtureTests.text(group[column], place, file.columns[column])
                    let expected = FixtureTests.expected(name, row)
                    if found != expected { Issue.record("\(name), row \(row): \(found) and not \(expected)") }
                }
                row += 1
            }
        }
        #expect(row == 300)
        #expect(names.count == (name.hasPrefix("pandas") ? 13 : 15))
    }

    static func expected(_ column: String, _ row: Int) -> String {
        let n = Int64(row)
        switch column {
        case "big": return "\(Int64(bitPattern: UInt64(row) &* 0x9E37_79B9_7F4A_7C15 &- (1 << 63)))"
        case "opened_at": return "\(1_700_000_000_000_000_000 + 60_000_000_000 * n)"
        case "gaps": return row % 3 == 0 ? "–" : "\(n)"
        case "none": return "–"
        case "small": return "\((n * 7_919_977) % (1 << 32) - (1 << 31))"
        case "price": return "\(100 + Double(row) / 8)"
        case "price_gaps": return row % 7 == 1 ? "–" : "\(Double(row) / 8)"
        case "single": return "\(Double(row) / 4)"
        case "flag": return "\(row % 5 == 0)"
        case "flag_gaps": return row % 4 == 0 ? "–" : "\(row % 5 == 0)"
        case "word": return "word\(row % 17)"
        case "name": return "prefix-" + String(repeating: "0", count: 6 - "\(row)".count) + "\(row)"
        case "name_gaps": return row % 2 == 1 ? "–" : "é\(row)"
        case "decimal": return "\(n * 1_234_567 - 9_000_000)"
        case "date": return "\(10_957 + row)"
        default: return "no such column"
        }
    }

    static func text(_ values: ColumnValues, _ row: Int, _ column: ColumnSchema) -> String {
        guard values.isPresent(row) else { return "–" }
        switch values.values {
        case .booleans(let values): return "\(values[row])"
        case .int32(let values): return "\(values[row])"
        case .int64(let values):
            if case .timestamp(let unit, _) = column.logical { return "\(values[row] * unit.inNanoseconds)" }
            return "\(values[row])"
        case .floats(let values): return "\(Double(values[row]))"
        case .doubles(let values): return "\(values[row])"
        case .bytes(let values):
            guard case .decimal = column.logical else { return values.text(row) }
            var whole: Int64 = values.bytes(row).first! >= 0x80 ? -1 : 0
            for byte in values.bytes(row) { whole = whole << 8 | Int64(byte) }
            return "\(whole)"
        }
    }
}
