/// Why a text or a number is no value of a decimal type: one sentence that names it, the place, and what would
/// be right.
public struct DecimalError: Error, Hashable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        case empty, unexpected, notFinite, tooManyDigits, tooLarge
    }

    public let reason: Reason
    /// The byte where reading stopped, counted from 1; 0 where the whole is meant.
    public let position: Int
    public let description: String

    init(_ reason: Reason, in bytes: Span<UInt8>, at index: Int? = nil, digits: Int, range: String) {
        let text = quoted(bytes)
        self.reason = reason
        position = index.map { $0 + 1 } ?? 0
        description =
            switch reason {
            case .empty: "The number is empty, where digits such as 187.25 would be right."
            case .unexpected where position > bytes.count:
                "\(text) ends where a digit would be right."
            case .unexpected:
                "\(text) is no number: \(quoted(bytes.extracting(position - 1..<position))) at position "
                    + "\(position), where a number such as 187.25 or 1.5e3 would go on or end."
            case .notFinite: "\(text) is not finite, where digits such as 187.25 would be right."
            case .tooManyDigits:
                "\(text) has a digit at position \(position) that is finer than the \(digits) decimal places "
                    + "there are: round it first."
            case .tooLarge: "\(text) is out of range: \(range) can be held."
            }
    }

    init(_ reason: Reason, of number: Double, digits: Int, range: String) {
        self.reason = reason
        position = 0
        description =
            switch reason {
            case .notFinite: "\(number) is not finite, where a number such as 187.25 would be right."
            case .tooManyDigits:
                "\(number) is finer than the \(digits) decimal places there are: round it first."
            default: "\(number) is out of range: \(range) can be held."
            }
    }
}

/// The beginning of a text in quotation marks, with what cannot be printed shown as a full stop.
func quoted(_ bytes: Span<UInt8>) -> String {
    var shown: [UInt8] = []
    for index in 0..<min(bytes.count, 40) {
        let byte = bytes[index]
        shown.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: ".") : byte)
    }
    return "\"\(String(decoding: shown, as: UTF8.self))\(bytes.count > 40 ? "…" : "")\""
}
