import Domain

/// What the gatekeeper lets pass.
public struct GateLimits: Sendable {
    /// The sessions that data have to lie in; nothing for a market that never closes.
    public var calendar: TradingCalendar?
    /// Minutes before the open and after the close that count as the session, for bars, quotes and trades.
    public var earlyMinutes = 0
    public var lateMinutes = 0
    /// How far a price may be from the one before it, as a share of that one, with no action to explain it.
    public var jump = 0.5
    /// So many data in a row near the same new price make it the price: a market may really have moved.
    public var confirmations = 3
    /// How long, in nanoseconds, a quote may stay crossed or locked and still pass.
    public var crossedGrace: Int64 = Nanoseconds.second
    /// How old, in nanoseconds, a datum may be when it comes; 0 where age means nothing, as in a replay.
    public var ageMax: Int64 = 0
    /// After so many nanoseconds of an open session without a datum a symbol is said to be silent; 0 for never.
    public var silenceMax: Int64 = 0

    public init(calendar: TradingCalendar? = .xnys) { self.calendar = calendar }

    /// Whether a moment lies in a session, with the minutes around it.
    func isOpen(at moment: Timestamp) -> Bool { session(at: moment) != nil || calendar == nil }

    /// The session that a moment belongs to, with the minutes around it.
    func session(at moment: Timestamp) -> Session? {
        guard let session = calendar?.session(on: EasternTime.local(at: moment).date) else { return nil }
        let first = session.open - Int64(earlyMinutes) * Nanoseconds.minute
        let end = session.close + Int64(lateMinutes) * Nanoseconds.minute
        return first <= moment && moment < end ? session : nil
    }
}
