/// Writes the pages of one column of a row group.
struct ColumnWriter {
    struct Chunk {
        var start: Int
        var size = 0
        var unpackedSize = 0
        var rows: Int
        var encodings: [Encoding]
        var dictionaryAt: Int?
        var dataAt: Int
        var nulls: Int
        var bounds: (low: [UInt8], high: [UInt8])?
    }

    /// So many rows go into a page: a reader that wants a few need not unpack all.
    private static let pageRows = 131_072

    private let column: ColumnSchema
    private let codec: Codec

    init(_ column: ColumnSchema, _ codec: Codec) {
        self.column = column
        self.codec = codec
    }

    /// The bytes of the chunk, which begin at a place in the file.
    func chunk(of values: ColumnValues, at start: Int) throws(ParquetError) -> (Chunk, [UInt8]) {
        guard column.isOptional || values.present == nil else {
            throw ParquetError("column \(column.name) has rows without a value, and is not optional")
        }
        var bytes: [UInt8] = []
        var chunk = Chunk(start: start, rows: values.count, encodings: [], dataAt: start, nulls: 0)
        switch values.values {
        case .int64(let numbers):
            let kept = kept(numbers, values.present)
            chunk.bounds = bounds(kept)
            try pages(values, kept.count, .deltaBinaryPacked, &chunk, &bytes) { DeltaWriter.bytes(kept[$0]) }
        case .int32(let numbers):
            let kept = kept(numbers, values.present)
            chunk.bounds = bounds(kept)
            try pages(values, kept.count, .deltaBinaryPacked, &chunk, &bytes) { DeltaWriter.bytes(kept[$0]) }
        case .doubles(let numbers):
            let kept = kept(numbers, values.present)
            chunk.bounds = bounds(kept)
            try pages(values, kept.count, .plain, &chunk, &bytes) { raw(kept[$0]) }
        case .floats(let numbers):
            let kept = kept(numbers, values.present)
            chunk.bounds = bounds(kept)
            try pages(values, kept.count, .plain, &chunk, &bytes) { raw(kept[$0]) }
        case .booleans(let flags):
            let kept = kept(flags, values.present)
            try pages(values, kept.count, .plain, &chunk, &bytes) { range in
                var packer = BitPacker()
                var packed: [UInt8] = []
                for place in range { packer.put(kept[place] ? 1 : 0, width: 1, &packed) }
                packer.end(&packed)
                return packed
            }
        case .bytes(let texts): try dictionary(texts, values, &chunk, &bytes)
        }
        chunk.nulls = values.present.map { $0.count { !$0 } } ?? 0
        chunk.size = bytes.count
        return (chunk, bytes)
    }

    private func kept<Value>(_ values: [Value], _ present: [Bool]?) -> [Value] {
        guard let present else { return values }
        return zip(values, present).filter(\.1).map(\.0)
    }

    // MARK: Pages

    /// Levels and values of one page after the other; `body` writes the values of a range of those that there are.
    private func pages(
        _ values: ColumnValues, _ count: Int, _ encoding: Encoding, _ chunk: inout Chunk,
        _ bytes: inout [UInt8],
        body: (Range<Int>) -> [UInt8]
    ) throws(ParquetError) {
        chunk.encodings += [encoding, .runLength]
        chunk.dataAt = chunk.start + bytes.count
        var taken = 0
        for first in stride(from: 0, to: values.count, by: ColumnWriter.pageRows) {
            let rows = first..<min(first + ColumnWriter.pageRows, values.count)
            var page: [UInt8] = []
            var present = rows.count
            if column.isOptional {
                let flags = rows.map { values.isPresent($0) ? UInt32(1) : 0 }
                present = flags.count { $0 == 1 }
                let levels = RunLengthWriter.bytes(flags, width: 1)
                withUnsafeBytes(of: UInt32(levels.count).littleEndian) { page += $0 }
                page += levels
            }
            page += body(taken..<taken + present)
            taken += present
            try put(page, to: &bytes, &chunk) { header in
                header.fields(5) { data in
                    data.integer(1, rows.count)
                    data.integer(2, encoding.rawValue)
                    data.integer(3, Encoding.runLength.rawValue)
                    data.integer(4, Encoding.runLength.rawValue)
                }
            }
        }
    }

    private func put(
        _ page: [UInt8], isDictionary: Bool = false, to bytes: inout [UInt8], _ chunk: inout Chunk,
        _ rest: (inout ThriftWriter) -> Void
    ) throws(ParquetError) {
        guard page.count <= Int(Int32.max) else {
            throw ParquetError(
                "column \(column.name) has a page of \(page.count) bytes; fewer rows would be right")
        }
        let outcome = page.withUnsafeBytes { content -> Result<[UInt8], ParquetError> in
            do throws(ParquetError) {
                return .success(try Compression.pack(content, codec))
            } catch { return .failure(error) }
        }
        let packed = try outcome.get()
        var header = ThriftWriter()
        header.integer(1, (isDictionary ? PageType.dictionary : .data).rawValue)
        header.integer(2, page.count)
        header.integer(3, packed.count)
        rest(&header)
        header.end()
        bytes += header.bytes
        bytes += packed
        chunk.unpackedSize += header.bytes.count + page.count
    }

    /// Texts: each different one once, and then their numbers.
    private func dictionary(
        _ texts: ByteValues, _ values: ColumnValues, _ chunk: inout Chunk, _ bytes: inout [UInt8]
    ) throws(ParquetError) {
        var numbers: [ArraySlice<UInt8>: UInt32] = [:]
        var words: [ArraySlice<UInt8>] = []
        var kept: [UInt32] = []
        for row in 0..<values.count where values.isPresent(row) {
            // Most rows have the text of the row before.
            if row > 0, values.isPresent(row - 1), texts.slices[row] == texts.slices[row - 1],
                let last = kept.last
            {
                kept.append(last)
                continue
            }
            let word = texts.bytes(row)
            let number = numbers[word] ?? UInt32(words.count)
            if number == words.count {
                numbers[word] = number
                words.append(word)
            }
            kept.append(number)
        }
        var page: [UInt8] = []
        let isFixed = column.physical == .fixedByteArray
        for word in words {
            guard !isFixed || word.count == column.length else {
                throw ParquetError(
                    "column \(column.name) has a value of \(word.count) bytes, and all have \(column.length)")
            }
            if !isFixed { withUnsafeBytes(of: UInt32(word.count).littleEndian) { page += $0 } }
            page += word
        }
        chunk.dictionaryAt = chunk.start
        chunk.encodings = [.plain]
        try put(page, isDictionary: true, to: &bytes, &chunk) { header in
            header.fields(7) { data in
                data.integer(1, words.count)
                data.integer(2, Encoding.plain.rawValue)
            }
        }
        let width = max(1, 32 - UInt32(max(words.count - 1, 0)).leadingZeroBitCount)
        // Numbers in bytes have another order than their bytes.
        if !isFixed, let low = words.min(by: { $0.lexicographicallyPrecedes($1) }),
            let high = words.max(by: { $0.lexicographicallyPrecedes($1) }), low.count <= 64, high.count <= 64
        {
            chunk.bounds = (Array(low), Array(high))
        }
        try pages(values, kept.count, .dictionary, &chunk, &bytes) { range in
            [UInt8(width)] + RunLengthWriter.bytes(Array(kept[range]), width: width)
        }
    }

    // MARK: Bytes of values

    private func raw<Value: BitwiseCopyable>(_ values: ArraySlice<Value>) -> [UInt8] {
        values.withUnsafeBytes { [UInt8]($0) }
    }

    private func bounds<Value: BitwiseCopyable & Comparable>(_ values: [Value]) -> (
        low: [UInt8], high: [UInt8]
    )? {
        // NaN has no place in an order, and then there are no bounds.
        guard var low = values.first, values.allSatisfy({ $0 == $0 }) else { return nil }
        var high = low
        for value in values {
            low = min(low, value)
            high = max(high, value)
        }
        return (withUnsafeBytes(of: low) { [UInt8]($0) }, withUnsafeBytes(of: high) { [UInt8]($0) })
    }
}

extension ColumnWriter.Chunk {
    func write(_ writer: inout ThriftWriter, _ column: ColumnSchema, _ codec: Codec) {
        writer.long(2, 0)
        writer.fields(3) { meta in
            meta.integer(1, column.physical.rawValue)
            meta.integers(2, encodings.map(\.rawValue))
            meta.texts(3, [column.name])
            meta.integer(4, codec.rawValue)
            meta.long(5, rows)
            meta.long(6, unpackedSize)
            meta.long(7, size)
            meta.long(9, dataAt)
            if let dictionaryAt { meta.long(11, dictionaryAt) }
            meta.fields(12) { statistics in
                statistics.long(3, nulls)
                if let bounds {
                    statistics.run(5, bounds.high)
                    statistics.run(6, bounds.low)
                }
            }
        }
    }
}
