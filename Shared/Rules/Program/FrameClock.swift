import Domain

/// What the clock and the session say at the bars of one instrument.
struct FrameClock {
    private var session = SessionClock()
    private var bars = 0.0
    private var open = Double.nan
    private var high = Double.nan
    private var low = Double.nan
    private var lastClose = Double.nan
    private var previousClose = Double.nan
    /// New York's distance from UTC, and the hour that it was found in: it changes at full hours only.
    private var offset: Int64 = 0
    private var hour = Int64.min

    mutating func fill(_ frame: Cells, _ bar: Bar, at now: Timestamp, _ program: Program) {
        if program.usesSession { fillSession(frame, bar, at: now) }
        if program.usesClock { fillTime(frame, at: now) }
    }

    private mutating func fillSession(_ frame: Cells, _ bar: Bar, at now: Timestamp) {
        let (first, highest, lowest, close) = (
            frame[Series.open.rawValue], frame[Series.high.rawValue], frame[Series.low.rawValue],
            frame[Series.close.rawValue]
        )
        if session.begins(with: bar.openedAt) {
            previousClose = lastClose
            (bars, open, high, low) = (0, first, highest, lowest)
        }
        bars += 1
        high = max(high, highest)
        low = min(low, lowest)
        lastClose = close
        frame[Series.session.rawValue] = Double(session.date.days)
        frame[Series.minutesLeft.rawValue] = Double(session.endsAt - now) / Double(Nanoseconds.minute)
        frame[Series.sessionBar.rawValue] = bars
        frame[Series.sessionOpen.rawValue] = open
        frame[Series.sessionHigh.rawValue] = high
        frame[Series.sessionLow.rawValue] = low
        frame[Series.previousClose.rawValue] = previousClose
    }

    private mutating func fillTime(_ frame: Cells, at now: Timestamp) {
        let hourNow = now.floored(to: Nanoseconds.hour).nanoseconds
        if hourNow != hour {
            hour = hourNow
            offset = EasternTime.offset(at: now)
        }
        let shown = now + offset
        let date = shown.dateUTC
        frame[Series.time.rawValue] = Double(shown.sinceMidnightUTC) / Double(Nanoseconds.minute)
        frame[Series.weekday.rawValue] = Double(date.weekday.rawValue)
        frame[Series.day.rawValue] = Double(date.day)
        frame[Series.month.rawValue] = Double(date.month)
    }
}
