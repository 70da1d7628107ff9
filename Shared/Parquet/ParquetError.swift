/// Why a Parquet file could not be read or written: a sentence with the file, what is wrong, and what would be right.
public struct ParquetError: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) { self.description = description }

    /// The same with a place in front of it.
    func at(_ place: String) -> ParquetError { ParquetError("\(place): \(description)") }
}
