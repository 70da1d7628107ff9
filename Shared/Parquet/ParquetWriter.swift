/// Writes a Parquet file, row group after row group.
///
/// What it makes goes to `sink` in the order of the file. Whole numbers are written as packed differences, texts by a
/// dictionary, other values as they are; each column has its smallest and largest value beside it.
public struct ParquetWriter {
    public typealias Sink = ([UInt8]) throws -> Void

    private let columns: [ColumnSchema]
    private let codec: Codec
    private let sortedBy: Int?
    private let notes: [(key: String, value: String)]
    private var groups: [Group] = []
    private var at = 0

    private struct Group {
        var rows: Int
        var chunks: [ColumnWriter.Chunk]
        var start: Int
    }

    /// `sortedBy` is the column by whose values rows come in ascending order.
    public init(
        _ columns: [ColumnSchema], codec: Codec = .snappy, sortedBy: Int? = nil,
        notes: [(key: String, value: String)] = []
    ) {
        self.columns = columns
        self.codec = codec
        self.sortedBy = sortedBy
        self.notes = notes
    }

    /// Writes a row group: a value for each row of each column, in the order of the columns.
    public mutating func write(_ values: [ColumnValues], to sink: Sink) throws {
        guard values.count == columns.count, let rows = values.first?.count,
            values.allSatisfy({ $0.count == rows })
        else {
            throw ParquetError("a row group has as many values in each column, and one column for each name")
        }
        if at == 0 { try put(Array("PAR1".utf8), sink) }
        guard rows > 0 else { return }
        var group = Group(rows: rows, chunks: [], start: at)
        for (column, values) in zip(columns, values) {
            let (chunk, bytes) = try ColumnWriter(column, codec).chunk(of: values, at: at)
            group.chunks.append(chunk)
            try put(bytes, sink)
        }
        groups.append(group)
    }

    /// Writes what describes the file; then it is whole.
    public mutating func finish(_ sink: Sink) throws {
        if at == 0 { try put(Array("PAR1".utf8), sink) }
        var bytes = footer
        let length = UInt32(bytes.count)
        withUnsafeBytes(of: length.littleEndian) { bytes += $0 }
        bytes += Array("PAR1".utf8)
        try put(bytes, sink)
    }

    /// The whole file of one table in memory.
    public static func bytes(
        _ columns: [ColumnSchema], _ values: [ColumnValues], codec: Codec = .snappy, sortedBy: Int? = nil,
        notes: [(key: String, value: String)] = []
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var writer = ParquetWriter(columns, codec: codec, sortedBy: sortedBy, notes: notes)
        try writer.write(values) { bytes += $0 }
        try writer.finish { bytes += $0 }
        return bytes
    }

    private mutating func put(_ bytes: [UInt8], _ sink: Sink) throws {
        try sink(bytes)
        at += bytes.count
    }

    private var footer: [UInt8] {
        var writer = ThriftWriter()
        writer.integer(1, 2)
        // The root of the columns comes first.
        writer.structs(2, [ColumnSchema?.none] + columns.map { $0 }) { writer, column in
            if let column { return column.write(&writer) }
            writer.text(4, "schema")
            writer.integer(5, columns.count)
        }
        writer.long(3, groups.reduce(0) { $0 + $1.rows })
        writer.structs(4, groups) { writer, group in
            writer.structs(1, Array(zip(columns, group.chunks))) { $1.1.write(&$0, $1.0, codec) }
            writer.long(2, group.chunks.reduce(0) { $0 + $1.unpackedSize })
            writer.long(3, group.rows)
            if let sortedBy {
                writer.structs(4, [sortedBy]) { writer, column in
                    writer.integer(1, column)
                    writer.flag(2, false)
                    writer.flag(3, false)
                }
            }
            writer.long(5, group.start)
            writer.long(6, group.chunks.reduce(0) { $0 + $1.size })
        }
        if !notes.isEmpty {
            writer.structs(5, notes) { writer, note in
                writer.text(1, note.key)
                writer.text(2, note.value)
            }
        }
        writer.text(6, "tradewind version 1.0.0")
        // Smallest and largest are meant in the order of the type; without this readers pass over them.
        writer.structs(7, columns) { writer, _ in writer.fields(1) { _ in } }
        writer.end()
        return writer.bytes
    }
}
