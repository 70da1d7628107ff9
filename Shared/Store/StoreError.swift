/// Why bars could not be stored or read: a sentence with the file, what is wrong, and what would be right.
public struct StoreError: Error, CustomStringConvertible, Sendable {
    /// What a caller may want to do differently.
    public enum Kind: Sendable {
        /// There is no such store, series or snapshot.
        case missing
        /// A file is not what was written: bits have changed, an end is cut off, or it is gone.
        case damaged
        /// What was handed over cannot be stored.
        case refused
        /// Another process writes the series.
        case locked
        /// The disk is full.
        case full
        case other
    }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
