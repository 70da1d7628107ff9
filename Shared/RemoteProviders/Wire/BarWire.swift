import Domain

/// What all decoders of bars share.
enum BarWire {
    /// The day bar of a date; nothing on a day without a session, which has no place for it.
    static func daily(_ symbol: Symbol, on date: CivilDate) -> Bar? {
        guard let session = TradingCalendar.xnys.session(on: date) else { return nil }
        return Bar(symbol: symbol, span: Nanoseconds.day, openedAt: session.open)
    }

    /// A bar that begins at a moment: of the session of that day in New York where it is a day bar.
    static func bar(_ symbol: Symbol, span: Int64, at moment: Timestamp) -> Bar? {
        guard span == Nanoseconds.day else { return Bar(symbol: symbol, span: span, openedAt: moment) }
        return daily(symbol, on: EasternTime.local(at: moment).date)
    }

    /// About 1843 to 2191: a calendar's sums stay within a timestamp.
    private static let secondsOfMarkets = -4_000_000_000...7_000_000_000

    static func moment(seconds: Int, _ body: JSONBody) throws(ProviderFault) -> Timestamp {
        guard secondsOfMarkets.contains(seconds) else {
            throw body.wrong("\(seconds) is no time of a market")
        }
        return Timestamp(seconds: Int64(seconds))
    }

    static func moment(_ body: JSONBody) throws(ProviderFault) -> Timestamp {
        let text = try body.text()
        let moment: Timestamp
        do throws(TimeTextError) { moment = try Timestamp(text) } catch { throw body.wrong("\(error)") }
        _ = try self.moment(seconds: Int(moment.nanoseconds / Nanoseconds.second), body)
        return moment
    }

    /// A date at the beginning of a text: `2024-01-02T00:00:00.000Z` is 2024-01-02.
    static func date(_ text: String, _ body: JSONBody) throws(ProviderFault) -> CivilDate {
        guard let date = try? CivilDate(text.prefix(10)), (1900...2200).contains(date.year) else {
            throw body.wrong("\(String(text.prefix(40)).inOneLine) is no date; 2024-03-11 would be right")
        }
        return date
    }

    /// Midnight in New York of a date, which is when its actions hold.
    static func midnight(of date: CivilDate) -> Timestamp { EasternTime.moment(on: date, at: 0) }
}

extension Interval {
    var isDaily: Bool { nanoseconds == Nanoseconds.day }
    /// Whole minutes, of an interval within a day.
    var minutes: Int? {
        nanoseconds % Nanoseconds.minute == 0 && nanoseconds < Nanoseconds.day
            ? Int(nanoseconds / Nanoseconds.minute) : nil
    }
}
