/// Reads JSON as RFC 8259 has it and nothing beyond: no comments, no commas too many, no key twice, no text that is not
/// UTF-8. A document cannot nest so deeply that reading it would exhaust the stack.
struct JSONReader {
    static let depthMax = 128

    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONProblem) -> JSONValue {
        let value = try value()
        skipSpace()
        guard at == bytes.count else { throw problem("something follows the end of the document") }
        return value
    }

    private mutating func value() throws(JSONProblem) -> JSONValue {
        skipSpace()
        guard at < bytes.count else { throw problem("a value is missing") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try nested { reader throws(JSONProblem) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(JSONProblem) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw problem("a value is missing: { [ \" a number, true, false or null")
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(JSONProblem) -> JSONValue
    ) throws(JSONProblem) -> JSONValue {
        guard depth < JSONReader.depthMax else {
            throw problem("this is nested more than \(JSONReader.depthMax) deep")
        }
        depth += 1
        at += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(JSONProblem) -> JSONValue {
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        if takes("}") { return .object(members) }
        repeat {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw problem("a key in quotes is missing")
            }
            let start = at
            let key = try string()
            guard keys.insert(key).inserted else { throw problem("this key is there already", at: start) }
            guard takes(":") else { throw problem("a : is missing after the key") }
            members.append(JSONValue.Member(key: key, value: try value()))
        } while takes(",")
        guard takes("}") else { throw problem("a , or } is missing") }
        return .object(members)
    }

    private mutating func array() throws(JSONProblem) -> JSONValue {
        var items: [JSONValue] = []
        if takes("]") { return .array(items) }
        repeat { items.append(try value()) } while takes(",")
        guard takes("]") else { throw problem("a , or ] is missing") }
        return .array(items)
    }

    private mutating func number() throws(JSONProblem) -> String {
        let start = at
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        let leading = at
        guard takesDigits() else { throw problem("a digit is missing") }
        guard bytes[leading] != UInt8(ascii: "0") || at == leading + 1 else {
            throw problem("a number does not begin with 0", at: leading)
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            guard takesDigits() else { throw problem("a digit is missing after the point") }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            guard takesDigits() else { throw problem("a digit is missing in the exponent") }
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func takesDigits() -> Bool {
        let start = at
        while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
        return at > start
    }

    private mutating func string() throws(JSONProblem) -> String {
        let start = at
        at += 1
        var text: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw problem("this text is not UTF-8", at: start)
                }
                return valid
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw problem("a control character must be written as an escape", at: at - 1)
            default: text.append(byte)
            }
        }
        throw problem("the text that begins here does not end", at: start)
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONProblem) {
        let start = at - 1
        guard at < bytes.count else { throw problem("an escape is not complete", at: start) }
        let letter = bytes[at]
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try unit(start)
            if (0xD800..<0xDC00).contains(code), bytes[at...].starts(with: [0x5C, 0x75]) {
                at += 2
                let low = try unit(start)
                guard (0xDC00..<0xE000).contains(low) else { throw problem("half a character", at: start) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw problem("half a character", at: start) }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw problem("there is no such escape: \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at: start)
        }
    }

    /// Four hexadecimal digits.
    private mutating func unit(_ start: Int) throws(JSONProblem) -> UInt32 {
        guard at + 4 <= bytes.count, bytes[at] != UInt8(ascii: "+"), bytes[at] != UInt8(ascii: "-"),
            let unit = UInt32(String(decoding: bytes[at..<(at + 4)], as: UTF8.self), radix: 16)
        else { throw problem("four hexadecimal digits are missing", at: start) }
        at += 4
        return unit
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        let end = at + word.utf8CodeUnitCount
        let isThere = word.withUTF8Buffer { end <= bytes.count && bytes[at..<end].elementsEqual($0) }
        guard isThere else { throw problem("a value is missing: \(word)?") }
        at = end
        return value
    }

    private mutating func takes(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: mark) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 }
    }

    private func problem(_ what: String, at place: Int? = nil) -> JSONProblem {
        let before = bytes.prefix(place ?? at)
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return JSONProblem(line: line, column: column, what: what)
    }
}

/// Where a text is no JSON, and what would be right there.
public struct JSONProblem: Error, Equatable, CustomStringConvertible, Sendable {
    public let line: Int
    /// In bytes, from 1.
    public let column: Int
    public let what: String

    public var description: String { "line \(line), column \(column): \(what)" }
}
