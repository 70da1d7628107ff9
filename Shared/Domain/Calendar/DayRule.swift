/// The rule by which a year has a day: a date, the nth weekday of a month, or a distance from Easter.
public enum DayRule: Hashable, Sendable {
    case fixed(month: Int, day: Int)
    /// The first (1), second (2)… such weekday of a month, and a number of days after it.
    case nth(Int, Weekday, month: Int, plus: Int = 0)
    case last(Weekday, month: Int)
    case easter(plus: Int)

    public func date(in year: Int) -> CivilDate {
        switch self {
        case .fixed(let month, let day):
            return CivilDate(year, month, day)
        case .nth(let number, let weekday, let month, let plus):
            let first = CivilDate(year, month, 1)
            let toWeekday = (weekday.rawValue - first.weekday.rawValue + 7) % 7
            return first + (toWeekday + 7 * (number - 1) + plus)
        case .last(let weekday, let month):
            let last = CivilDate(year, month, CivilDate.length(ofMonth: month, in: year))
            return last - (last.weekday.rawValue - weekday.rawValue + 7) % 7
        case .easter(let plus):
            return easterSunday(in: year) + plus
        }
    }
}

/// Easter Sunday of the Gregorian calendar, by the computus of Meeus, Jones and Butcher.
private func easterSunday(in year: Int) -> CivilDate {
    let moonYear = year % 19
    let century = year / 100
    let yearOfCentury = year % 100
    let correction = (century - (century + 8) / 25 + 1) / 3
    let epact = (19 * moonYear + century - century / 4 - correction + 15) % 30
    let toSunday = (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
    let late = (moonYear + 11 * epact + 22 * toSunday) / 451
    let sinceMarch = epact + toSunday - 7 * late + 114
    return CivilDate(year, sinceMarch / 31, sinceMarch % 31 + 1)
}
