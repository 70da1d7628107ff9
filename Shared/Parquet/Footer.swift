/// What the end of a file says about it: columns, row groups and where their chunks lie.
struct Footer {
    struct Chunk {
        var codec: Codec
        var count: Int
        /// The bytes of the chunk in the file, dictionary and all pages.
        var range: Range<Int>
        var uncompressed: Int
        var statistics: ThriftValue?
    }

    struct Group {
        var rows: Int
        var chunks: [Chunk]
    }

    var columns: [ColumnSchema]
    var rows: Int
    var groups: [Group]
    var notes: [(key: String, value: String)]
    var createdBy: String

    /// Rows of one group; what writers make has a million at most. A bound keeps a damaged file from asking for all the
    /// memory there is.
    static let groupRowsMax = 1 << 27

    init(_ value: ThriftValue, fileSize: Int, groupRowsMax: Int) throws(ParquetError) {
        guard let elements = value[2]?.list, let rows = value[3]?.integer else {
            throw ParquetError("the end of the file describes no table; it is damaged")
        }
        columns = try ColumnSchema.leaves(elements)
        groups = []
        var sum = 0
        for group in value[4]?.list ?? [] {
            let group = try Footer.group(
                group, columns.count, fileSize: fileSize, number: groups.count, rowsMax: groupRowsMax)
            sum += group.rows
            groups.append(group)
        }
        guard rows == sum else {
            throw ParquetError(
                "the file says it has \(rows) rows, and its row groups have \(sum); it is damaged")
        }
        self.rows = sum
        notes = (value[5]?.list ?? []).map { ($0[1]?.text ?? "", $0[2]?.text ?? "") }
        createdBy = value[6]?.text ?? ""
    }

    private static func group(
        _ value: ThriftValue, _ columns: Int, fileSize: Int, number: Int, rowsMax: Int
    ) throws(ParquetError) -> Group {
        guard let chunks = value[1]?.list, chunks.count == columns else {
            throw ParquetError("row group \(number) has not one chunk for each column; the file is damaged")
        }
        guard let rows = value[3]?.integer, (0...Int64(rowsMax)).contains(rows) else {
            throw ParquetError(
                "row group \(number) says it has \(value[3]?.integer ?? 0) rows; 0 to \(rowsMax) would be right"
            )
        }
        var found: [Chunk] = []
        for chunk in chunks { found.append(try self.chunk(chunk, fileSize: fileSize, group: number)) }
        return Group(rows: Int(rows), chunks: found)
    }

    private static func chunk(
        _ value: ThriftValue, fileSize: Int, group: Int
    ) throws(ParquetError) -> Chunk {
        if value[1]?.text != nil {
            throw ParquetError("row group \(group) keeps a column in another file; one file would be right")
        }
        guard let meta = value[3], let codec = meta[4]?.integer, let count = meta[5]?.integer,
            let size = meta[7]?.integer, let data = meta[9]?.integer
        else {
            throw ParquetError("row group \(group) does not say where a column lies; the file is damaged")
        }
        guard let codec = Codec(rawValue: Int(clamping: codec)) else {
            throw ParquetError("row group \(group) is compressed by codec \(codec), which there is not")
        }
        // Some writers say 0 where there is no dictionary.
        let start = meta[11]?.integer.flatMap { $0 > 0 && $0 < data ? $0 : nil } ?? data
        guard start >= 4, size >= 0, start <= Int64(fileSize), size <= Int64(fileSize) - start, count >= 0
        else {
            throw ParquetError(
                "row group \(group) has a column at byte \(start) with \(size) bytes, and the file has \(fileSize); it "
                    + "is damaged or cut off")
        }
        return Chunk(
            codec: codec, count: Int(clamping: count), range: Int(start)..<Int(start + size),
            uncompressed: Int(clamping: meta[6]?.integer ?? 0), statistics: meta[12])
    }
}
