/// The sessions of an exchange, day by day. It is made once from rules, and then answers by looking into arrays.
///
/// A calendar covers the days of `range` and no others: outside, it knows of no session.
public struct TradingCalendar: Sendable {
    /// The market identifier code, `XNYS`.
    public let name: String
    /// The days that the calendar covers.
    public let range: ClosedRange<CivilDate>
    /// Every session, in order.
    public let sessions: [Session]

    /// For each day of the range, and one behind it, the index of the first session on or after it.
    private let firstSession: [Int32]
    private let closures: [CivilDate: String]
    private let earlyCloses: [CivilDate: String]

    /// The New York Stock Exchange from 1990 to 2035.
    public static let xnys = TradingCalendar(name: "XNYS", rules: .newYorkStockExchange)

    init(name: String, rules: TradingRules) {
        var sessions: [Session] = []
        var firstSession: [Int32] = []
        var closures: [CivilDate: String] = [:]
        var earlyCloses: [CivilDate: String] = [:]
        for year in rules.years {
            let closed = rules.closures(in: year)
            let early = rules.earlyCloses(in: year)
            for date in CivilDate(year, 1, 1)...CivilDate(year, 12, 31) {
                firstSession.append(Int32(sessions.count))
                guard !date.weekday.isWeekend, closed[date] == nil else { continue }
                let session = Session(
                    date: date, open: EasternTime.moment(on: date, at: rules.open),
                    close: EasternTime.moment(on: date, at: early[date]?.close ?? rules.close),
                    isHalfDay: early[date] != nil)
                precondition(
                    session.open.dateUTC == date && session.close.dateUTC == date,
                    "a session lies within one day of UTC, so that a moment finds its day by division")
                sessions.append(session)
                earlyCloses[date] = early[date]?.reason
            }
            closures.merge(closed) { _, new in new }
        }
        firstSession.append(Int32(sessions.count))
        self.name = name
        range = CivilDate(rules.years.lowerBound, 1, 1)...CivilDate(rules.years.upperBound, 12, 31)
        self.sessions = sessions
        self.firstSession = firstSession
        self.closures = closures
        self.earlyCloses = earlyCloses
    }
}

extension TradingCalendar {
    /// The index in `sessions` of the first one on or after a date.
    public func index(onOrAfter date: CivilDate) -> Int {
        let day = Int(date.days) - Int(range.lowerBound.days)
        return Int(firstSession[min(max(day, 0), firstSession.count - 1)])
    }

    /// The session of a date, or nothing on a day without one.
    public func session(on date: CivilDate) -> Session? {
        let index = index(onOrAfter: date)
        return index < sessions.count && sessions[index].date == date ? sessions[index] : nil
    }

    /// The session that a moment falls into, or nothing where the exchange is closed.
    public func session(containing moment: Timestamp) -> Session? {
        session(on: moment.dateUTC).flatMap { $0.contains(moment) ? $0 : nil }
    }

    public func isOpen(at moment: Timestamp) -> Bool { session(containing: moment) != nil }

    /// The minute of its session that a moment belongs to, from 0; nothing where the exchange is closed.
    public func minute(of moment: Timestamp) -> Int? {
        session(on: moment.dateUTC).flatMap { $0.minute(of: moment) }
    }

    /// The sessions of two dates and all between them.
    public func sessions(from first: CivilDate, to last: CivilDate) -> ArraySlice<Session> {
        guard first <= last else { return [] }
        return sessions[index(onOrAfter: first)..<index(onOrAfter: last + 1)]
    }

    /// The first session later than a date.
    public func next(after date: CivilDate) -> Session? {
        let index = index(onOrAfter: date + 1)
        return index < sessions.count ? sessions[index] : nil
    }

    /// The last session earlier than a date.
    public func previous(before date: CivilDate) -> Session? {
        let index = index(onOrAfter: date)
        return index > 0 ? sessions[index - 1] : nil
    }

    /// The first session that opens after a moment.
    public func next(after moment: Timestamp) -> Session? {
        let index = index(onOrAfter: moment.dateUTC)
        guard index < sessions.count else { return nil }
        if sessions[index].open > moment { return sessions[index] }
        return index + 1 < sessions.count ? sessions[index + 1] : nil
    }

    /// The last session that had closed at a moment.
    public func previous(before moment: Timestamp) -> Session? {
        let index = index(onOrAfter: moment.dateUTC)
        if index < sessions.count, sessions[index].close <= moment { return sessions[index] }
        return index > 0 ? sessions[index - 1] : nil
    }

    /// The session a number of sessions later, or earlier where the number is negative.
    public func session(_ count: Int, after session: Session) -> Session? {
        let index = index(onOrAfter: session.date) + count
        return sessions.indices.contains(index) ? sessions[index] : nil
    }

    /// Why the exchange does not open on a weekday: `Good Friday`.
    public func closure(on date: CivilDate) -> String? { closures[date] }

    /// Why the exchange closes early on a day: `Christmas Eve`.
    public func earlyClose(on date: CivilDate) -> String? { earlyCloses[date] }

    public func covers(_ date: CivilDate) -> Bool { range.contains(date) }
}
