/// Reads the pages of one column of one row group into values of one type.
struct ChunkReader<Value: ParquetValue> {
    private var window: ChunkWindow
    private let chunk: Footer.Chunk
    private let rows: Int
    private var dictionary: [Value]?
    private let memory: PageMemory
    private(set) var context: ValueContext
    /// For each row whether it has a value; nothing as long as all have one, as is usual where none need to.
    private(set) var present: [Bool]?
    private var missing = 0

    /// Pages are unpacked into `memory`.
    init(
        _ window: ChunkWindow, _ chunk: Footer.Chunk, _ column: ColumnSchema, rows: Int, memory: PageMemory
    ) {
        self.window = window
        self.chunk = chunk
        self.rows = rows
        self.memory = memory
        context = ValueContext(column: column)
    }

    /// Reads all rows into as much room; `present` says afterwards which of them have a value.
    mutating func read(into values: UnsafeMutablePointer<Value>) throws(ParquetError) {
        guard chunk.count == rows else {
            throw ParquetError(
                "the row group has \(rows) rows, and the column \(chunk.count) values; it is damaged")
        }
        var done = 0
        while done < rows {
            let page = try window.header()
            let content = try window.content(of: page)
            switch page.kind {
            case .other: continue
            case .dictionary(let count, let encoding): try readDictionary(content, page, count, encoding)
            case .data(let data):
                guard data.count <= rows - done, data.count > 0 || page.packedSize == 0 || data.count == 0
                else {
                    throw ParquetError(
                        "a page has \(data.count) rows, more than are left; the file is damaged")
                }
                try readPage(content, page, data, from: done, into: values + done)
                done += data.count
            }
        }
        if missing == 0 { present = nil }
    }

    private mutating func readDictionary(
        _ content: UnsafeRawBufferPointer, _ page: PageHeader, _ count: Int, _ encoding: Encoding
    ) throws(ParquetError) {
        guard encoding == .plain || encoding == .plainDictionary else {
            throw ParquetError("a dictionary written as \(encoding) cannot be read; plain would be right")
        }
        let unpacked = try unpacked(content, size: page.size)
        guard count <= max(unpacked.count, 1) * 8 else { throw context.cutOff }
        var values = [Value](repeating: .zero, count: count)
        let failure = values.withUnsafeMutableBufferPointer { buffer -> ParquetError? in
            guard let base = buffer.baseAddress else { return nil }
            do throws(ParquetError) {
                try Value.read(unpacked, .plain, count: count, &context, into: base)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
        dictionary = values
    }

    private func unpacked(_ content: UnsafeRawBufferPointer, size: Int) throws(ParquetError)
        -> UnsafeRawBufferPointer
    {
        if chunk.codec == .uncompressed { return content }
        let target = memory.room(for: size)
        if size > 0 { try Compression.unpack(content, chunk.codec, into: target) }
        return UnsafeRawBufferPointer(target)
    }

    private mutating func readPage(
        _ content: UnsafeRawBufferPointer, _ page: PageHeader, _ data: PageHeader.Data, from row: Int,
        into values: UnsafeMutablePointer<Value>
    ) throws(ParquetError) {
        var levels: UnsafeRawBufferPointer?
        let body: UnsafeRawBufferPointer
        if let lengths = data.levels {
            // The second kind of page keeps levels in front, and never packs them.
            let front = lengths.repetition + lengths.definition
            guard front <= content.count, front <= page.size else { throw context.cutOff }
            levels = UnsafeRawBufferPointer(rebasing: content[lengths.repetition..<front])
            let packed = UnsafeRawBufferPointer(rebasing: content[front...])
            body = data.isPacked ? try unpacked(packed, size: page.size - front) : packed
        } else {
            let whole = try unpacked(content, size: page.size)
            if context.column.isOptional {
                guard whole.count >= 4 else { throw context.cutOff }
                let size = Int(UInt32(littleEndian: whole.loadUnaligned(as: UInt32.self)))
                guard size <= whole.count - 4 else { throw context.cutOff }
                levels = UnsafeRawBufferPointer(rebasing: whole[4..<4 + size])
                body = UnsafeRawBufferPointer(rebasing: whole[(4 + size)...])
            } else {
                body = whole
            }
        }
        guard context.column.isOptional, let levels, try !Levels.areAllSet(levels, count: data.count) else {
            return try readValues(body, data.encoding, count: data.count, into: values)
        }
        var flags = present ?? [Bool](repeating: true, count: rows)
        present = nil
        let outcome = flags.withUnsafeMutableBufferPointer { buffer -> Result<Int, ParquetError> in
            guard let base = buffer.baseAddress else { return .success(0) }
            do throws(ParquetError) {
                return .success(try Levels.read(levels, count: data.count, into: base + row))
            } catch { return .failure(error) }
        }
        let count = try outcome.get()
        missing += data.count - count
        try readValues(body, data.encoding, count: count, into: values)
        flags.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            spread(count, over: data.count, values, base + row)
        }
        present = flags
    }

    /// Moves values to the rows that have one, from the last to the first.
    private func spread(
        _ count: Int, over rows: Int, _ values: UnsafeMutablePointer<Value>,
        _ present: UnsafePointer<Bool>
    ) {
        guard count < rows else { return }
        var from = count
        for row in stride(from: rows - 1, through: 0, by: -1) {
            if present[row] {
                from -= 1
                values[row] = values[from]
            } else {
                values[row] = .zero
            }
        }
    }

    private mutating func readValues(
        _ body: UnsafeRawBufferPointer, _ encoding: Encoding, count: Int,
        into values: UnsafeMutablePointer<Value>
    ) throws(ParquetError) {
        guard count > 0 else { return }
        switch encoding {
        case .dictionary, .plainDictionary: try readNumbers(body, count: count, into: values)
        default: try Value.read(body, encoding, count: count, &context, into: values)
        }
    }

    /// Values by their number in the dictionary.
    private func readNumbers(
        _ body: UnsafeRawBufferPointer, count: Int, into values: UnsafeMutablePointer<Value>
    ) throws(ParquetError) {
        guard let dictionary else {
            throw ParquetError("a page needs a dictionary that is not there; it is damaged")
        }
        guard let width = body.first else { throw context.cutOff }
        var reader = try RunLengthReader(
            UnsafeRawBufferPointer(rebasing: body.dropFirst()), width: Int(width))
        let failure = dictionary.withUnsafeBufferPointer { words -> ParquetError? in
            do throws(ParquetError) {
                var done = 0
                while done < count {
                    let run = try reader.next(wanted: count - done)
                    done += try ChunkReader.take(run, reader, words, into: values + done)
                }
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    private static func take(
        _ run: RunLengthReader.Run, _ reader: RunLengthReader, _ words: UnsafeBufferPointer<Value>,
        into values: UnsafeMutablePointer<Value>
    ) throws(ParquetError) -> Int {
        let beyond = ParquetError("a page names a value that its dictionary has not; it is damaged")
        guard let base = words.baseAddress, !words.isEmpty else { throw beyond }
        switch run {
        case .same(let number, let count):
            guard Int(number) < words.count else { throw beyond }
            values.update(repeating: base[Int(number)], count: count)
            return count
        case .packed(let at, let count):
            guard let packed = reader.bytes.baseAddress else { throw beyond }
            // One pass: a number that is too large gives the last word, and is noticed behind the loop.
            let last = UInt32(truncatingIfNeeded: words.count - 1)
            let mask = UInt64(1) << UInt64(reader.width) &- 1
            var largest: UInt32 = 0
            var bit = at &* 8
            for place in 0..<count {
                let word = packed.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
                let number = UInt32(truncatingIfNeeded: (word >> UInt64(bit & 7)) & mask)
                largest = max(largest, number)
                values[place] = base[Int(min(number, last))]
                bit &+= reader.width
            }
            guard Int(largest) < words.count else { throw beyond }
            return count
        }
    }
}
