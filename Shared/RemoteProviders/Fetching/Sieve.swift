import Domain
import Gatekeeper

/// What remains of bars that a provider gave: each once, in order, by session, of the days that were wanted, over, and
/// with figures that can be.
struct Sieve {
    /// The bars of each session; oldest first.
    private(set) var days: [CivilDate: [Bar]] = [:]
    /// Sessions of which something was wrong, and the bars that are left of them.
    private(set) var doubtful: [CivilDate: [Bar]] = [:]
    private(set) var faults: [DataFault] = []
    /// Bars outside the sessions: before the open and after the close.
    private(set) var outside = 0
    /// Bars that came twice, figure for figure.
    private(set) var repeated = 0

    init(_ bars: [Bar], of symbol: Symbol, _ wanted: HistoryWanted, provider: String) {
        var wrong: Set<CivilDate> = []
        for (date, bars) in inDays(bars, symbol, wanted) {
            // A new gate a day: what an earlier session looked like is no reason to refuse this one.
            var gate = Gatekeeper(Sieve.limits, provider: provider)
            var kept: [Bar] = []
            var contested = Timestamp.distantPast
            for bar in bars.sorted(by: { $0.openedAt < $1.openedAt }) {
                if bar.openedAt == contested { continue }
                if let last = kept.last, last.openedAt == bar.openedAt {
                    if last == bar {
                        repeated += 1
                        continue
                    }
                    // Nobody knows which of the two is true.
                    kept.removeLast()
                    contested = bar.openedAt
                    wrong.insert(date)
                    faults.append(Sieve.conflict(bar, provider))
                    continue
                }
                if let fault = gate.judge(bar, at: wanted.now) {
                    wrong.insert(date)
                    faults.append(fault)
                } else {
                    kept.append(bar)
                }
            }
            if wrong.contains(date) { doubtful[date] = kept } else { days[date] = kept }
        }
    }

    /// Whether a figure can be at all is judged here. Whether it is likely is for `tradewind data check`, which sees the
    /// whole series and its splits.
    private static let limits: GateLimits = {
        var limits = GateLimits(calendar: nil)
        limits.jump = 1e9
        return limits
    }()

    private mutating func inDays(_ bars: [Bar], _ symbol: Symbol, _ wanted: HistoryWanted) -> [(
        CivilDate, [Bar]
    )] {
        var days: [CivilDate: [Bar]] = [:]
        for bar in bars where bar.symbol == symbol && bar.span == wanted.span.nanoseconds {
            let date = EasternTime.local(at: bar.openedAt).date
            guard wanted.days.contains(date), bar.closesAt <= wanted.now else { continue }
            guard TradingCalendar.xnys.session(containing: bar.openedAt) != nil else {
                outside += 1
                continue
            }
            days[date, default: []].append(bar)
        }
        return days.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func conflict(_ bar: Bar, _ provider: String) -> DataFault {
        DataFault(
            symbol: bar.symbol, kind: .conflict, at: bar.openedAt, provider: provider,
            explanation: "two bars of one time have different figures")
    }
}
