import Parquet
import Testing

@Suite struct WritingTests {
    /// Numbers that a packer finds hard: constant, even, wild, extreme, and few.
    static let numbers: [[Int64]] = [
        [], [5], [Int64](repeating: -7, count: 1000), (0..<2000).map { 1_700_000_000 + 60 * $0 },
        (0..<1500).map { Int64(bitPattern: UInt64($0) &* 0x9E37_79B9_7F4A_7C15) },
        [.min, .max, .min, .max, 0, -1, 1, .min, .min], (0..<513).map { $0 % 2 == 0 ? .max : .min },
        (0..<200_000).map { ($0 * 7919) % 1013 * 10_000 },
    ]

    @Test("numbers come back as they were written, by every codec", arguments: numbers.indices)
    func roundTrip(_ place: Int) throws {
        let numbers = WritingTests.numbers[place]
        let small = numbers.map { Int32(truncatingIfNeeded: $0) }
        let doubles = numbers.map { Double($0) / 8 }
        let present = numbers.indices.map { $0 % 3 != 1 }
        let texts = numbers.map { "t\($0 % 300)" }
        let columns = [
            ColumnSchema("a", .int64), ColumnSchema("b", .int32), ColumnSchema("c", .double),
            ColumnSchema("d", .int64, isOptional: true), ColumnSchema("e", .byteArray, .text),
            ColumnSchema("f", .boolean), ColumnSchema("g", .float, isOptional: true),
        ]
        let values = [
            ColumnValues(.int64(numbers)), ColumnValues(.int32(small)), ColumnValues(.doubles(doubles)),
            ColumnValues(.int64(numbers), present: present), ColumnValues(.bytes(ByteValues(texts))),
            ColumnValues(.booleans(present)),
            ColumnValues(.floats(doubles.map { Float($0) }), present: present),
        ]
        for codec in [Codec.uncompressed, .snappy, .zstd, .gzip] {
            let bytes = try ParquetWriter.bytes(columns, values, codec: codec, notes: [("key", "value")])
            let file = try ParquetFile(bytes: bytes, named: "memory")
            #expect(file.rowCount == numbers.count)
            #expect(file.notes.first?.value == "value")
            #expect(file.columns == columns)
            guard let group = try file.read(Array(columns.indices)).first else {
                #expect(numbers.isEmpty)
                continue
            }
            for (column, schema) in columns.enumerated() {
                let expected = numbers.indices.map { FixtureTests.text(values[column], $0, schema) }
                let found = numbers.indices.map { FixtureTests.text(group[column], $0, schema) }
                if expected != found { Issue.record("\(schema.name) by \(codec) is not what was written") }
            }
            if !numbers.isEmpty {
                #expect(file.bounds(of: 0, inGroup: 0) == numbers.min()!...numbers.max()!)
            }
        }
    }

    @Test("row groups follow each other")
    func groups() throws {
        var bytes: [UInt8] = []
        var writer = ParquetWriter([ColumnSchema("n", .int64)], sortedBy: 0)
        for start in [Int64(0), 10, 20] {
            try writer.write([ColumnValues(.int64(Array(start..<start + 10)))]) { bytes += $0 }
        }
        try writer.finish { bytes += $0 }
        let file = try ParquetFile(bytes: bytes, named: "memory")
        #expect(file.groupCount == 3 && file.rowCount == 30)
        var all: [Int64] = []
        for group in try file.read([0]) {
            if case .int64(let numbers) = group[0].values { all += numbers }
        }
        #expect(all == Array(0..<30))
    }

    @Test("columns of unequal length are refused")
    func unequal() {
        #expect(throws: ParquetError.self) {
            try ParquetWriter.bytes(
                [ColumnSchema("a", .int64), ColumnSchema("b", .int64)],
                [ColumnValues(.int64([1])), ColumnValues(.int64([1, 2]))])
        }
    }
}
