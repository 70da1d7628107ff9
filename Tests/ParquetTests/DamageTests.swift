import Parquet
import Testing

/// A damaged file gives a sentence or values, and never ends the process.
@Suite struct DamageTests {
    static func bytes(_ name: String) throws -> [UInt8] {
        try #require(try? FileBytes.read(FixtureTests.path(name)))
    }

    static func whole() throws -> [UInt8] {
        try ParquetWriter.bytes(
            [ColumnSchema("n", .int64), ColumnSchema("t", .byteArray, .text, isOptional: true)],
            [
                ColumnValues(.int64(Array(0..<500))),
                ColumnValues(
                    .bytes(ByteValues((0..<500).map { "t\($0 % 7)" })), present: (0..<500).map { $0 % 2 == 0 }
                ),
            ], codec: .snappy)
    }

    /// The sentence of reading all of it, or nothing where it can be read.
    static func complaint(_ bytes: [UInt8]) -> String? {
        do {
            let file = try ParquetFile(bytes: bytes, named: "f.parquet", groupRowsMax: 100_000)
            let flat = file.columns.indices.filter { file.columns[$0].isFlat }
            _ = try file.read(flat, cores: 1)
            return nil
        } catch { return "\(error)" }
    }

    @Test("what is no Parquet file, or no longer a whole one, is told in one sentence")
    func sentences() throws {
        let whole = try DamageTests.whole()
        #expect(DamageTests.complaint(whole) == nil)
        let cases: [(bytes: [UInt8], words: String)] = [
            ([], "the file has 0 bytes"),
            (Array("symbol,time,open".utf8), "it is no Parquet file"),
            (Array("PARE".utf8) + whole.dropFirst(4), "the file is encrypted"),
            (Array(whole.dropLast(1)), "it is cut off, or was never finished"),
            (Array(whole.prefix(whole.count / 2)), "it is cut off, or was never finished"),
            (whole.dropLast(8) + [0xff, 0xff, 0xff, 0x7f] + Array("PAR1".utf8), "bytes describe it"),
            (Array("PAR1".utf8) + Array(whole.suffix(whole.count - 4 - 200)), ""),
        ]
        for (bytes, words) in cases {
            let said = DamageTests.complaint(bytes) ?? "nothing"
            #expect(said.hasPrefix("f.parquet") && said.contains(words), "\(said)")
            #expect(!said.contains("\n"))
        }
    }

    @Test("a codec that is not known is named")
    func codec() throws {
        // The footer's number of the codec is the only 2 behind field 4 of the column's description.
        var bytes = try ParquetWriter.bytes(
            [ColumnSchema("n", .int64)], [ColumnValues(.int64([1, 2, 3]))], codec: .snappy)
        let mark: [UInt8] = [0x19, 0x18, 0x01, 0x6e, 0x15, 0x02]
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: mark) })
        bytes[place + 5] = 0x0a
        #expect(DamageTests.complaint(bytes)?.contains("compressed by lz4 cannot be read; snappy") == true)
    }

    @Test("a bit turned anywhere, or an end cut off anywhere, ends in a sentence or in values")
    func bits() throws {
        var sources = [try DamageTests.whole()]
        for name in ["pyarrow-delta", "duckdb-V2", "polars-default"] {
            sources.append(try DamageTests.bytes(name))
        }
        var complaints = 0
        for source in sources {
            var state: UInt64 = 42
            for _ in 0..<1500 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                var bytes = source
                bytes[Int(state >> 33) % bytes.count] ^= 1 << UInt8(state >> 30 & 7)
                if DamageTests.complaint(bytes) != nil { complaints += 1 }
            }
            for length in stride(from: 0, to: source.count, by: max(1, source.count / 200)) {
                if DamageTests.complaint(Array(source.prefix(length))) != nil { complaints += 1 }
            }
        }
        #expect(complaints > 1000)
    }
}
