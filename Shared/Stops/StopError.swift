/// A stop or target that cannot be: one sentence that says what is wrong and what would be right. For a name that is not
/// known, the names that are, so that the nearest can be offered.
public struct StopError: Error, Equatable, CustomStringConvertible {
    public let description: String
    public let unknown: String?
    public let known: [String]

    public init(_ description: String, unknown: String? = nil, known: [String] = []) {
        self.description = description
        self.unknown = unknown
        self.known = known
    }
}
