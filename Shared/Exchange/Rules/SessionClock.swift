import Domain

/// Knows of a moment in which session an order of the day, of the open or of the close belongs. The answers of the
/// last session asked for are kept: orders come in order of time.
struct SessionClock {
    /// Auction orders are taken until so long before the open and the close.
    static let openCutOff = 2 * Nanoseconds.minute
    static let closeCutOff = 10 * Nanoseconds.minute
    /// Outside the years of the calendar an order of the day stands for so long.
    static let unknownDay = 7 * Nanoseconds.day

    struct Day: BitwiseCopyable {
        var open: Timestamp
        var close: Timestamp
    }

    private let calendar: TradingCalendar?
    /// The first session that closes after any moment from `since` on and before its own close.
    private var since: Timestamp = .distantFuture
    private var day = Day(open: .zero, close: .zero)

    init(_ hours: ExchangeRules.Hours) { calendar = hours == .xnys ? .xnys : nil }

    /// The first session that closes after a moment.
    mutating func day(closingAfter moment: Timestamp) -> Day {
        if moment >= since, moment < day.close { return day }
        guard let calendar else {
            let midnight = moment.floored(to: Nanoseconds.day)
            day = Day(open: midnight, close: midnight + Nanoseconds.day)
            since = midnight
            return day
        }
        let sessions = calendar.sessions
        var index = calendar.index(onOrAfter: moment.dateUTC)
        while index < sessions.count, sessions[index].close <= moment { index += 1 }
        guard index < sessions.count, index > 0 || sessions[0].date == moment.dateUTC else {
            return Day(open: moment, close: moment + SessionClock.unknownDay)
        }
        day = Day(open: sessions[index].open, close: sessions[index].close)
        since = index > 0 ? sessions[index - 1].close : sessions[index].open
        return day
    }

    /// The session whose opening auction an order is for, or nothing if it comes between the cut-off and the open.
    mutating func opening(after moment: Timestamp) -> Day? {
        var day = day(closingAfter: moment)
        if day.open <= moment { day = self.day(closingAfter: day.close) }
        return moment <= day.open - SessionClock.openCutOff || calendar == nil ? day : nil
    }

    /// The session whose closing auction an order is for, or nothing if it comes between the cut-off and the close.
    mutating func closing(after moment: Timestamp) -> Day? {
        let day = day(closingAfter: moment)
        return moment <= day.close - SessionClock.closeCutOff || calendar == nil ? day : nil
    }
}
