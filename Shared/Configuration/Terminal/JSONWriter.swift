/// Writes one JSON document: commas and escapes are its business, the order of keys is the caller's.
///
///     var json = JSONWriter()
///     json.object { $0.key("bars"); $0.integer(64) }
///     print(json.text)
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init() {}

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Forgets the document and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    public mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        begin("{")
        try members(&self)
        end("}")
    }

    public mutating func array<Failure: Error>(
        _ items: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        begin("[")
        try items(&self)
        end("]")
    }

    public mutating func key(_ name: String) {
        separate()
        JSONWriter.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func string(_ text: String) {
        separate()
        JSONWriter.append(text, to: &bytes)
    }

    public mutating func integer(_ integer: some BinaryInteger) { scalar(String(integer)) }

    /// A number; one that JSON cannot say (infinite or not a number) becomes null.
    public mutating func number(_ number: Double) { scalar(number.isFinite ? number.description : "null") }

    public mutating func flag(_ flag: Bool) { scalar(flag ? "true" : "false") }

    public mutating func null() { scalar("null") }

    /// One text as a JSON string, quotes included.
    public static func string(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Texts as a JSON array.
    public static func array(_ items: [String]) -> String {
        var json = JSONWriter()
        json.array { json in items.forEach { json.string($0) } }
        return json.text
    }

    /// Appends a text as a JSON string, quotes included. DEL and the C1 controls are escaped as well: they
    /// are legal in JSON, and steer a terminal.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { source in
            var index = 0
            while index < source.count {
                let byte = source[index]
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
                case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
                case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
                case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
                case 0..<0x20, 0x7F: appendEscape(byte, to: &bytes)
                case 0xC2 where index + 1 < source.count && source[index + 1] < 0xA0:
                    index += 1
                    appendEscape(source[index], to: &bytes)
                default: bytes.append(byte)
                }
                index += 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes += "\\u00".utf8
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
    }

    private mutating func scalar(_ text: String) {
        separate()
        bytes += text.utf8
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func begin(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func end(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }
}
