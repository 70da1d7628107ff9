import Domain

/// What is not there, what repeats itself, and what has no volume or too much.
extension SeriesHealth {
    mutating func findVolumes(_ usual: Usual) {
        // An index has no volume at all.
        let without = rows.count { $0.bar.volume == .zero }
        guard without * 2 < rows.count else { return }
        for (at, row) in rows.enumerated() {
            let (volume, median) = (Double(row.bar.volume), usual.volume[at])
            if volume == 0 {
                let hasMoved = row.bar.high > row.bar.low
                guard hasMoved || median > 0 else { continue }
                find(
                    .zeroVolume, row.bar, row.line,
                    hasMoved
                        ? "prices from \(row.bar.low) to \(row.bar.high) without a trade" : "no trade at all")
            } else if median > 0, volume > limits.volumeTimes * median {
                find(
                    .volumeSpike, row.bar, row.line,
                    "\(row.bar.volume) is \(Int(min(volume / median, 1e15).rounded())) times the usual")
            }
        }
    }

    mutating func findRepeats() {
        var first = 0
        for at in 1...max(1, rows.count) {
            if at < rows.count, isAlike(rows[at].bar, rows[first].bar) { continue }
            let count = at - first
            if count >= limits.alikeMax {
                let (bar, line) = (rows[first].bar, rows[first].line)
                find(
                    .frozen, bar, line, "\(count) bars in a row are the same",
                    [
                        Figure(name: "bars", value: Double(count)),
                        Figure(name: "close", value: Double(bar.close)),
                    ])
            }
            first = at
        }
    }

    /// Within a day a price may well stand still; a volume does not.
    private func isAlike(_ bar: Bar, _ other: Bar) -> Bool {
        (bar.open, bar.high, bar.low, bar.close) == (other.open, other.high, other.low, other.close)
            && (span >= Nanoseconds.day || bar.volume == other.volume && bar.volume > .zero)
    }

    // MARK: missing

    mutating func findMissing() {
        guard let calendar = limits.calendar, let first = rows.first, let last = rows.last else { return }
        let days = rows.map { EasternTime.local(at: $0.bar.openedAt).date }
        var at = 0
        var gap: [Session] = []
        for session in calendar.sessions(from: days[0], to: days[days.count - 1]) {
            let begin = at
            while at < days.count, days[at] <= session.date { at += 1 }
            if begin == at {
                gap.append(session)
                continue
            }
            report(gap)
            gap = []
            if span < Nanoseconds.day {
                findGaps(in: session, begin..<at, isWhole: session.open >= first.bar.openedAt, last)
            }
        }
        findEnd(calendar, days[days.count - 1], last)
    }

    private mutating func report(_ gap: [Session]) {
        guard let first = gap.first, let last = gap.last else { return }
        let dates = gap.count == 1 ? "\(first.date)" : "\(first.date) to \(last.date)"
        find(
            .missing, at: first.open, 0,
            gap.count == 1 ? "the session of \(dates)" : "\(gap.count) sessions, \(dates)",
            [Figure(name: "sessions", value: Double(gap.count))])
    }

    /// The bars that a session lacks; at the series' ends only between its first and last.
    private mutating func findGaps(in session: Session, _ range: Range<Int>, isWhole: Bool, _ end: Row) {
        let begin = isWhole ? session.open : rows[range.lowerBound].bar.openedAt
        let isLast = EasternTime.local(at: end.bar.openedAt).date == session.date
        let close = isLast ? end.bar.openedAt + span : session.close
        let there = Set(rows[range].map(\.bar.openedAt.nanoseconds))
        var (count, firstMissing) = (0, Timestamp.zero)
        var moment = begin
        while moment < close {
            if !there.contains(moment.nanoseconds) {
                if count == 0 { firstMissing = moment }
                count += 1
            }
            moment = moment + span
        }
        guard count > 0 else { return }
        let all = Int((close - begin + span - 1) / span)
        find(
            .missing, at: firstMissing, 0,
            "\(count) of \(all) bars of \(session.date), first at \(firstMissing)",
            [Figure(name: "bars", value: Double(count))])
    }

    private mutating func findEnd(_ calendar: TradingCalendar, _ day: CivilDate, _ last: Row) {
        guard let asOf = limits.asOf, asOf > last.bar.openedAt else { return }
        let missed = calendar.sessions(from: day + 1, to: EasternTime.local(at: asOf).date).count {
            $0.close <= asOf
        }
        guard missed > limits.staleSessions else { return }
        find(
            .stale, last.bar, last.line, "\(missed) sessions have closed since its last bar",
            [Figure(name: "sessions", value: Double(missed))])
    }
}
