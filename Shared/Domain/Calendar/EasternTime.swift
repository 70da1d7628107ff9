/// The local time of New York, by the daylight saving rules of the United States since 1967. Earlier years count
/// as standard time throughout.
public enum EasternTime {
    static let standardOffset = -5 * Nanoseconds.hour
    static let daylightOffset = -4 * Nanoseconds.hour

    /// From the year `since` on, daylight saving begins and ends on these days at two in the morning.
    private static let rules: [(since: Int, begins: DayRule, ends: DayRule)] = [
        (2007, .nth(2, .sunday, month: 3), .nth(1, .sunday, month: 11)),
        (1987, .nth(1, .sunday, month: 4), .last(.sunday, month: 10)),
        (1976, .last(.sunday, month: 4), .last(.sunday, month: 10)),
        (1975, .fixed(month: 2, day: 23), .last(.sunday, month: 10)),
        (1974, .fixed(month: 1, day: 6), .last(.sunday, month: 10)),
        (1967, .last(.sunday, month: 4), .last(.sunday, month: 10)),
    ]

    /// Daylight saving of a year as moments, or nothing where it had none.
    private static func daylight(in year: Int) -> (begins: Timestamp, ends: Timestamp)? {
        guard let rule = rules.first(where: { year >= $0.since }) else { return nil }
        let two = 2 * Nanoseconds.hour
        return (
            rule.begins.date(in: year).midnightUTC + two - standardOffset,
            rule.ends.date(in: year).midnightUTC + two - daylightOffset
        )
    }

    /// What is added to UTC at that moment to give the local time, in nanoseconds.
    public static func offset(at moment: Timestamp) -> Int64 {
        guard let daylight = daylight(in: (moment + standardOffset).dateUTC.year) else {
            return standardOffset
        }
        return moment >= daylight.begins && moment < daylight.ends ? daylightOffset : standardOffset
    }

    /// The local date and the span since local midnight on the clock.
    public static func local(at moment: Timestamp) -> (date: CivilDate, sinceMidnight: Int64) {
        let shown = moment + offset(at: moment)
        return (shown.dateUTC, shown.sinceMidnightUTC)
    }

    /// The moment when a clock in New York shows that time. In the hour that is shown twice in autumn it is the
    /// first of the two; the hour that spring leaves out is read as if standard time still held.
    public static func moment(on date: CivilDate, at sinceMidnight: Int64) -> Timestamp {
        let shown = date.midnightUTC + sinceMidnight
        let asDaylight = shown - daylightOffset
        return offset(at: asDaylight) == daylightOffset ? asDaylight : shown - standardOffset
    }
}
