import Domain

/// Where bars come from: instant after instant, oldest first.
public protocol BarSource {
    /// The next instant, strictly later than the one before; nothing at the end.
    ///
    /// After an error every further call gives the same error: a source does not go on past what it could not
    /// read.
    mutating func next() throws(SourceError) -> Instant?

    /// Goes on after that moment: instants up to and including it are passed over.
    mutating func skip(through moment: Timestamp)
}

/// The bars that become known at one moment.
public struct Instant: Equatable, Sendable {
    /// When the bars are known: their close.
    public var at: Timestamp
    /// Sorted by symbol, and by span where a symbol has several.
    public var bars: [Bar]
    /// What companies did to their shares since the instant before, where the source knows it by itself.
    public var actions: [CorporateAction]

    public init(at: Timestamp, bars: [Bar], actions: [CorporateAction] = []) {
        self.at = at
        self.bars = bars
        self.actions = actions
    }
}

/// Why a source cannot go on: a sentence with the file, line and column, what was found, what would be right.
public struct SourceError: Error, CustomStringConvertible, Sendable {
    public let description: String
    public init(_ description: String) { self.description = description }
}
