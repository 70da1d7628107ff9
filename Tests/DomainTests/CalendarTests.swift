import Domain
import Testing

@Suite("The calendar of the New York Stock Exchange")
struct CalendarTests {
    let calendar = TradingCalendar.xnys

    @Test(
        "well-known days",
        arguments: [
            ("1990-01-02", "14:30 21:00"), ("1990-12-24", "14:30 19:00"), ("1992-11-27", "14:30 19:00"),
            ("1993-11-26", "14:30 18:00"), ("1994-04-27", "mourning for President Nixon"),
            ("1997-01-20", "14:30 21:00"), ("1998-01-19", "Martin Luther King Jr. Day"),
            ("1997-12-26", "14:30 18:00"), ("1999-12-31", "14:30 18:00"), ("2001-09-10", "13:30 20:00"),
            ("2001-09-14", "the attacks of September 11"), ("2001-09-17", "13:30 20:00"),
            ("2002-07-05", "13:30 17:00"), ("2004-06-11", "mourning for President Reagan"),
            ("2007-01-02", "mourning for President Ford"), ("2010-12-31", "14:30 21:00"),
            ("2012-07-03", "13:30 17:00"), ("2012-10-30", "Hurricane Sandy"), ("2013-07-03", "13:30 17:00"),
            ("2013-07-05", "13:30 20:00"), ("2018-12-05", "mourning for President George H. W. Bush"),
            ("2021-06-18", "13:30 20:00"), ("2021-12-24", "Christmas"), ("2021-12-31", "14:30 21:00"),
            ("2022-06-20", "Juneteenth"), ("2023-01-02", "New Year's Day"), ("2024-03-08", "14:30 21:00"),
            ("2024-03-11", "13:30 20:00"), ("2024-03-29", "Good Friday"), ("2024-07-03", "13:30 17:00"),
            ("2024-11-29", "14:30 18:00"), ("2025-01-09", "mourning for President Carter"),
            ("2024-03-09", "weekend"), ("2035-12-31", "14:30 21:00"),
        ])
    func days(text: String, expected: String) throws {
        let date = try CivilDate(text)
        if let session = calendar.session(on: date) {
            let hours = expected.split(separator: " ")
            #expect(
                "\(session.open)" == "\(text)T\(hours[0]):00Z"
                    && "\(session.close)" == "\(text)T\(hours[1]):00Z")
            #expect(
                session.isHalfDay == (calendar.earlyClose(on: date) != nil)
                    && calendar.closure(on: date) == nil)
            #expect(session.minutes == (session.isHalfDay ? (date.year < 1993 ? 270 : 210) : 390))
        } else {
            #expect((calendar.closure(on: date) ?? "weekend") == expected)
        }
    }

    @Test("the calendar as a whole, as exchange_calendars has it")
    func whole() throws {
        #expect(calendar.sessions.count == 11_577)
        #expect(calendar.sessions.filter(\.isHalfDay).count == 98)
        let rows = try calendar.csv(from: CivilDate(2024, 3, 8), to: CivilDate(2024, 3, 11))
        #expect(
            rows == [
                "date,open_utc,close_utc", "2024-03-08,2024-03-08T14:30:00Z,2024-03-08T21:00:00Z",
                "2024-03-11,2024-03-11T13:30:00Z,2024-03-11T20:00:00Z",
            ])
        #expect(throws: CalendarError.self) {
            try calendar.csv(from: CivilDate(1989, 12, 31), to: CivilDate(2000, 1, 1))
        }
        #expect(throws: CalendarError.self) {
            try calendar.csv(from: CivilDate(2000, 1, 2), to: CivilDate(2000, 1, 1))
        }
        #expect(throws: CalendarError.self) { try TradingCalendar.named("XLON") }
    }

    @Test("an open is in the session, a close is not")
    func edges() throws {
        let session = try #require(calendar.session(on: CivilDate(2024, 11, 29)))
        #expect(calendar.isOpen(at: session.open) && !calendar.isOpen(at: session.open - 1))
        #expect(calendar.isOpen(at: session.close - 1) && !calendar.isOpen(at: session.close))
        #expect(calendar.minute(of: session.open) == 0 && calendar.minute(of: session.close - 1) == 209)
        #expect(calendar.minute(of: session.close) == nil)
        #expect(session.start(ofMinute: 209) == session.close - Nanoseconds.minute)
    }

    @Test("next and previous, at every session and around it")
    func neighbours() {
        let sessions = calendar.sessions
        for (index, session) in sessions.enumerated() {
            let next = index + 1 < sessions.count ? sessions[index + 1] : nil
            let previous = index > 0 ? sessions[index - 1] : nil
            let right =
                calendar.next(after: session.date) == next
                && calendar.previous(before: session.date) == previous
                && calendar.next(after: session.open) == next
                && calendar.next(after: session.open - 1) == session
                && calendar.previous(before: session.close) == session
                && calendar.previous(before: session.close - 1) == previous
                && calendar.session(containing: session.open) == session
                && calendar.session(containing: session.close) == nil
                && calendar.session(1, after: session) == next
                && calendar.session(-1, after: session) == previous
            if !right { Issue.record("\(session)") }
        }
        let easter = calendar.sessions(from: CivilDate(2024, 3, 28), to: CivilDate(2024, 4, 1))
        #expect(easter.map(\.date) == [CivilDate(2024, 3, 28), CivilDate(2024, 4, 1)])
        #expect(calendar.sessions(from: CivilDate(2024, 3, 29), to: CivilDate(2024, 3, 31)).isEmpty)
        #expect(
            calendar.session(on: CivilDate(1989, 12, 29)) == nil && !calendar.covers(CivilDate(2036, 1, 2)))
        #expect(calendar.next(after: CivilDate(1980, 1, 1))?.date == CivilDate(1990, 1, 2))
        #expect(calendar.previous(before: CivilDate(2100, 1, 1))?.date == CivilDate(2035, 12, 31))
    }
}
