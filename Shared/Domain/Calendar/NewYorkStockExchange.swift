/// The days and hours of the New York Stock Exchange (XNYS) from 1990 on, as the exchange announced them.
extension TradingRules {
    private static let one = 13 * Nanoseconds.hour
    private static let two = 14 * Nanoseconds.hour

    static let newYorkStockExchange = TradingRules(
        years: 1990...2035,
        open: 9 * Nanoseconds.hour + 30 * Nanoseconds.minute,
        close: 16 * Nanoseconds.hour,
        holidays: [
            // A New Year's Day on a Saturday is not kept: the Friday before ends a month and a year of accounts.
            Holiday(name: "New Year's Day", day: .fixed(month: 1, day: 1), observed: .sundayOnMonday),
            Holiday(name: "Martin Luther King Jr. Day", years: 1998...2199, day: .nth(3, .monday, month: 1)),
            Holiday(name: "Washington's Birthday", day: .nth(3, .monday, month: 2)),
            Holiday(name: "Good Friday", day: .easter(plus: -2)),
            Holiday(name: "Memorial Day", day: .last(.monday, month: 5)),
            Holiday(
                name: "Juneteenth", years: 2022...2199, day: .fixed(month: 6, day: 19),
                observed: .nearestWeekday),
            Holiday(name: "Independence Day", day: .fixed(month: 7, day: 4), observed: .nearestWeekday),
            Holiday(name: "Labor Day", day: .nth(1, .monday, month: 9)),
            Holiday(name: "Thanksgiving", day: .nth(4, .thursday, month: 11)),
            Holiday(name: "Christmas", day: .fixed(month: 12, day: 25), observed: .nearestWeekday),
        ],
        halfDays: [
            // Two in the afternoon until 1992, one since.
            HalfDay(
                name: "day after Thanksgiving", years: 1992...1992,
                day: .nth(4, .thursday, month: 11, plus: 1), close: two),
            HalfDay(
                name: "day after Thanksgiving", years: 1993...2199,
                day: .nth(4, .thursday, month: 11, plus: 1), close: one),
            // On a Friday Christmas itself is kept, and the exchange does not open.
            HalfDay(
                name: "Christmas Eve", years: 1990...1992, day: .fixed(month: 12, day: 24),
                weekdays: [.monday, .tuesday, .wednesday, .thursday], close: two),
            HalfDay(
                name: "Christmas Eve", years: 1993...2199, day: .fixed(month: 12, day: 24),
                weekdays: [.monday, .tuesday, .wednesday, .thursday], close: one),
            HalfDay(
                name: "day before Independence Day", years: 1995...2199, day: .fixed(month: 7, day: 3),
                weekdays: [.monday, .tuesday, .thursday], close: one),
            // Around a holiday on a Thursday, the Friday after was the short day until 2012, the Wednesday
            // before has been since.
            HalfDay(
                name: "day after Independence Day", years: 1995...2012, day: .fixed(month: 7, day: 5),
                weekdays: [.friday], close: one),
            HalfDay(
                name: "day before Independence Day", years: 2013...2199, day: .fixed(month: 7, day: 3),
                weekdays: [.wednesday], close: one),
        ],
        closures: [
            Closure(CivilDate(1994, 4, 27), "mourning for President Nixon"),
            Closure(CivilDate(2001, 9, 11), CivilDate(2001, 9, 14), "the attacks of September 11"),
            Closure(CivilDate(2004, 6, 11), "mourning for President Reagan"),
            Closure(CivilDate(2007, 1, 2), "mourning for President Ford"),
            Closure(CivilDate(2012, 10, 29), CivilDate(2012, 10, 30), "Hurricane Sandy"),
            Closure(CivilDate(2018, 12, 5), "mourning for President George H. W. Bush"),
            Closure(CivilDate(2025, 1, 9), "mourning for President Carter"),
        ],
        earlyCloses: [
            EarlyClose(date: CivilDate(1997, 12, 26), close: one, reason: "day after Christmas"),
            EarlyClose(date: CivilDate(1999, 12, 31), close: one, reason: "eve of the year 2000"),
            EarlyClose(date: CivilDate(2003, 12, 26), close: one, reason: "day after Christmas"),
        ])
}
