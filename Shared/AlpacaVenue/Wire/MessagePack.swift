import Configuration
import Domain

/// MessagePack, as far as Alpaca's sockets need it: documents out, small maps of texts and lists in.
extension Document {
    public var messagePack: [UInt8] {
        var bytes: [UInt8] = []
        writePacked(to: &bytes)
        return bytes
    }

    private func writePacked(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(0xC0)
        case .flag(let flag): bytes.append(flag ? 0xC3 : 0xC2)
        case .integer(let integer): Document.pack(integer, to: &bytes)
        case .number(let digits):
            bytes.append(0xCB)
            Document.pack((Double(digits) ?? 0).bitPattern, to: &bytes)
        case .text(let text): Document.pack(text, to: &bytes)
        case .moment(let moment):
            // The extension −1 with nanoseconds in 30 bits and seconds in 34; beyond those, in 96 bits.
            let seconds = (moment.nanoseconds - moment.nanoseconds.flooredRest(1_000_000_000)) / 1_000_000_000
            let rest = UInt64(moment.nanoseconds.flooredRest(1_000_000_000))
            if seconds >= 0, seconds < 1 << 34 {
                bytes += [0xD7, 0xFF]
                Document.pack(rest << 34 | UInt64(seconds), to: &bytes)
            } else {
                bytes += [0xC7, 12, 0xFF]
                Document.pack(UInt32(rest), to: &bytes)
                Document.pack(UInt64(bitPattern: seconds), to: &bytes)
            }
        case .list(let items):
            Document.packHead(items.count, 0x90, 0xDC, to: &bytes)
            for item in items { item.writePacked(to: &bytes) }
        case .object(let members):
            Document.packHead(members.count, 0x80, 0xDE, to: &bytes)
            for member in members {
                Document.pack(member.key, to: &bytes)
                member.value.writePacked(to: &bytes)
            }
        }
    }

    private static func pack(_ integer: Int64, to bytes: inout [UInt8]) {
        switch integer {
        case -32...127: bytes.append(UInt8(truncatingIfNeeded: integer))
        case 128...Int64(UInt16.max):
            bytes.append(0xCD)
            pack(UInt16(integer), to: &bytes)
        case 65_536...Int64(UInt32.max):
            bytes.append(0xCE)
            pack(UInt32(integer), to: &bytes)
        default:
            bytes.append(0xD3)
            pack(UInt64(bitPattern: integer), to: &bytes)
        }
    }

    private static func pack(_ text: String, to bytes: inout [UInt8]) {
        let count = text.utf8.count
        switch count {
        case ..<32: bytes.append(0xA0 | UInt8(count))
        case ..<256: bytes += [0xD9, UInt8(count)]
        case ..<65_536:
            bytes.append(0xDA)
            pack(UInt16(count), to: &bytes)
        default:
            bytes.append(0xDB)
            pack(UInt32(count), to: &bytes)
        }
        bytes += text.utf8
    }

    private static func packHead(_ count: Int, _ small: UInt8, _ large: UInt8, to bytes: inout [UInt8]) {
        if count < 16 {
            bytes.append(small | UInt8(count))
        } else if count < 65_536 {
            bytes.append(large)
            pack(UInt16(count), to: &bytes)
        } else {
            bytes.append(large + 1)
            pack(UInt32(count), to: &bytes)
        }
    }

    private static func pack(_ word: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: word.bigEndian) { bytes += $0 }
    }
}

extension Int64 {
    fileprivate func flooredRest(_ divisor: Int64) -> Int64 {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}

extension JSONValue {
    /// Reads one document of MessagePack; nothing where the bytes are none.
    public init?(messagePack bytes: [UInt8]) {
        var reader = MessagePackReader(bytes)
        guard let value = try? reader.document() else { return nil }
        self = value
    }
}

/// Reads what a client says in MessagePack into the same values that JSON gives: maps, lists, texts, numbers, flags.
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
