extension JSONValue {
    /// Reads one document of MessagePack; nothing where the bytes are none. A moment (the extension -1) becomes a
    /// number: nanoseconds since 1970.
    public init?(messagePack bytes: [UInt8]) {
        var reader = MessagePackReader(bytes)
        guard let value = try? reader.document() else { return nil }
        self = value
    }
}

/// Reads MessagePack into the same values that JSON gives: maps, lists, texts, numbers, flags.
/// Lengths are believed only as far as bytes follow.
struct MessagePackReader {
    static let depthMax = 16

    struct Problem: Error {}

    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(Problem) -> JSONValue {
        let value = try value(depth: 0)
        guard at == bytes.count else { throw Problem() }
        return value
    }

    private mutating func value(depth: Int) throws(Problem) -> JSONValue {
        guard depth < MessagePackReader.depthMax else { throw Problem() }
        let head = try byte()
        switch head {
        case 0x00...0x7F: return .number(String(head))
        case 0x80...0x8F: return try map(Int(head & 0x0F), depth)
        case 0x90...0x9F: return try list(Int(head & 0x0F), depth)
        case 0xA0...0xBF: return .string(try text(Int(head & 0x1F)))
        case 0xC0: return .null
        case 0xC2: return .flag(false)
        case 0xC3: return .flag(true)
        case 0xC4, 0xD9: return .string(try text(Int(try word(1))))
        case 0xC5, 0xDA: return .string(try text(Int(try word(2))))
        case 0xC6, 0xDB: return .string(try text(Int(try word(4))))
        case 0xC7: return try moment(Int(try word(1)))
        case 0xCA: return .number(String(Float(bitPattern: UInt32(try word(4)))))
        case 0xCB: return .number(String(Double(bitPattern: try word(8))))
        case 0xCC: return .number(String(try word(1)))
        case 0xCD: return .number(String(try word(2)))
        case 0xCE: return .number(String(try word(4)))
        case 0xCF: return .number(String(try word(8)))
        case 0xD0: return .number(String(Int8(truncatingIfNeeded: try word(1))))
        case 0xD1: return .number(String(Int16(truncatingIfNeeded: try word(2))))
        case 0xD2: return .number(String(Int32(truncatingIfNeeded: try word(4))))
        case 0xD3: return .number(String(Int64(bitPattern: try word(8))))
        case 0xD6: return try moment(4)
        case 0xD7: return try moment(8)
        case 0xDC: return try list(Int(try word(2)), depth)
        case 0xDD: return try list(Int(try word(4)), depth)
        case 0xDE: return try map(Int(try word(2)), depth)
        case 0xDF: return try map(Int(try word(4)), depth)
        case 0xE0...0xFF: return .number(String(Int8(bitPattern: head)))
        default: throw Problem()
        }
    }

    private mutating func map(_ count: Int, _ depth: Int) throws(Problem) -> JSONValue {
        guard count <= bytes.count - at else { throw Problem() }
        var members: [JSONValue.Member] = []
        for _ in 0..<count {
            guard case .string(let key) = try value(depth: depth + 1) else { throw Problem() }
            members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
        }
        return .object(members)
    }

    private mutating func list(_ count: Int, _ depth: Int) throws(Problem) -> JSONValue {
        guard count <= bytes.count - at else { throw Problem() }
        var items: [JSONValue] = []
        for _ in 0..<count { items.append(try value(depth: depth + 1)) }
        return .array(items)
    }

    private mutating func text(_ count: Int) throws(Problem) -> String {
        guard count <= bytes.count - at,
            let text = String(validating: bytes[at..<(at + count)], as: UTF8.self)
        else { throw Problem() }
        at += count
        return text
    }

    /// A moment of so many bytes: seconds in 32 bits, or nanoseconds in 30 and seconds in 34, or 32 and 64.
    private mutating func moment(_ count: Int) throws(Problem) -> JSONValue {
        guard try byte() == 0xFF else { throw Problem() }
        let (seconds, rest): (Int64, UInt64)
        switch count {
        case 4: (seconds, rest) = (Int64(try word(4)), 0)
        case 8:
            let both = try word(8)
            (seconds, rest) = (Int64(both & 0x3_FFFF_FFFF), both >> 34)
        case 12:
            rest = try word(4)
            seconds = Int64(bitPattern: try word(8))
        default: throw Problem()
        }
        let (whole, isTooFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyond) = whole.addingReportingOverflow(Int64(rest))
        guard rest < 1_000_000_000, !isTooFar, !isBeyond else { throw Problem() }
        return .number(String(sum))
    }

    private mutating func byte() throws(Problem) -> UInt8 {
        guard at < bytes.count else { throw Problem() }
        at += 1
        return bytes[at - 1]
    }

    private mutating func word(_ count: Int) throws(Problem) -> UInt64 {
        guard count <= bytes.count - at else { throw Problem() }
        var word: UInt64 = 0
        for _ in 0..<count {
            word = word << 8 | UInt64(bytes[at])
            at += 1
        }
        return word
    }
}
