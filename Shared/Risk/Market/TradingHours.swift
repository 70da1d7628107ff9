import Domain

/// When a market is open, as far as the checks of hours and of the age of data ask.
public struct TradingHours: Sendable {
    private let calendar: TradingCalendar?

    /// The sessions of a calendar; open without end where there is none.
    public init(_ calendar: TradingCalendar?) { self.calendar = calendar }

    public static let continuous = TradingHours(nil)
    public static let xnys = TradingHours(.xnys)

    /// How many intervals of a span have passed while the market was open: a weekend makes no bar older.
    public func intervals(of span: Int64, from last: Timestamp, to now: Timestamp) -> Double {
        guard now > last, span > 0 else { return 0 }
        guard let calendar else { return Double(now - last) / Double(span) }
        let days = (now.dateUTC - last.dateUTC)
        if span >= Nanoseconds.day {
            let ended = calendar.sessions(from: last.dateUTC, to: now.dateUTC).count {
                $0.close > last && $0.close <= now
            }
            return Double(ended) * Double(Nanoseconds.day) / Double(span)
        }
        // Beyond a month nobody counts minutes.
        guard days < 31 else { return Double(days) * Double(Nanoseconds.hour) / Double(span) }
        let open = calendar.sessions(from: last.dateUTC, to: now.dateUTC).reduce(Int64(0)) {
            $0 + max(0, min($1.close, now) - max($1.open, last))
        }
        return Double(open) / Double(span)
    }

    /// Whether an order of this moment is meant for the session that is open, or for the next one because the bar that
    /// it was decided on ended a session: one interval after the close is still in time.
    func isInTime(_ now: Timestamp, span: Int64) -> Bool {
        guard let calendar, calendar.covers(now.dateUTC) else { return true }
        if span >= Nanoseconds.day { return true }
        guard let session = calendar.session(on: now.dateUTC) else { return false }
        return session.open <= now && now <= session.close + span
    }
}
