/// Why something could not be stored or read: a sentence with the place, the statement and the database's own words.
public struct StorageError: Error, CustomStringConvertible, Sendable {
    /// What a caller may want to do differently.
    public enum Kind: Sendable {
        /// No room: what waits is kept, and can be committed once there is space.
        case full
        /// The file may not be written.
        case readOnly
        /// Not a database, or a damaged one.
        case corrupt
        /// Another process holds the file, or has moved the shard on.
        case locked
        /// A newer program wrote the file.
        case newerSchema
        /// The file cannot be opened, or the server cannot be reached.
        case unreachable
        /// A row of that key is there already.
        case clash
        /// What was handed over cannot be stored.
        case refused
        case other
    }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// A text as a part of a sentence.
func oneLine(_ text: String, _ limit: Int = 80) -> String {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.count <= limit ? words : words.prefix(limit - 1) + "…"
}
