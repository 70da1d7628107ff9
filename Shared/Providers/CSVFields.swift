/// The fields of a line, from the left: between commas, without blanks and quotes around them.
struct CSVFields {
    struct UnclosedQuote: Error {
        var field: Range<Int>
    }

    private var at: Int
    private let end: Int
    private var isDone = false

    init(_ line: Range<Int>) {
        at = line.lowerBound
        end = line.upperBound
    }

    /// The next field as a range of the bytes; nothing after the last. A line has at least one field.
    @inline(__always)
    mutating func next(_ bytes: borrowing Span<UInt8>) throws(UnclosedQuote) -> Range<Int>? {
        if isDone { return nil }
        while at < end, isBlank(bytes[at]) { at += 1 }
        if at < end, bytes[at] == UInt8(ascii: "\"") { return try quoted(bytes) }
        let start = at
        while at < end, bytes[at] != UInt8(ascii: ",") { at += 1 }
        let field = start..<at
        if at < end { at += 1 } else { isDone = true }
        return trimmed(bytes, field)
    }

    private mutating func quoted(_ bytes: borrowing Span<UInt8>) throws(UnclosedQuote) -> Range<Int> {
        let start = at + 1
        at = start
        while at < end, bytes[at] != UInt8(ascii: "\"") { at += 1 }
        let field = start..<at
        if at < end { at += 1 } else { throw UnclosedQuote(field: field) }
        while at < end, isBlank(bytes[at]) { at += 1 }
        if at == end {
            isDone = true
        } else if bytes[at] == UInt8(ascii: ",") {
            at += 1
        } else {
            throw UnclosedQuote(field: start - 1..<end)
        }
        return trimmed(bytes, field)
    }

    @inline(__always)
    private func trimmed(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>) -> Range<Int> {
        var (start, end) = (field.lowerBound, field.upperBound)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }
}

@inline(__always)
private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

/// Bytes of a file for a sentence: what cannot be printed as `\xNN`, and not more than forty of them.
func quoted(_ bytes: borrowing Span<UInt8>, _ field: Range<Int>) -> String {
    var text = ""
    for at in field.prefix(40) {
        let byte = bytes[at]
        if (0x20..<0x7f).contains(byte) {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
    return "\"\(text)\(field.count > 40 ? "…" : "")\""
}
