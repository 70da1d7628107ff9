/// A checked value of a setting, an option or an argument.
public enum Value: Hashable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case flag(Bool)
    case duration(Duration)
    /// A number of bytes.
    case size(Int)
    case list([String])

    /// The value in the one spelling that `ValueType.value(of:)` reads back as the same value, as far as
    /// texts allow it: a text that could be mistaken for something else is written as a JSON string.
    public var canonicalText: String {
        switch self {
        case .text(let text): Value.isPlain(text) ? text : JSONWriter.string(text)
        case .integer(let integer): String(integer)
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15
                ? String(Int(number)) : String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .duration(let duration): DurationText.text(of: duration)
        case .size(let bytes): SizeText.text(of: bytes)
        case .list(let items): JSONWriter.array(items)
        }
    }

    /// Quotes and brackets at the start, edges of white space and control characters would make a line
    /// `key = value` ambiguous.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        let space = UInt8(ascii: " ")
        return first != UInt8(ascii: "\"") && first != UInt8(ascii: "[") && first != space && last != space
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .integer(let integer): json.integer(integer)
        case .number(let number): json.number(number)
        case .flag(let flag): json.flag(flag)
        case .list(let items): json.array { json in items.forEach { json.string($0) } }
        case .text(let text): json.string(text)
        case .duration, .size: json.string(canonicalText)
        }
    }
}
