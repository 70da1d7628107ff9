import Domain

/// What a health check takes for wrong. The figures were set on clean real data: docs/data.md.
public struct HealthLimits: Sendable {
    /// The sessions that bars have to fill; nothing for a market that never closes.
    public var calendar: TradingCalendar? = .xnys
    /// Now, for what lies in the future and for what ends too early; nothing where age means nothing.
    public var asOf: Timestamp?
    /// A change of price is looked at when it is above this share, and above so many usual ones.
    public var changeOfDay = 0.4
    public var changeInDay = 0.05
    public var usualChanges = 15.0
    /// A high or low that the market left again is looked at when it is so many times as far away.
    public var wickTimes = 1.5
    /// What is usual is told from so many bars before.
    public var window = 63
    /// A volume is looked at when it is so many times the median of the bars before.
    public var volumeTimes = 100.0
    /// So many bars alike in a row are frozen.
    public var alikeMax = 5
    /// How far two providers may be apart, as a share.
    public var tolerance = 0.005
    /// So many sessions may be missing at the end before a series is stale.
    public var staleSessions = 1

    public init() {}
}
