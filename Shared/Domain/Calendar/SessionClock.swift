/// Tells when a session begins, from bars that come in order: a session of New York, or what there is of
/// the day in UTC before and after it.
public struct SessionClock: Sendable {
    /// The day of the session that the last bar was of.
    public private(set) var date = CivilDate(1970, 1, 1)
    public private(set) var endsAt = Timestamp.distantPast

    public init() {}

    /// Takes the moment at which a bar opens; true if the bar is the first of its session.
    public mutating func begins(with moment: Timestamp) -> Bool {
        guard moment >= endsAt else { return false }
        date = moment.dateUTC
        let calendar = TradingCalendar.xnys
        let midnight = (date + 1).midnightUTC
        endsAt =
            calendar.session(containing: moment)?.close
            ?? min(midnight, calendar.next(after: moment)?.open ?? midnight)
        return true
    }
}
