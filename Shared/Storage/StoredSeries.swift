import Domain

/// What is stored of one symbol at one length of bar.
public struct StoredSeries: Equatable, Sendable {
    public var symbol: Symbol
    /// The length of a bar in nanoseconds.
    public var span: Int64
    /// How many bars there are.
    public var count: Int
    /// When the oldest bar opened.
    public var first: Timestamp
    /// When the newest bar opened.
    public var last: Timestamp

    public init(symbol: Symbol, span: Int64, count: Int, first: Timestamp, last: Timestamp) {
        self.symbol = symbol
        self.span = span
        self.count = count
        self.first = first
        self.last = last
    }
}
