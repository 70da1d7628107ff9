import Domain

/// The fields of a message, read one after the other. Each ends with a zero byte.
public struct TWSFields: Sendable {
    private let texts: [String]
    private var place = 0

    /// What stands for no number at all.
    private static let unset: Set<String> = [
        "", "2147483647", "9223372036854775807", "1.7976931348623157E308", "1.7976931348623157e+308",
        "1.7976931348623157E+308", "Infinite", "Infinity",
    ]
    private static let fieldsMax = 4 << 20

    public init(_ message: [UInt8]) throws(TWSFault) {
        guard message.last == 0 else { throw TWSFault("a message does not end with its last field") }
        var texts: [String] = []
        var start = 0
        for (index, byte) in message.enumerated() where byte == 0 {
            // What is no UTF-8 becomes a mark that says so.
            texts.append(String(decoding: message[start..<index], as: UTF8.self))
            start = index + 1
            guard texts.count <= TWSFields.fieldsMax else { throw TWSFault("a message has too many fields") }
        }
        self.texts = texts
    }

    public var count: Int { texts.count }
    public var left: Int { texts.count - place }

    public mutating func text(_ name: StaticString) throws(TWSFault) -> String {
        guard place < texts.count else {
            throw TWSFault("\(name) is missing: the message ends after \(texts.count) fields")
        }
        place += 1
        return texts[place - 1]
    }

    public mutating func skip(_ count: Int) throws(TWSFault) {
        guard count >= 0, count <= left else {
            throw TWSFault("the message ends after \(texts.count) fields, and \(place + count) are wanted")
        }
        place += count
    }

    /// A whole number; nothing where it is not set.
    public mutating func integer(ifSet name: StaticString) throws(TWSFault) -> Int? {
        let text = try text(name)
        if TWSFields.unset.contains(text) { return nil }
        guard let number = Int(text) else { throw wrong(name, text, "a whole number") }
        return number
    }

    public mutating func integer(_ name: StaticString) throws(TWSFault) -> Int {
        guard let number = try integer(ifSet: name) else { throw wrong(name, "nothing", "a whole number") }
        return number
    }

    /// How many of something follow, each of at least `fields` fields.
    public mutating func count(_ name: StaticString, fields: Int) throws(TWSFault) -> Int {
        let number = try integer(ifSet: name) ?? 0
        guard number >= 0, number <= left / fields else {
            throw wrong(name, "\(number)", "not more than the message has room for")
        }
        return number
    }

    public mutating func flag(_ name: StaticString) throws(TWSFault) -> Bool {
        let text = try text(name)
        switch text {
        case "1", "true": return true
        case "0", "false", "": return false
        default: throw wrong(name, text, "0 or 1")
        }
    }

    /// A decimal; nothing where it is not set.
    public mutating func decimal<Value: FixedPoint>(
        ifSet name: StaticString, _ type: Value.Type = Value.self
    ) throws(TWSFault) -> Value? {
        let text = try text(name)
        if TWSFields.unset.contains(text) { return nil }
        do throws(DecimalError) { return try Value(text, rounding: .toNearestOrEven) } catch {
            throw wrong(name, text, "a decimal")
        }
    }

    public mutating func decimal<Value: FixedPoint>(
        _ name: StaticString, _ type: Value.Type = Value.self
    ) throws(TWSFault) -> Value {
        guard let value = try decimal(ifSet: name, type) else { throw wrong(name, "nothing", "a decimal") }
        return value
    }

    private func wrong(_ name: StaticString, _ text: String, _ right: String) -> TWSFault {
        TWSFault("\(name) is \(String(text.prefix(40)).inOneLine); \(right) would be right")
    }
}

extension String {
    /// What steers a terminal, or ends a line, becomes a space.
    var inOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }))
    }
}

/// A message that is made, field by field.
public struct TWSLetter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// A zero byte within a text would be the end of its field.
    public mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8.lazy.filter { $0 != 0 })
        bytes.append(0)
    }

    public mutating func add(_ numbers: Int...) { for number in numbers { add("\(number)") } }
    public mutating func add(_ flag: Bool) { add(flag ? "1" : "0") }
    public mutating func add<Value: FixedPoint>(_ value: Value?) { add(value.map { "\($0)" } ?? "") }

    /// So many fields that are not set.
    public mutating func addUnset(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }
}
