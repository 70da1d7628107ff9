import Domain
import Exchange

/// When the venue is open: the sessions of New York, or without end.
struct VenueHours {
    let isContinuous: Bool
    private let calendar = TradingCalendar.xnys

    init(_ hours: ExchangeRules.Hours) { isContinuous = hours == .continuous }

    func isOpen(at moment: Timestamp) -> Bool { isContinuous || calendar.isOpen(at: moment) }

    /// The end of the session that a day order of this moment belongs to.
    func endOfDay(after moment: Timestamp) -> Timestamp {
        if isContinuous { return moment.floored(to: Nanoseconds.day) + Nanoseconds.day }
        if let session = calendar.session(containing: moment) { return session.close }
        return calendar.next(after: moment)?.close ?? moment
    }

    /// Orders for the open are taken until two minutes before it.
    func takesOpening(at moment: Timestamp) -> Bool {
        if isContinuous { return true }
        guard let next = calendar.next(after: moment) else { return false }
        return moment <= next.open - 2 * Nanoseconds.minute
    }

    /// Orders for the close are taken until ten minutes before it.
    func takesClosing(at moment: Timestamp) -> Bool {
        isContinuous || moment <= endOfDay(after: moment) - 10 * Nanoseconds.minute
    }

    func nextOpen(after moment: Timestamp) -> Timestamp { calendar.next(after: moment)?.open ?? moment }

    func nextClose(after moment: Timestamp) -> Timestamp {
        if let session = calendar.session(containing: moment) { return session.close }
        return calendar.next(after: moment)?.close ?? moment
    }

    /// When the state of the market changes next.
    func nextBoundary(after moment: Timestamp) -> Timestamp {
        if isContinuous { return endOfDay(after: moment) }
        return calendar.session(containing: moment)?.close ?? calendar.next(after: moment)?.open
            ?? .distantFuture
    }

    /// The day of New York that a moment belongs to.
    static func day(of moment: Timestamp) -> CivilDate { EasternTime.local(at: moment).date }
}
