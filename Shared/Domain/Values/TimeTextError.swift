/// A text that is no date, time or interval: one sentence that names it, what is wrong, and what would be right.
public struct TimeTextError: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(_ text: some StringProtocol, _ complaint: String) {
        let text = String(text)
        description = "\(quoted(text.utf8.span)) \(complaint)"
    }
}
