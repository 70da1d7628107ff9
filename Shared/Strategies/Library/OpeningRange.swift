import Domain

/// Goes with the price when it breaks out of the range of a session's first minutes, once a session.
public struct OpeningRange: Strategy {
    public static let name = "opening-range"
    public static let summary = "go with the break-out from the range of a session's first minutes"
    public static let rule = [
        "The bars of a session's first `minutes` give its range.",
        "The first close after that which lies above the range is bought, below it sold; where the range is at most `width` of",
        "the price, and until `last` minutes before the session's end.",
        "The stop is at the range's other side, the target `target` ranges beyond the break-out, and it is out `out` minutes",
        "before the session ends.",
    ]
    public static let example = StrategyExample(isIntraday: true)
    public static let parameters: [Parameter] = [
        .integer("minutes", 1...240, default: 30, "Minutes of the opening range."),
        .number("target", 0.1...20, default: 2, "The target's distance, in ranges."),
        .number("width", 0.0005...1, default: 0.05, "The widest range, in parts of the price."),
        .integer("last", 0...389, default: 60, "Minutes before the end from which on nothing is entered."),
        .integer("out", 0...389, default: 10, "Minutes before the end to be out."),
        .flag("short", default: true, "Sell short, too."),
    ]

    private struct State: BitwiseCopyable {
        var opensAt = Timestamp.distantPast
        var high = 0.0
        var low = 0.0
        var side = 0.0
        var stop = 0.0
        var target = 0.0
        var isDone = false
    }

    private let states: Slots<State>
    private var clocks: [SessionClock]
    private let opening: Int64
    private let target: Double
    private let width: Double
    private let last: Int64
    private let out: Int64
    private let goesShort: Bool

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        opening = Int64(arguments.integer("minutes")) * Nanoseconds.minute
        target = arguments.number("target")
        width = arguments.number("width")
        last = Int64(arguments.integer("last")) * Nanoseconds.minute
        out = Int64(arguments.integer("out")) * Nanoseconds.minute
        goesShort = arguments.flag("short")
        states = Slots(repeating: State(), count: symbols.count)
        clocks = Array(repeating: SessionClock(), count: symbols.count)
    }

    /// The range's first bar and one after it at the least.
    public var warmUp: Int { 2 }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        let (close, high, low) = (Double(bar.close), Double(bar.high), Double(bar.low))
        if clocks[instrument].begins(with: bar.openedAt) {
            if states[instrument].side != 0 { leave(instrument, close, "the session ends", &opinions) }
            states[instrument] = State(opensAt: bar.openedAt, high: high, low: low)
        }
        let state = states[instrument]
        let endsAt = clocks[instrument].endsAt
        if now <= state.opensAt + opening {
            states[instrument].high = max(state.high, high)
            states[instrument].low = min(state.low, low)
        } else if state.side != 0 {
            if (close - state.stop) * state.side <= 0 {
                leave(instrument, close, "the close has reached the other side of the range", &opinions)
            } else if (close - state.target) * state.side >= 0 {
                leave(instrument, close, "the close has reached the target", &opinions)
            } else if now >= endsAt - out {
                leave(instrument, close, "the session ends", &opinions)
            }
        } else if !state.isDone, now < endsAt - max(last, out) {
            enter(instrument, close, &opinions)
        }
    }

    private mutating func enter(_ instrument: Int, _ close: Double, _ opinions: inout Opinions) {
        let state = states[instrument]
        let range = state.high - state.low
        let side = close > state.high ? 1.0 : close < state.low ? -1 : 0
        guard side != 0 else { return }
        // The first break-out is the one that counts, taken or not.
        states[instrument].isDone = true
        guard range > 0, range <= width * close, side > 0 || goesShort else { return }
        let stop = side > 0 ? state.low : state.high
        let target = (side > 0 ? state.high : state.low) + side * self.target * range
        guard (target - close) * side > 0 else { return }
        states[instrument].side = side
        states[instrument].stop = stop
        states[instrument].target = target
        opinions.say(
            side, of: instrument, because: "the price broke out of the opening range",
            [Figure(name: "high", value: state.high), Figure(name: "low", value: state.low)],
            stop: price(stop),
            target: price(target))
    }

    private mutating func leave(
        _ instrument: Int, _ close: Double, _ reason: StaticString, _ opinions: inout Opinions
    ) {
        states[instrument].side = 0
        opinions.say(0, of: instrument, because: reason, [Figure(name: "close", value: close)])
    }
}
