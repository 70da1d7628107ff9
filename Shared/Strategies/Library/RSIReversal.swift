import Domain

/// Bets that a fall is over when its RSI comes back from low.
///
/// The RSI is Cutler's: the rises of a window as part of all its movements, where Wilder's remembers for ever. So it is the
/// same whenever the data begin, and whole numbers decide.
public struct RSIReversal: Strategy {
    public static let name = "rsi-reversal"
    public static let summary = "buy where a low RSI turns up, sell where it is back"
    public static let rule = [
        "The RSI is the rises of the last `period` closes in percent of their rises and falls together (Cutler's).",
        "It buys where the RSI, having been below `enter`, is at or above it again.",
        "It sells where the RSI is at or above `leave`, and gives up where it falls below `stop`.",
        "With short=true it does the same the other way round: from 100 less `enter` to 100 less `leave`.",
    ]
    public static let parameters: [Parameter] = [
        .integer("period", 2...500, default: 14, "Bars of the RSI."),
        .number("enter", 1...49, default: 30, "The RSI to come back to; to a hundredth."),
        .number("leave", 2...99, default: 55, "The RSI to leave at, more than enter; to a hundredth."),
        .number("stop", 0...48, default: 15, "The RSI to give up below, less than enter; to a hundredth."),
        .flag("short", default: false, "Sell short where a high RSI turns down, too."),
    ]

    private struct State: BitwiseCopyable {
        var next = 0
        var seen = 0
        var last: Int64 = 0
        var rises: Int64 = 0
        var falls: Int64 = 0
        /// Where the last RSI was: below `enter` -1, above 100 less that 1, else 0.
        var outside: Int8 = 0
        var side: Int8 = 0
    }

    private let period: Int
    /// In hundredths of a percent.
    private let enter: Int64
    private let leave: Int64
    private let stop: Int64
    private let goesShort: Bool
    private let states: Slots<State>
    /// `period` changes of each instrument.
    private let changes: Slots<Int64>

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        period = arguments.integer("period")
        func hundredths(_ name: String) -> Int64 { Int64((arguments.number(name) * 100).rounded()) }
        enter = hundredths("enter")
        leave = hundredths("leave")
        stop = hundredths("stop")
        guard stop < enter, enter < leave else {
            throw ParameterError(
                "stop must be less than enter, and enter less than leave, but they are \(arguments.number("stop")), \(arguments.number("enter")) and \(arguments.number("leave"))"
            )
        }
        goesShort = arguments.flag("short")
        states = Slots(repeating: State(), count: symbols.count)
        changes = Slots(repeating: 0, count: symbols.count * period)
    }

    /// The closes of a window of changes, and one more to see it turn.
    public var warmUp: Int { period + 2 }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        var state = states[instrument]
        let close = bar.close.units
        defer { states[instrument] = state }
        let change = close - state.last
        state.last = close
        state.seen = min(state.seen + 1, warmUp)
        guard state.seen > 1 else { return }
        let place = instrument * period + state.next
        let old = changes[place]
        changes[place] = change
        state.next = state.next + 1 == period ? 0 : state.next + 1
        state.rises += max(change, 0) - max(old, 0)
        state.falls += max(-change, 0) - max(-old, 0)
        // Where nothing moved there is no RSI, and everything stays as it is.
        guard state.seen > period, state.rises + state.falls > 0 else { return }
        look(instrument, &state, &opinions)
    }

    private func look(_ instrument: Int, _ state: inout State, _ opinions: inout Opinions) {
        let all = state.rises + state.falls
        /// Whether a part of all movements lies below a level.
        func isBelow(_ part: Int64, _ level: Int64) -> Bool {
            part.multipliedFullWidth(by: 10_000) < all.multipliedFullWidth(by: level)
        }
        let before = state.outside
        state.outside = isBelow(state.rises, enter) ? -1 : isBelow(state.falls, enter) ? 1 : 0
        if state.side != 0 {
            let part = state.side > 0 ? state.rises : state.falls
            if !isBelow(part, leave) {
                say(0, instrument, "the RSI is back", &state, &opinions)
            } else if isBelow(part, stop) {
                say(0, instrument, "the RSI has gone on instead of turning", &state, &opinions)
            }
        } else if before < 0, state.outside == 0, isBelow(state.rises, leave) {
            say(1, instrument, "the RSI has turned up from low", &state, &opinions)
        } else if before > 0, state.outside == 0, goesShort, isBelow(state.falls, leave) {
            say(-1, instrument, "the RSI has turned down from high", &state, &opinions)
        }
    }

    private func say(
        _ side: Int8, _ instrument: Int, _ reason: StaticString, _ state: inout State,
        _ opinions: inout Opinions
    ) {
        state.side = side
        let rsi = 100 * Double(state.rises) / Double(state.rises + state.falls)
        opinions.say(Double(side), of: instrument, because: reason, [Figure(name: "rsi", value: rsi)])
    }
}
