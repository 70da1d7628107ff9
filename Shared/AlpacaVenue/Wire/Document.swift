import Configuration
import Domain

/// What is said to a client, before it is known in which letters: JSON, or MessagePack on the sockets. Members keep
/// their order.
public indirect enum Document: Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    /// A decimal number, by its digits: a price loses none in JSON.
    case number(String)
    case text(String)
    /// RFC 3339 in JSON, the extension for timestamps in MessagePack.
    case moment(Timestamp)
    case list([Document])
    case object([(key: String, value: Document)])

    /// An amount as a JSON string, as Alpaca says money and quantities.
    static func amount(_ value: some FixedPoint) -> Document { .text(value.description) }
    static func amount(_ value: (some FixedPoint)?) -> Document {
        value.map { .text($0.description) } ?? .null
    }
    /// An amount as a JSON number, as market data has it.
    static func figure(_ value: some FixedPoint) -> Document { .number(value.description) }
    static func text(_ text: String?) -> Document { text.map { .text($0) } ?? .null }
    static func moment(_ moment: Timestamp?) -> Document { moment.map { .moment($0) } ?? .null }

    /// The document with other members behind its own, a member of the same name in its place.
    func with(_ members: [(key: String, value: Document)]) -> Document {
        guard case .object(var own) = self else { return self }
        for member in members {
            if let place = own.firstIndex(where: { $0.key == member.key }) {
                own[place] = member
            } else {
                own.append(member)
            }
        }
        return .object(own)
    }
}

extension Document: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral
{
    public init(dictionaryLiteral elements: (String, Document)...) {
        self = .object(elements.map { (key: $0.0, value: $0.1) })
    }
    public init(arrayLiteral elements: Document...) { self = .list(elements) }
    public init(stringLiteral value: String) { self = .text(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(nilLiteral: ()) { self = .null }
}

extension Document {
    public var json: [UInt8] {
        var bytes: [UInt8] = []
        writeJSON(to: &bytes)
        return bytes
    }

    private func writeJSON(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .flag(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let integer): bytes += String(integer).utf8
        case .number(let digits): bytes += digits.utf8
        case .text(let text): bytes += JSONWriter.string(text).utf8
        case .moment(let moment): bytes += "\"\(moment)\"".utf8
        case .list(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                item.writeJSON(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += JSONWriter.string(member.key).utf8
                bytes.append(UInt8(ascii: ":"))
                member.value.writeJSON(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}
