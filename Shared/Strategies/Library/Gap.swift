import Domain

/// Trades the gap between the close of a session and the open of the next, after the first bar has shown it: against it, or
/// with it.
public struct Gap: Strategy {
    public static let name = "gap"
    public static let summary =
        "trade the gap at a session's open, against it or with it, and be out by its end"
    public static let rule = [
        "After a session's first bar it looks at the gap from the last close before: at least `gap`, at most `most`.",
        "Faded, it enters against the gap and leaves when the price is back at that close; followed, it enters with it where the",
        "first bar went on, and its target is as far again.",
        "It gives up when the price has moved `stop` times the gap against it, and is out `minutes` before the session ends.",
    ]
    public static let example = StrategyExample(["gap=0.002"], isIntraday: true)
    public static let parameters: [Parameter] = [
        .choice("way", ["fade", "follow"], default: "fade", "Against the gap, or with it."),
        .number("gap", 0.0001...0.5, default: 0.005, "The smallest gap, in parts of the close before."),
        .number("most", 0.001...1, default: 0.1, "The largest: beyond it there is news."),
        .number("stop", 0.1...10, default: 1, "How far to let it go against the entry, in gaps."),
        .integer("minutes", 0...389, default: 10, "Minutes before the end of the session to be out."),
        .flag("short", default: true, "Sell short, too."),
    ]

    private struct State: BitwiseCopyable {
        var lastClose = 0.0
        var side = 0.0
        var stop = 0.0
        var target = 0.0
    }

    private let states: Slots<State>
    private var clocks: [SessionClock]
    private let fades: Bool
    private let least: Double
    private let most: Double
    private let stop: Double
    private let margin: Int64
    private let goesShort: Bool

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        fades = arguments.choice("way") == "fade"
        least = arguments.number("gap")
        most = arguments.number("most")
        guard least < most else {
            throw ParameterError("gap must be less than most, but gap is \(least) and most is \(most)")
        }
        stop = arguments.number("stop")
        margin = Int64(arguments.integer("minutes")) * Nanoseconds.minute
        goesShort = arguments.flag("short")
        states = Slots(repeating: State(), count: symbols.count)
        clocks = Array(repeating: SessionClock(), count: symbols.count)
    }

    /// A session's last bar and the next one's first.
    public var warmUp: Int { 2 }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        let close = Double(bar.close)
        let isFirst = clocks[instrument].begins(with: bar.openedAt)
        let lastClose = states[instrument].lastClose
        let outAt = clocks[instrument].endsAt - margin
        if states[instrument].side != 0 {
            watch(instrument, close, hasEnded: isFirst || now >= outAt, &opinions)
        } else if isFirst, lastClose > 0, now < outAt {
            enter(instrument, Double(bar.open), close, lastClose, &opinions)
        }
        states[instrument].lastClose = close
    }

    private mutating func enter(
        _ instrument: Int, _ open: Double, _ close: Double, _ before: Double, _ opinions: inout Opinions
    ) {
        let gap = open / before - 1
        guard gap.magnitude >= least, gap.magnitude <= most else { return }
        let up = gap > 0 ? 1.0 : -1
        let side = fades ? -up : up
        guard side > 0 || goesShort else { return }
        let distance = (open - before).magnitude
        let target = fades ? before : close + side * distance
        let stop = close - side * self.stop * distance
        // Closed already, or not gone on.
        guard (target - close) * side > 0, fades || (close - open) * side > 0 else { return }
        states[instrument].side = side
        states[instrument].stop = stop
        states[instrument].target = target
        opinions.say(
            side, of: instrument,
            because: fades
                ? "the session opened with a gap, which is faded"
                : "the session opened with a gap, and goes on",
            [Figure(name: "gap", value: gap), Figure(name: "close_before", value: before)], stop: price(stop),
            target: price(target))
    }

    private mutating func watch(
        _ instrument: Int, _ close: Double, hasEnded: Bool, _ opinions: inout Opinions
    ) {
        let state = states[instrument]
        let reason: StaticString
        if (close - state.stop) * state.side <= 0 {
            reason = "the close has reached the stop"
        } else if (close - state.target) * state.side >= 0 {
            reason = "the close has reached the target"
        } else if hasEnded {
            reason = "the session ends"
        } else {
            return
        }
        states[instrument].side = 0
        opinions.say(0, of: instrument, because: reason, [Figure(name: "close", value: close)])
    }
}
