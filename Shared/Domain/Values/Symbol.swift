/// The name of an instrument: up to 24 characters, kept inline so that it is copied and compared without
/// touching the heap. Unused bytes are zero.
public struct Symbol: Hashable, Sendable {
    public static let lengthMax = 24

    /// The text's bytes, first byte lowest, in three words.
    public var words: (UInt64, UInt64, UInt64)

    public init(words: (UInt64, UInt64, UInt64)) { self.words = words }

    public init() { words = (0, 0, 0) }

    /// The symbol of a text, or nothing if the text is longer than 24 bytes.
    public init?(_ text: some StringProtocol) {
        var symbol = Symbol()
        guard text.utf8.count <= Symbol.lengthMax else { return nil }
        withUnsafeMutableBytes(of: &symbol.words) { bytes in
            for (index, byte) in text.utf8.enumerated() { bytes[index] = byte }
        }
        self = symbol
    }

    public var text: String {
        withUnsafeBytes(of: words) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    public static func == (left: Symbol, right: Symbol) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}

extension Symbol: Comparable {
    public static func < (left: Symbol, right: Symbol) -> Bool {
        (left.words.0.byteSwapped, left.words.1.byteSwapped, left.words.2.byteSwapped)
            < (right.words.0.byteSwapped, right.words.1.byteSwapped, right.words.2.byteSwapped)
    }
}

extension Symbol: CustomStringConvertible {
    public var description: String { text }
}
