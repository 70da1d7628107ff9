/// The values of a column, row by row; where a row has none, the place holds a zero.
public struct ColumnValues: Sendable {
    public enum Values: Sendable {
        case booleans([Bool])
        case int32([Int32])
        case int64([Int64])
        case floats([Float])
        case doubles([Double])
        case bytes(ByteValues)
    }

    public var values: Values
    /// For each row whether it has a value; nothing where all have one.
    public var present: [Bool]?

    public init(_ values: Values, present: [Bool]? = nil) {
        self.values = values
        self.present = present
    }

    public var count: Int {
        switch values {
        case .booleans(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        case .floats(let values): values.count
        case .doubles(let values): values.count
        case .bytes(let values): values.slices.count
        }
    }

    @inlinable public func isPresent(_ row: Int) -> Bool { present?[row] ?? true }
}

/// Values that are bytes, all in one heap; values of a dictionary share their bytes.
public struct ByteValues: Sendable {
    public internal(set) var heap: [UInt8]
    public internal(set) var slices: [ByteSlice]

    public init(_ texts: [String]) {
        heap = []
        slices = []
        for text in texts {
            let start = heap.count
            heap += text.utf8
            slices.append(ByteSlice(start: start, count: heap.count - start))
        }
    }

    /// Texts by their number in a list of different ones.
    public init(_ words: [String], numbers: [Int32]) {
        let all = ByteValues(words)
        heap = all.heap
        slices = numbers.map { all.slices[Int($0)] }
    }

    public var count: Int { slices.count }

    init(heap: [UInt8], slices: [ByteSlice]) {
        self.heap = heap
        self.slices = slices
    }

    public func bytes(_ row: Int) -> ArraySlice<UInt8> {
        heap[slices[row].start..<slices[row].start + slices[row].count]
    }

    public func text(_ row: Int) -> String { String(decoding: bytes(row), as: UTF8.self) }

    /// Whether two rows have the very same bytes of a dictionary: then they need not be compared.
    public func isSameSlice(_ row: Int, _ other: Int) -> Bool { slices[row].start == slices[other].start }
}
