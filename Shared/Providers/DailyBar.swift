import Domain

// A daily bar has a date and no time. It opens when the exchange's session of that date opens, and is known when
// that session closes: at 16:00 in New York, at 13:00 on a half day, in summer an hour earlier by UTC than in
// winter. Its span is a day all the same (`Bar.closesAt`). A day without a session can have no bar.

/// The session of a daily bar of that date, or a sentence's part about what would be right instead.
@inline(__always)
func dailySession(of date: CivilDate) -> Result<Session, DailyFault> {
    if let session = TradingCalendar.xnys.session(on: date) { return .success(session) }
    return .failure(DailyFault(of: date))
}

/// A date on which the exchange does not trade, or of which the calendar does not know.
struct DailyFault: Error {
    /// What a daily bar's date would have to be, for a sentence that ends in "would be right".
    let right: String

    init(of date: CivilDate) {
        let calendar = TradingCalendar.xnys
        let (first, last) = (calendar.range.lowerBound, calendar.range.upperBound)
        if !calendar.covers(date) {
            right = "a date from \(first) to \(last), which the calendar of \(calendar.name) covers,"
        } else {
            let weekday = date.weekday == .saturday ? "a Saturday" : "a Sunday"
            let reason = calendar.closure(on: date) ?? weekday
            right = "a date with a session (\(calendar.name) does not trade on that one, \(reason))"
        }
    }
}
