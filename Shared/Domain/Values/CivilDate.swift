/// A day of the Gregorian calendar, without a time or zone. It is kept as a count of days, so that dates compare
/// and index arrays at the speed of integers.
public struct CivilDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; earlier days are negative.
    public var days: Int32

    @inlinable public init(days: Int32) { self.days = days }

    @inlinable public static func < (left: Self, right: Self) -> Bool { left.days < right.days }
}

extension CivilDate {
    /// The day of that name, or nothing where the calendar has none: 2023-02-29.
    public init?(year: Int, month: Int, day: Int) {
        guard
            (-9_999...9_999).contains(year), (1...12).contains(month),
            (1...CivilDate.length(ofMonth: month, in: year)).contains(day)
        else { return nil }
        // A year that begins in March puts the leap day at its end, and the lengths of the months before it
        // repeat every five: 153 days.
        let yearFromMarch = month > 2 ? year : year - 1
        let era = (yearFromMarch >= 0 ? yearFromMarch : yearFromMarch - 399) / 400
        let yearOfEra = yearFromMarch - era * 400
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        days = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// A day that the program names itself, and that exists.
    public init(_ year: Int, _ month: Int, _ day: Int) {
        guard let date = CivilDate(year: year, month: month, day: day) else {
            preconditionFailure("there is no day \(year)-\(month)-\(day)")
        }
        self = date
    }

    /// The year, month and day together, which costs no more than one of them.
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    public var year: Int { parts.year }
    public var month: Int { parts.month }
    public var day: Int { parts.day }

    public var weekday: Weekday {
        let sinceMonday = (Int(days) + 3) % 7
        return Weekday.allCases[sinceMonday < 0 ? sinceMonday + 7 : sinceMonday]
    }

    public static func isLeap(year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    public static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CivilDate: Strideable {
    public func advanced(by days: Int) -> CivilDate { CivilDate(days: self.days + Int32(days)) }
    public func distance(to other: CivilDate) -> Int { Int(other.days) - Int(days) }

    public static func + (date: CivilDate, days: Int) -> CivilDate { date.advanced(by: days) }
    public static func - (date: CivilDate, days: Int) -> CivilDate { date.advanced(by: -days) }
    /// The days from the right date to the left one.
    public static func - (left: CivilDate, right: CivilDate) -> Int { right.distance(to: left) }

    /// The moment the day begins in UTC; traps outside the years 1678 to 2261.
    public var midnightUTC: Timestamp { Timestamp(nanoseconds: Int64(days) * Nanoseconds.day) }
}

extension CivilDate: CustomStringConvertible {
    /// The date as in ISO 8601: `2024-03-11`.
    public var description: String {
        let (year, month, day) = parts
        let digits = String(year.magnitude)
        let padding = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
        return "\(year < 0 ? "-" : "")\(padding)\(digits)-\(twoDigits(month))-\(twoDigits(day))"
    }

    /// Reads `2024-03-11`.
    public init(_ text: some StringProtocol) throws(TimeTextError) {
        var reader = DigitReader(text)
        guard
            let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.atEnd
        else {
            throw TimeTextError(text, "is no date: year, month and day such as 2024-03-11 would be right.")
        }
        guard let date = CivilDate(year: year, month: month, day: day) else {
            throw TimeTextError(text, "is no date: the calendar has no such day.")
        }
        self = date
    }
}
