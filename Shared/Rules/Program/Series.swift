/// What a rule can look at besides indicators: the bar, the clock, the session, and what the rules themselves hold.
public enum Series: Int, CaseIterable, Sendable {
    // The first six are a candle, in its order.
    case open, high, low, close, volume, session
    case time, weekday, day, month
    case minutesLeft, sessionBar, sessionOpen, sessionHigh, sessionLow, previousClose
    case position, entry, barsSinceEntry

    public var name: String {
        switch self {
        case .minutesLeft: "minutes_left"
        case .sessionBar: "session_bar"
        case .sessionOpen: "session_open"
        case .sessionHigh: "session_high"
        case .sessionLow: "session_low"
        case .previousClose: "previous_close"
        case .barsSinceEntry: "bars_since_entry"
        default: "\(self)"
        }
    }

    public var meaning: String {
        switch self {
        case .open: "the price at which the bar opened"
        case .high: "the highest price of the bar"
        case .low: "the lowest price of the bar"
        case .close: "the price at which the bar closed"
        case .volume: "the shares that were traded in the bar"
        case .session: "the number of the session's day: another one, another session"
        case .time: "the time of day in New York when the bar is over: time >= 09:45"
        case .weekday: "1 on Mondays to 7 on Sundays, in New York"
        case .day: "the day of the month, in New York"
        case .month: "1 to 12, in New York"
        case .minutesLeft: "minutes from the end of the bar to the end of its session"
        case .sessionBar: "1 for the first bar of the session, 2 for the next"
        case .sessionOpen: "the open of the session's first bar"
        case .sessionHigh: "the highest price of the session so far"
        case .sessionLow: "the lowest price of the session so far"
        case .previousClose: "the last close of the session before"
        case .position: "1 while the rules are long, -1 while they are short, 0 while they are out"
        case .entry: "what was paid, or the close of the entry until that is known; nothing while out"
        case .barsSinceEntry: "bars since the one that was decided on; nothing while out"
        }
    }

    /// How many bars it takes until there is one.
    var warmUp: Int { self == .previousClose ? 2 : 1 }
    var isOfClock: Bool { rawValue >= Series.time.rawValue && rawValue <= Series.month.rawValue }
    var isOfSession: Bool {
        self == .session
            || rawValue >= Series.minutesLeft.rawValue && rawValue <= Series.previousClose.rawValue
    }

    static func named(_ name: String) -> Series? { allCases.first { $0.name == name } }
}
