/// What a JSON document says. Numbers stay as they were written, so that a price of eighteen digits loses none; the
/// members of an object stay in their order.
public enum JSONValue: Equatable, Sendable {
    case null
    case flag(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Equatable, Sendable {
        public var key: String
        public var value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Reads one document, and nothing after it.
    public init(_ text: String) throws(JSONProblem) { try self.init(Array(text.utf8)) }

    public init(_ bytes: [UInt8]) throws(JSONProblem) {
        var reader = JSONReader(bytes)
        self = try reader.document()
    }

    /// The member of an object.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The item of an array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// A whole number that fits; `1.0` is none.
    public var integer: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    /// The nearest number; nothing where it is too large for any.
    public var number: Double? {
        guard case .number(let digits) = self, let number = Double(digits), number.isFinite else {
            return nil
        }
        return number
    }

    public var flag: Bool? {
        guard case .flag(let flag) = self else { return nil }
        return flag
    }

    public var isNull: Bool { self == .null }
}
