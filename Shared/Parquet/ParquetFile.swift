import Dispatch
import Glibc
import Synchronization

/// A Parquet file that is being read. Columns must be flat; of the others the names are known.
///
/// Bytes are read and not mapped: a file that somebody cuts off meanwhile gives an error, and no signal.
public final class ParquetFile: Sendable {
    public let path: String
    let footer: Footer
    private let source: ParquetSource

    public convenience init(_ path: String) throws(ParquetError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw ParquetError("\(path): the file cannot be opened: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw ParquetError("\(path): this is not a file")
        }
        do throws(ParquetError) {
            try self.init(path, .file(file), size: Int(status.st_size), groupRowsMax: Footer.groupRowsMax)
        } catch {
            close(file)
            throw error
        }
    }

    /// A file that is in memory.
    public convenience init(
        bytes: [UInt8], named name: String, groupRowsMax: Int = 1 << 27
    ) throws(ParquetError) {
        try self.init(name, .memory(bytes), size: bytes.count, groupRowsMax: groupRowsMax)
    }

    private init(_ path: String, _ source: ParquetSource, size: Int, groupRowsMax: Int) throws(ParquetError) {
        self.path = path
        self.source = source
        do throws(ParquetError) {
            footer = try ParquetFile.footer(source, size, groupRowsMax)
        } catch { throw error.at(path) }
    }

    deinit {
        if case .file(let file) = source { close(file) }
    }

    public var columns: [ColumnSchema] { footer.columns }
    public var rowCount: Int { footer.rows }
    public var groupCount: Int { footer.groups.count }
    public func rowCount(ofGroup group: Int) -> Int { footer.groups[group].rows }
    /// What a writer noted beside the data.
    public var notes: [(key: String, value: String)] { footer.notes }
    public var createdBy: String { footer.createdBy }
    /// How its first column is packed; nothing where there are no rows.
    public var codec: Codec? { footer.groups.first?.chunks.first?.codec }

    /// The number of a column of that name, whatever the case of its letters.
    public func column(_ name: String) -> Int? {
        columns.firstIndex { $0.name == name }
            ?? columns.firstIndex { $0.name.lowercased() == name.lowercased() }
    }

    /// The smallest and the largest value of a column of whole numbers in a row group, where the file says so.
    public func bounds(of column: Int, inGroup group: Int) -> ClosedRange<Int64>? {
        let statistics = footer.groups[group].chunks[column].statistics
        guard let low = statistics?[6]?.bytes, let high = statistics?[5]?.bytes, low.count == 8,
            high.count == 8,
            columns[column].physical == .int64
        else { return nil }
        let (first, last) = (ParquetFile.number(low), ParquetFile.number(high))
        return first <= last ? first...last : nil
    }

    private static func number(_ bytes: [UInt8]) -> Int64 {
        Int64(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) })
    }

    // MARK: Columns

    /// The values of a column in a row group.
    public func read(_ column: Int, group: Int) throws(ParquetError) -> ColumnValues {
        try read(column, group, ChunkMemory())
    }

    private func read(
        _ column: Int, _ group: Int, _ memory: ChunkMemory
    ) throws(ParquetError) -> ColumnValues {
        let schema = columns[column]
        do throws(ParquetError) {
            guard schema.isFlat else {
                throw ParquetError(
                    "it lies within a list, a map or a struct; a column of plain values would be right")
            }
            switch schema.physical {
            case .boolean:
                let (values, present, _) = try values(Bool.self, column, group, memory)
                return ColumnValues(.booleans(values), present: present)
            case .int32:
                let (values, present, _) = try values(Int32.self, column, group, memory)
                return ColumnValues(.int32(values), present: present)
            case .int64:
                let (values, present, _) = try values(Int64.self, column, group, memory)
                return ColumnValues(.int64(values), present: present)
            case .int96: return try moments(column, group, memory)
            case .float:
                let (values, present, _) = try values(Float.self, column, group, memory)
                return ColumnValues(.floats(values), present: present)
            case .double:
                let (values, present, _) = try values(Double.self, column, group, memory)
                return ColumnValues(.doubles(values), present: present)
            case .byteArray, .fixedByteArray:
                let (values, present, heap) = try values(ByteSlice.self, column, group, memory)
                return ColumnValues(.bytes(ByteValues(heap: heap, slices: values)), present: present)
            }
        } catch { throw error.at("\(path), column \(schema.name)") }
    }

    private func moments(
        _ column: Int, _ group: Int, _ memory: ChunkMemory
    ) throws(ParquetError) -> ColumnValues {
        let (values, present, _) = try values(Int96.self, column, group, memory)
        var moments: [Int64] = []
        for (row, value) in values.enumerated() {
            guard present?[row] ?? true else {
                moments.append(0)
                continue
            }
            guard let moment = value.nanoseconds else {
                throw ParquetError("row \(row) has a time that no timestamp can hold")
            }
            moments.append(moment)
        }
        return ColumnValues(.int64(moments), present: present)
    }

    private func values<Value: ParquetValue>(
        _ type: Value.Type, _ column: Int, _ group: Int, _ memory: ChunkMemory
    ) throws(ParquetError) -> (values: [Value], present: [Bool]?, heap: [UInt8]) {
        let rows = footer.groups[group].rows
        var outcome: Result<(present: [Bool]?, heap: [UInt8]), ParquetError> = .success((nil, []))
        let values = [Value](unsafeUninitializedCapacity: rows) { buffer, count in
            guard let base = buffer.baseAddress, rows > 0 else { return }
            askForLargePages(base, bytes: rows * MemoryLayout<Value>.stride)
            outcome = read(column, group, memory, into: base)
            // After an error nobody looks at them; before it all are filled.
            if case .success = outcome { count = rows }
        }
        let (present, heap) = try outcome.get()
        return (values, present, heap)
    }

    private func read<Value: ParquetValue>(
        _ column: Int, _ group: Int, _ memory: ChunkMemory, into values: UnsafeMutablePointer<Value>
    ) -> Result<(present: [Bool]?, heap: [UInt8]), ParquetError> {
        do throws(ParquetError) {
            let group = footer.groups[group]
            let chunk = group.chunks[column]
            var reader = ChunkReader<Value>(
                ChunkWindow(source, chunk.range, memory.packed), chunk, columns[column], rows: group.rows,
                memory: memory.page)
            try reader.read(into: values)
            return .success((reader.present, reader.context.heap))
        } catch { return .failure(error) }
    }

    /// Whole numbers of 64 bits of a column without gaps, straight into memory that has room for the row group.
    public func read(
        _ column: Int, group: Int, into values: UnsafeMutablePointer<Int64>
    ) throws(ParquetError) {
        let schema = columns[column]
        do throws(ParquetError) {
            guard schema.isFlat, schema.physical == .int64 else {
                throw ParquetError("its values are \(schema.physical); int64 would be right")
            }
            if let present = try read(column, group, ChunkMemory(), into: values).get().present,
                case let missing = present.count(where: { !$0 }), missing > 0
            {
                throw ParquetError("\(missing) rows have no value; one in each would be right")
            }
        } catch { throw error.at("\(path), column \(schema.name)") }
    }

    /// Columns of all row groups, read on several cores: for each row group the columns in the order that was asked for.
    public func read(_ columns: [Int], cores: Int = 2) throws(ParquetError) -> [[ColumnValues]] {
        let tasks = groupCount * columns.count
        let found = Mutex([Int: ColumnValues]())
        let failure = Mutex<(place: Int, error: ParquetError)?>(nil)
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: max(1, min(cores, tasks))) { _ in
            let memory = ChunkMemory()
            while true {
                let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if task >= tasks { return }
                do throws(ParquetError) {
                    let values = try read(
                        columns[task % columns.count], task / columns.count, memory)
                    found.withLock { $0[task] = values }
                } catch {
                    // The first in the file is told, whichever core was faster.
                    failure.withLock { if task < $0?.place ?? .max { $0 = (task, error) } }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure.error }
        var all = found.withLock { $0 }
        return (0..<groupCount).map { group in
            (0..<columns.count).compactMap { all.removeValue(forKey: group * columns.count + $0) }
        }
    }

    // MARK: The end of the file

    private static let mark: [UInt8] = Array("PAR1".utf8)

    private static func footer(
        _ source: ParquetSource, _ size: Int, _ groupRowsMax: Int
    ) throws(ParquetError) -> Footer {
        guard size >= 12 else {
            throw ParquetError("the file has \(size) bytes, and a Parquet file has 12 at least")
        }
        let memory = PageMemory()
        let head = Array(try source.bytes(0..<4, memory))
        guard head == mark else {
            throw ParquetError(
                head == Array("PARE".utf8)
                    ? "the file is encrypted; one that is not would be right"
                    : "the file does not begin with PAR1: it is no Parquet file")
        }
        let tail = Array(try source.bytes(size - 8..<size, memory))
        guard Array(tail[4...]) == mark else {
            throw ParquetError("the file does not end with PAR1: it is cut off, or was never finished")
        }
        let length = tail.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
        guard length <= size - 12 else {
            throw ParquetError(
                "the file says that \(length) bytes describe it, and has \(size) in all; it is damaged")
        }
        var reader = ThriftReader(try source.bytes(size - 8 - length..<size - 8, memory))
        return try Footer(try reader.fields(), fileSize: size, groupRowsMax: groupRowsMax)
    }
}
