import Domain

/// Holds what has risen most: at the first bar of each month all instruments are ranked by their return over a
/// look-back that leaves out the latest bars, and the best are held for the month.
public struct CrossSectionalMomentum: Strategy {
    public static let name = "momentum"
    public static let summary = "at each month's first bar, hold what has risen most"
    public static let rule = [
        "At the first bar of each month it ranks all symbols by their return over `lookback` bars, the latest `skip` left out.",
        "It holds the `top` that rose most for the month, and nothing else.",
    ]
    public static let example = StrategyExample(["top=2", "lookback=120"])
    public static let parameters: [Parameter] = [
        .integer("lookback", 1...2000, default: 252, "Bars over which the return is measured."),
        .integer("skip", 0...500, default: 21, "The latest bars, which are left out; fewer than lookback."),
        .integer("top", 1...1000, default: 20, "How many are held."),
    ]

    @usableFromInline let skip: Int
    @usableFromInline let top: Int
    /// How many closes are kept of each instrument.
    @usableFromInline let window: Int
    @usableFromInline let states: Slots<State>
    /// Place after place of the window, all instruments side by side: the bars of an instant are written in a row.
    @usableFromInline let closes: Slots<Int64>
    /// The month that was ranked last has ended when this moment comes.
    @usableFromInline var nextMonth = Int64.min

    @usableFromInline struct State: BitwiseCopyable {
        @usableFromInline var next = 0
        @usableFromInline var seen = 0
        @usableFromInline var latest = Int64.min
        var isHeld = false
    }

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        let lookback = arguments.integer("lookback")
        skip = arguments.integer("skip")
        top = arguments.integer("top")
        guard skip < lookback else {
            throw ParameterError(
                "skip must be less than lookback, but skip is \(skip) and lookback is \(lookback)")
        }
        window = lookback + 1
        states = Slots(repeating: State(), count: symbols.count)
        closes = Slots(repeating: 0, count: symbols.count * window)
    }

    public var warmUp: Int { window }

    private func close(_ place: Int, of instrument: Int) -> Int64 {
        closes[place * states.count + instrument]
    }

    @inlinable public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        var state = states[instrument]
        closes[state.next * states.count + instrument] = bar.close.units
        state.next = state.next + 1 == window ? 0 : state.next + 1
        state.seen += 1
        state.latest = now.nanoseconds
        states[instrument] = state
        if now.nanoseconds >= nextMonth { begin(month: now, &opinions) }
    }

    /// Asks for a moment at which all bars of this instant have been seen.
    @usableFromInline @inline(never)
    mutating func begin(month now: Timestamp, _ opinions: inout Opinions) {
        let date = now.dateUTC
        let next =
            date.month == 12
            ? CivilDate(date.year + 1, 1, 1) : CivilDate(date.year, date.month + 1, 1)
        nextMonth = next.midnightUTC.nanoseconds
        opinions.wake(at: now)
    }

    public mutating func onTimer(at now: Timestamp, _ opinions: inout Opinions) {
        var gains: [(instrument: Int, gain: Double)] = []
        gains.reserveCapacity(states.count)
        for instrument in states.indices {
            let state = states[instrument]
            // Who has no bar in this instant is not traded today, and keeps what was said of it.
            guard state.seen >= window, state.latest == now.nanoseconds else { continue }
            let first = close(state.next, of: instrument)
            let last = close((state.next + window - 1 - skip) % window, of: instrument)
            gains.append((instrument, Double(last) / Double(first) - 1))
        }
        let worst = worstChosen(gains)
        var changes: [(rank: Int, gain: (instrument: Int, gain: Double))] = []
        for each in gains {
            let isChosen = worst.map { !isBetter($0, each) } ?? false
            guard isChosen != states[each.instrument].isHeld else { continue }
            states[each.instrument].isHeld = isChosen
            // Few change, so few are counted; to sort all of them takes longer than the month.
            changes.append((gains.count { isBetter($0, each) } + 1, each))
        }
        changes.sort { $0.rank < $1.rank }
        for (rank, each) in changes {
            let figures = [
                Figure(name: "rank", value: Double(rank)), Figure(name: "return", value: each.gain),
            ]
            if states[each.instrument].isHeld {
                opinions.say(1, of: each.instrument, because: "it is among those that rose most", figures)
            } else {
                opinions.say(0, of: each.instrument, because: "others rose more", figures)
            }
        }
    }

    /// The last of the `top` that rose most; nothing where there is none at all.
    private func worstChosen(
        _ gains: [(instrument: Int, gain: Double)]
    ) -> (instrument: Int, gain: Double)? {
        // Best first; most of the others do not even come near its end.
        var best: [(instrument: Int, gain: Double)] = []
        best.reserveCapacity(top + 1)
        for each in gains {
            if best.count == top, !isBetter(each, best[top - 1]) { continue }
            var place = best.count
            while place > 0, isBetter(each, best[place - 1]) { place -= 1 }
            best.insert(each, at: place)
            if best.count > top { best.removeLast() }
        }
        return best.last
    }

    private func isBetter(
        _ left: (instrument: Int, gain: Double), _ right: (instrument: Int, gain: Double)
    ) -> Bool {
        left.gain != right.gain ? left.gain > right.gain : left.instrument < right.instrument
    }
}
