import Domain

/// Where fetched bars go, and what is there already.
public protocol BarSink: AnyObject {
    /// The sessions of which a series has bars.
    func days(of symbol: Symbol, _ span: Interval) throws(SinkFault) -> Set<CivilDate>

    /// The sessions of which a series has none because nobody has any, as was found out before.
    func emptyDays(of symbol: Symbol, _ span: Interval) throws(SinkFault) -> Set<CivilDate>

    /// Adds whole sessions of a series, oldest first. When it comes back they are there to stay.
    func append(_ bars: [Bar], of symbol: Symbol, _ span: Interval, provider: String, at now: Timestamp)
        throws(SinkFault)

    /// Remembers sessions of which nobody has bars.
    func note(empty days: [CivilDate], of symbol: Symbol, _ span: Interval) throws(SinkFault)

    /// Puts the splits and dividends of a symbol in the place of what is known from `first` to `last`.
    func replace(
        actions: [CorporateAction], of symbol: Symbol, _ days: ClosedRange<CivilDate>
    ) throws(SinkFault)

    /// Whether anything was ever said about a symbol's actions.
    func knowsActions(of symbol: Symbol) -> Bool
}

/// Why what was fetched cannot be kept.
public struct SinkFault: Error, CustomStringConvertible, Sendable {
    public let description: String
    public init(_ description: String) { self.description = description }
}
