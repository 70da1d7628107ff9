import Domain

/// The market's clock and calendar.
extension Venue {
    var clockDocument: Document {
        [
            "timestamp": .text(easternText(now)), "is_open": .flag(hours.isOpen(at: now)),
            "next_open": .text(easternText(hours.nextOpen(after: now))),
            "next_close": .text(easternText(hours.nextClose(after: now))),
        ]
    }

    /// A moment with New York's offset, as Alpaca's clock shows it.
    private func easternText(_ moment: Timestamp) -> String {
        let offset = EasternTime.offset(at: moment)
        let shown = (moment + offset).description.dropLast()
        return "\(shown)-0\(-offset / Nanoseconds.hour):00"
    }

    func calendar(_ request: AlpacaRequest) throws(Refusal) -> Document {
        let range = TradingCalendar.xnys.range
        let start = try request.date("start") ?? range.lowerBound
        let end = try request.date("end") ?? range.upperBound
        guard start <= end else { throw .invalid("start must not be after end") }
        return .list(
            TradingCalendar.xnys.sessions(from: start, to: end).map { session in
                let days = session.date >= CivilDate(2024, 5, 28) ? 1 : 2
                let settles = TradingCalendar.xnys.session(days, after: session)?.date ?? session.date
                return [
                    "date": .text(session.date.description), "open": .text(clockText(session.open, ":")),
                    "close": .text(clockText(session.close, ":")), "session_open": "0400",
                    "session_close": "2000", "settlement_date": .text(settles.description),
                ]
            })
    }

    private func clockText(_ moment: Timestamp, _ mark: String) -> String {
        let minutes = EasternTime.local(at: moment).sinceMidnight / Nanoseconds.minute
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return two(minutes / 60) + mark + two(minutes % 60)
    }
}
