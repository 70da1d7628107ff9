/// When an exchange trades, as data: its hours, its holidays, its short days, and what happened besides.
public struct TradingRules: Sendable {
    /// A day on which the exchange does not open, in the years in which it keeps it.
    struct Holiday: Sendable {
        let name: String
        var years: ClosedRange<Int> = TradingRules.always
        let day: DayRule
        var observed: Observance = .onTheDay
    }

    /// Where a holiday goes that falls on a weekend.
    enum Observance: Sendable {
        /// Nowhere: it is not made up for.
        case onTheDay
        /// Sunday's is kept on Monday, Saturday's is not made up for.
        case sundayOnMonday
        /// Sunday's is kept on Monday, Saturday's on Friday.
        case nearestWeekday

        func date(for date: CivilDate) -> CivilDate {
            switch (self, date.weekday) {
            case (.sundayOnMonday, .sunday), (.nearestWeekday, .sunday): date + 1
            case (.nearestWeekday, .saturday): date - 1
            default: date
            }
        }
    }

    /// A day on which the exchange closes early if it falls on one of the weekdays.
    struct HalfDay: Sendable {
        let name: String
        let years: ClosedRange<Int>
        let day: DayRule
        var weekdays: Set<Weekday> = [.monday, .tuesday, .wednesday, .thursday, .friday]
        let close: Int64
    }

    /// A single day, or several in a row, on which something happened.
    struct Closure: Sendable {
        let from: CivilDate
        let through: CivilDate
        let reason: String

        init(_ date: CivilDate, _ reason: String) { self.init(date, date, reason) }

        init(_ from: CivilDate, _ through: CivilDate, _ reason: String) {
            self.from = from
            self.through = through
            self.reason = reason
        }
    }

    /// A single day on which the exchange closed early.
    struct EarlyClose: Sendable {
        let date: CivilDate
        let close: Int64
        let reason: String
    }

    static let always = 1900...2199

    let years: ClosedRange<Int>
    /// Local hours, as spans since midnight.
    let open: Int64
    let close: Int64
    let holidays: [Holiday]
    let halfDays: [HalfDay]
    let closures: [Closure]
    let earlyCloses: [EarlyClose]
}

extension TradingRules {
    /// Why the exchange does not open on the days of a year that are no weekends.
    func closures(in year: Int) -> [CivilDate: String] {
        var reasons: [CivilDate: String] = [:]
        for holiday in holidays where holiday.years.contains(year) {
            reasons[holiday.observed.date(for: holiday.day.date(in: year))] = holiday.name
        }
        for closure in closures where closure.from.year == year {
            for date in closure.from...closure.through { reasons[date] = closure.reason }
        }
        return reasons.filter { !$0.key.weekday.isWeekend }
    }

    /// The early closes of a year, as spans since local midnight, and why.
    func earlyCloses(in year: Int) -> [CivilDate: EarlyClose] {
        var closes: [CivilDate: EarlyClose] = [:]
        for halfDay in halfDays where halfDay.years.contains(year) {
            let date = halfDay.day.date(in: year)
            guard halfDay.weekdays.contains(date.weekday) else { continue }
            closes[date] = EarlyClose(date: date, close: halfDay.close, reason: halfDay.name)
        }
        for early in earlyCloses where early.date.year == year { closes[early.date] = early }
        return closes
    }
}
