import Domain

/// A date of the proleptic Gregorian calendar as the number of days since 1970-01-01.
struct CivilDate: Equatable {
    var days: Int

    init(days: Int) { self.days = days }

    /// Nothing if there is no such date, or if it is too far away for a timestamp.
    @inline(__always)
    init?(year: Int, month: Int, day: Int) {
        guard (1700...2200).contains(year), (1...12).contains(month), day >= 1,
            day <= CivilDate.length(of: month, in: year)
        else { return nil }
        // Years that begin in March put the leap day last (Howard Hinnant, days_from_civil).
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The year, month and day of dates from 0000-03-01 on.
    var parts: (year: Int, month: Int, day: Int) {
        let since = days + 719_468
        let era = since / 146_097
        let dayOfEra = since % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    /// Monday to Friday; 1970-01-01 was a Thursday.
    var isWeekday: Bool {
        let fromMonday = (days + 3) % 7
        return (fromMonday < 0 ? fromMonday + 7 : fromMonday) < 5
    }

    static let dayNanoseconds: Int64 = 86_400_000_000_000

    /// Midnight UTC.
    var midnight: Int64 { Int64(days) * CivilDate.dayNanoseconds }

    /// The date in UTC.
    init(of moment: Timestamp) {
        let day = CivilDate.dayNanoseconds
        let days = moment.nanoseconds / day
        self.days = Int(moment.nanoseconds % day < 0 ? days - 1 : days)
    }
}

/// A moment for a sentence: `2012-01-03T14:30:00Z`, with a fraction only where there is one.
func written(_ moment: Timestamp) -> String {
    let date = CivilDate(of: moment)
    let (year, month, day) = date.parts
    let remainder = moment.nanoseconds % CivilDate.dayNanoseconds
    let nanoseconds = remainder < 0 ? remainder + CivilDate.dayNanoseconds : remainder
    let seconds = Int(nanoseconds / 1_000_000_000)
    var text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    text += "T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    let fraction = Int(nanoseconds % 1_000_000_000)
    return text + (fraction == 0 ? "" : ".\(padded(fraction, 9))") + "Z"
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
