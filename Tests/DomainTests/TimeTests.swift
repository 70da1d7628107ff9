import Domain
import Testing

@Suite("Dates and times")
struct TimeTests {
    @Test("dates follow one another from 1599 to 2401 as the calendar has them")
    func everyDay() {
        var days = CivilDate(1599, 12, 31).days
        var weekday = 5  // 1599-12-31 was a Friday.
        for year in 1600...2400 {
            for month in 1...12 {
                for day in 1...CivilDate.length(ofMonth: month, in: year) {
                    days += 1
                    weekday = weekday % 7 + 1
                    let date = CivilDate(year, month, day)
                    guard date.days == days, date.parts == (year, month, day),
                        date.weekday.rawValue == weekday
                    else {
                        Issue.record("\(year)-\(month)-\(day) is \(date)")
                        return
                    }
                }
            }
        }
        #expect(CivilDate(1970, 1, 1).days == 0)
        #expect(CivilDate(2000, 3, 1).description == "2000-03-01")
        #expect(CivilDate(2024, 3, 11) - CivilDate(2024, 2, 28) == 12)
        #expect(CivilDate(1970, 1, 2).midnightUTC.nanoseconds == Nanoseconds.day)
    }

    @Test(
        "a moment is printed in UTC and read with any offset",
        arguments: [
            ("2024-03-11T13:30:00Z", 1_710_163_800_000_000_000, "2024-03-11T13:30:00Z"),
            ("2024-03-11T09:30:00-04:00", 1_710_163_800_000_000_000, "2024-03-11T13:30:00Z"),
            ("2024-03-11 19:00+0530", 1_710_163_800_000_000_000, "2024-03-11T13:30:00Z"),
            ("2024-03-11t14:30:00.000000000+01", 1_710_163_800_000_000_000, "2024-03-11T13:30:00Z"),
            ("1970-01-01T00:00:00.000000001Z", 1, "1970-01-01T00:00:00.000000001Z"),
            ("1969-12-31T23:59:59.5z", -500_000_000, "1969-12-31T23:59:59.500Z"),
            ("2024-02-29T23:59:59.000120Z", 1_709_251_199_000_120_000, "2024-02-29T23:59:59.000120Z"),
            ("2262-04-11T23:47:16.854775807Z", Int64.max, "2262-04-11T23:47:16.854775807Z"),
            ("1677-09-21T00:12:43.145224192Z", Int64.min, "1677-09-21T00:12:43.145224192Z"),
        ])
    func moments(text: String, nanoseconds: Int64, printed: String) throws {
        #expect(try Timestamp(text).nanoseconds == nanoseconds)
        #expect(Timestamp(nanoseconds: nanoseconds).description == printed)
    }

    @Test(
        "a text that is no time is refused",
        arguments: [
            ("2024-03-11T13:30:00", "the zone is missing"), ("2024-03-11", "no hour and minute"),
            ("11.03.2024", "does not begin with a date"), ("2023-02-29T00:00Z", "there is no such day"),
            ("2024-03-11T24:00Z", "no such time of day"), ("2024-03-11T13:60Z", "no such time of day"),
            ("2024-03-11T13:30:60Z", "no such time of day"),
            ("2024-03-11T13:30:0Z", "seconds are not two digits"),
            ("2024-03-11T13:30:00.Z", "one to nine digits"),
            ("2024-03-11T13:30:00.1234567890Z", "one to nine"),
            ("2024-03-11T13:30:00Zulu", "something follows"), ("2024-03-11T13:30:00+1:00", "zone is missing"),
            ("2024-03-11T13:30:00+01:", "no such zone"), ("2300-01-01T00:00Z", "too far away"),
            ("", "begin with"),
        ])
    func noMoments(text: String, complaint: String) {
        let error = #expect(throws: TimeTextError.self) { try Timestamp(text) }
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
    }

    @Test("what is printed is read as the same moment and date")
    func roundTrip() throws {
        var random = SplitMix64(for: "time round trip")
        for _ in 0..<5_000 {
            let moment = Timestamp(nanoseconds: random.anySize())
            let date = moment.dateUTC
            let same = try Timestamp(moment.description) == moment && CivilDate(date.description) == date
            #expect(same, "\(moment)")
        }
        for text in ["2024-3-1", "2024-02-30", "20240301", "2024-03-01 ", ""] {
            #expect(throws: TimeTextError.self) { try CivilDate(text) }
        }
    }

    @Test(
        "an interval is read and printed in the largest whole unit",
        arguments: [
            ("1m", Nanoseconds.minute, "1m"), ("5m", 5 * Nanoseconds.minute, "5m"),
            ("60m", Nanoseconds.hour, "1h"),
            ("90m", 90 * Nanoseconds.minute, "90m"), ("24h", Nanoseconds.day, "1d"),
            ("30s", 30_000_000_000, "30s"),
            ("250ms", 250_000_000, "250ms"), ("1us", 1_000, "1us"), ("7ns", 7, "7ns"),
        ])
    func intervals(text: String, length: Int64, printed: String) throws {
        #expect(try Interval(text).nanoseconds == length)
        #expect(Interval(nanoseconds: length).description == printed)
    }

    @Test(
        "a text that is no interval is refused",
        arguments: ["", "m", "0m", "-1m", "1", "1x", "1 m", "1.5h", "999999999d"])
    func noIntervals(text: String) {
        #expect(throws: TimeTextError.self) { try Interval(text) }
    }

    @Test(
        "New York's clock is changed on the days the law says",
        arguments: [
            // Each moment is the first of the new time: spring, then autumn.
            ("1974-01-06T07:00:00Z", true), ("1974-10-27T06:00:00Z", false), ("1986-04-27T07:00:00Z", true),
            ("1987-04-05T07:00:00Z", true), ("1990-10-28T06:00:00Z", false), ("2006-04-02T07:00:00Z", true),
            ("2006-10-29T06:00:00Z", false), ("2007-03-11T07:00:00Z", true), ("2007-11-04T06:00:00Z", false),
            ("2024-03-10T07:00:00Z", true), ("2024-11-03T06:00:00Z", false), ("2035-03-11T07:00:00Z", true),
        ])
    func daylight(text: String, begins: Bool) throws {
        let change = try Timestamp(text)
        let standard = -5 * Nanoseconds.hour
        let daylight = -4 * Nanoseconds.hour
        #expect(EasternTime.offset(at: change) == (begins ? daylight : standard))
        #expect(EasternTime.offset(at: change - 1) == (begins ? standard : daylight))
        for moment in [
            change - Nanoseconds.hour - 1, change - 2 * Nanoseconds.hour, change + Nanoseconds.hour,
        ] {
            let local = EasternTime.local(at: moment)
            #expect(EasternTime.moment(on: local.date, at: local.sinceMidnight) == moment)
        }
    }
}
