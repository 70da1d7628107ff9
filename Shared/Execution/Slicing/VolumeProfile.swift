import Domain

/// How a session's volume is usually spread over its minutes, by the sessions that are over: today's own volume is not
/// known before the day is.
struct VolumeProfile: Equatable, Sendable {
    static let minutes = 390
    /// By minutes since the open, in thousandths of a share: of past sessions, and of the one that is going on.
    var past: [Int64] = []
    var today: [Int64] = []
    var day: CivilDate?

    /// Takes a bar. Longer ones are spread evenly over their minutes; those outside sessions and whole days say nothing.
    mutating func take(_ volume: Volume, from open: Timestamp, to end: Timestamp) {
        let span = max((end - open) / Nanoseconds.minute, 1)
        guard end - open < MarketView.shortestDay,
            let session = TradingCalendar.xnys.session(containing: open),
            let first = session.minute(of: open)
        else { return }
        if session.date != day { turn(to: session.date) }
        if today.isEmpty { today = Array(repeating: 0, count: VolumeProfile.minutes) }
        for minute in first..<min(first + Int(span), VolumeProfile.minutes) {
            today[minute] += volume.units / span
        }
    }

    /// A new session begins: the last one is known from now on. Older ones count half as much with each.
    private mutating func turn(to date: CivilDate) {
        day = date
        guard !today.isEmpty else { return }
        if past.isEmpty { past = Array(repeating: 0, count: VolumeProfile.minutes) }
        for minute in past.indices {
            past[minute] = past[minute] / 2 + today[minute]
            today[minute] = 0
        }
    }

    /// Which share of what is usually traded between two moments of a session has been by each of some moments; nothing
    /// where no session is known, or where it was seen to trade nothing then.
    func shares(from start: Timestamp, through ends: [Timestamp]) -> [Share]? {
        guard !past.isEmpty, let session = TradingCalendar.xnys.session(containing: start),
            let last = ends.last
        else { return nil }
        let whole = volume(from: start - session.open, to: last - session.open)
        guard whole > 0 else { return nil }
        return ends.map { Share(volume(from: start - session.open, to: $0 - session.open), of: whole) }
    }

    private func volume(from start: Int64, to end: Int64) -> Int64 {
        var sum = 0 as Int64
        for minute in past.indices {
            let opens = Int64(minute) * Nanoseconds.minute
            let common = min(end, opens + Nanoseconds.minute) - max(start, opens)
            guard common > 0 else { continue }
            sum += Int64(Int128(past[minute]) * Int128(common) / Int128(Nanoseconds.minute))
        }
        return sum
    }
}
