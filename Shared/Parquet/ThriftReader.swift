/// Reads values of Thrift's compact protocol. Every length is held against the bytes that are left.
struct ThriftReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var at: Int
    /// Nothing in Parquet is nested deeper.
    private static let depthMax = 12

    init(_ bytes: UnsafeRawBufferPointer, at: Int = 0) {
        self.bytes = bytes
        self.at = at
    }

    /// A struct: fields by number.
    mutating func fields() throws(ParquetError) -> ThriftValue { try fields(depth: 0) }

    private mutating func fields(depth: Int) throws(ParquetError) -> ThriftValue {
        guard depth < ThriftReader.depthMax else {
            throw ParquetError("what describes the data is nested too deeply; the file is damaged")
        }
        var found: [Int: ThriftValue] = [:]
        var number = 0
        while true {
            let head = try byte()
            if head == 0 { return .fields(found) }
            let step = Int(head >> 4)
            number = step == 0 ? Int(truncatingIfNeeded: try zigzag()) : number &+ step
            found[number] = try value(head & 15, inList: false, depth: depth)
        }
    }

    private mutating func value(_ type: UInt8, inList: Bool, depth: Int) throws(ParquetError) -> ThriftValue {
        switch type {
        case 1, 2: .flag(inList ? try byte() == 1 : type == 1)
        case 3: .integer(Int64(Int8(bitPattern: try byte())))
        case 4, 5, 6: .integer(try zigzag())
        case 7: .double(Double(bitPattern: try eight()))
        case 8: .bytes(try run())
        case 9, 10: .list(try list(depth: depth + 1))
        case 11: try map(depth: depth + 1)
        case 12: try fields(depth: depth + 1)
        default:
            throw ParquetError(
                "what describes the data has a field of type \(type), which there is not; the file is damaged"
            )
        }
    }

    private mutating func list(depth: Int) throws(ParquetError) -> [ThriftValue] {
        guard depth < ThriftReader.depthMax else {
            throw ParquetError("what describes the data is nested too deeply; the file is damaged")
        }
        let head = try byte()
        var count = Int(head >> 4)
        if count == 15 { count = try length() }
        // Each element takes a byte at least.
        guard count <= bytes.count - at else { throw cutOff }
        var found: [ThriftValue] = []
        found.reserveCapacity(count)
        for _ in 0..<count { found.append(try value(head & 15, inList: true, depth: depth)) }
        return found
    }

    /// Parquet has no maps; one of a newer writer is passed over.
    private mutating func map(depth: Int) throws(ParquetError) -> ThriftValue {
        let count = try length()
        guard count > 0 else { return .list([]) }
        guard count <= (bytes.count - at) / 2, depth < ThriftReader.depthMax else { throw cutOff }
        let types = try byte()
        for _ in 0..<count {
            _ = try value(types >> 4, inList: true, depth: depth)
            _ = try value(types & 15, inList: true, depth: depth)
        }
        return .list([])
    }

    private mutating func run() throws(ParquetError) -> [UInt8] {
        let count = try length()
        guard count <= bytes.count - at else { throw cutOff }
        defer { at += count }
        return [UInt8](bytes[at..<at + count])
    }

    private mutating func length() throws(ParquetError) -> Int {
        guard let length = Int(exactly: try varint()) else { throw cutOff }
        return length
    }

    private mutating func zigzag() throws(ParquetError) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    private mutating func varint() throws(ParquetError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 { return value }
        }
        throw ParquetError("what describes the data has a number that does not end; the file is damaged")
    }

    private mutating func eight() throws(ParquetError) -> UInt64 {
        guard bytes.count - at >= 8 else { throw cutOff }
        defer { at += 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    private mutating func byte() throws(ParquetError) -> UInt8 {
        guard at < bytes.count else { throw cutOff }
        defer { at += 1 }
        return bytes[at]
    }

    private var cutOff: ParquetError {
        ParquetError("what describes the data ends in the middle; the file is damaged or cut off")
    }
}
