import Domain

/// When an entry may begin: not in the first and last minutes of a session.
enum EntryWindow {
    /// The first moment from `now` on at which an entry may begin. One that comes too late in a session waits for the
    /// next, because a signal that still holds is not given a second time. Bars of a day know no minutes: there an
    /// order trades at the open, and no window is asked for.
    static func opening(from now: Timestamp, window: Int64, isDaily: Bool) -> Timestamp {
        guard window > 0, !isDaily else { return now }
        let calendar = TradingCalendar.xnys
        var session = calendar.session(containing: now) ?? calendar.next(after: now)
        while let current = session {
            let first = current.open + window
            let last = current.close - window
            if max(now, first) < last { return max(now, first) }
            session = calendar.next(after: current.open)
        }
        return now
    }
}
