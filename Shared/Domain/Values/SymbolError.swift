/// A text that is no symbol: one sentence that names it, what is wrong, and what would be right.
public struct SymbolError: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(_ text: String, _ complaint: String) {
        description = "\(quoted(text.utf8.span)) is no symbol: \(complaint)."
    }
}

extension Symbol {
    /// The symbol of a text from outside: 1 to 24 printable ASCII characters without `/`, which separates the
    /// parts of a topic, and without a space at either end.
    public init(validating text: some StringProtocol) throws(SymbolError) {
        let text = String(text)
        let bytes = text.utf8
        guard !bytes.isEmpty else {
            throw SymbolError(text, "it is empty, where a name such as AAPL would be right")
        }
        for (index, byte) in bytes.enumerated() where byte < 0x20 || byte > 0x7E || byte == UInt8(ascii: "/")
        {
            let found = byte == UInt8(ascii: "/") ? "a slash" : "something else"
            throw SymbolError(
                text,
                "position \(index + 1) holds \(found), where printable ASCII without a slash would be right")
        }
        guard bytes.first != UInt8(ascii: " "), bytes.last != UInt8(ascii: " ") else {
            throw SymbolError(text, "it begins or ends with a space")
        }
        guard let symbol = Symbol(text) else {
            throw SymbolError(text, "it has \(bytes.count) characters, and \(Symbol.lengthMax) is the most")
        }
        self = symbol
    }
}
