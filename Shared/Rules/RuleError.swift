/// What is wrong with a rule: where in its text, and what would be right.
public struct RuleError: Error, Hashable, CustomStringConvertible {
    /// How many bytes of the text stand before the place.
    public let offset: Int
    public let description: String
    /// The word that was not known, and those that are: for a caller who can guess what was meant.
    public let unknown: String?
    public let known: [String]

    public init(at offset: Int, _ description: String, unknown: String? = nil, known: [String] = []) {
        self.offset = offset
        self.description = description
        self.unknown = unknown
        self.known = known
    }
}
