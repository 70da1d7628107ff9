import Domain

/// Which file a bar belongs to: a month's, or for bars of a day and more a decade's, by its opening in UTC.
struct Period: Hashable, Comparable {
    /// `2024-03`, or `2020s`.
    let name: String
    /// The first moment of it, and the first after it.
    let range: Range<Int64>

    init(of moment: Int64, interval: Interval) {
        let (year, month, _) = Timestamp(nanoseconds: moment).dateUTC.parts
        if interval >= .day {
            let decade = year / 10 * 10
            name = "\(decade)s"
            range = Period.begin(decade, 1)..<Period.begin(decade + 10, 1)
        } else {
            name = "\(year)-\(month < 10 ? "0" : "")\(month)"
            range =
                Period.begin(
                    year, month)..<(month == 12 ? Period.begin(year + 1, 1) : Period.begin(year, month + 1))
        }
    }

    /// Moments end in 2262, in the middle of a decade.
    private static func begin(_ year: Int, _ month: Int) -> Int64 {
        year < 1678 ? .min : year > 2261 ? .max : CivilDate(year, month, 1).midnightUTC.nanoseconds
    }

    static func < (left: Self, right: Self) -> Bool { left.range.lowerBound < right.range.lowerBound }
}
