import Domain

/// What a store has of one series, from its manifest alone.
public struct SeriesSummary: Equatable, Sendable {
    public var key: SeriesKey
    public var rows: Int
    /// When the oldest and the newest bar opened.
    public var first: Timestamp
    public var last: Timestamp
    /// Who brought them, in the order of the alphabet.
    public var providers: [String]
    public var files: Int
    public var bytes: Int
    /// How often the series was written.
    public var version: Int
}
