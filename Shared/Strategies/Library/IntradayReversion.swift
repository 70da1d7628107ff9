import Domain
import Indicators

/// Bets within the day that a price far from the session's volume-weighted average comes back to it, where momentum
/// confirms that it is stretched.
public struct IntradayReversion: Strategy {
    public static let name = "mean-reversion"
    public static let summary = "within a session, trade back to the volume-weighted average price"
    public static let rule = [
        "Within a session, it buys where the close is more than `enter` deviations below the session's VWAP and RSI is below `rsi`.",
        "It sells within `leave` deviations of VWAP, `stop` average true ranges below the entry, and `minutes` before the session ends.",
        "With short=true it does the same above VWAP, the other way round.",
        "With a model it enters only where the model agrees, and with scale=true the more the surer it is.",
    ]
    public static let example = StrategyExample(isIntraday: true)
    public static let parameters: [Parameter] =
        [
            .number("enter", 0.1...10, default: 2, "Standard deviations from VWAP to enter at."),
            .number("leave", 0...10, default: 0.5, "Standard deviations to leave at, fewer than enter."),
            .integer("period", 2...200, default: 14, "Bars of RSI and ATR."),
            .number(
                "rsi", 1...50, default: 30, "Long needs an RSI below this, short one above 100 less this."),
            .number("stop", 0.1...20, default: 1.5, "The stop's distance from the entry in ATR."),
            .integer("minutes", 0...389, default: 10, "Minutes before the end of the session to be out."),
            .flag("short", default: true, "Trade prices above the average too."),
        ] + Counsel.parameters

    private struct State {
        var vwap = VWAP()
        var rsi: RSI
        var atr: ATR
        var side = 0.0
        var entry = 0.0
        /// The stop's distance, as it was at the entry.
        var distance = 0.0
        var session = 0
        /// When to be out, and when the session has ended.
        var outAt = Timestamp.distantPast
        var endsAt = Timestamp.distantPast
    }

    private var states: [State]
    private let enter: Double
    private let leave: Double
    private let rsiMax: Double
    private let stop: Double
    private let margin: Int64
    private let goesShort: Bool
    private var counsel: Counsel
    public let warmUp: Int

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        enter = arguments.number("enter")
        leave = arguments.number("leave")
        guard leave < enter else {
            throw ParameterError("leave must be less than enter, but leave is \(leave) and enter is \(enter)")
        }
        let period = arguments.integer("period")
        let state = State(rsi: RSI(period: period), atr: ATR(period: period))
        states = Array(repeating: state, count: symbols.count)
        rsiMax = arguments.number("rsi")
        stop = arguments.number("stop")
        margin = Int64(arguments.integer("minutes")) * Nanoseconds.minute
        goesShort = arguments.flag("short")
        counsel = try Counsel(arguments, symbols: symbols.count)
        warmUp = max(state.rsi.warmUp, state.atr.warmUp, counsel.warmUp)
    }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        if bar.openedAt >= states[instrument].endsAt { begin(session: bar.openedAt, instrument) }
        let candle = Candle(bar, session: states[instrument].session)
        let vwap = states[instrument].vwap.update(candle)
        let rsi = states[instrument].rsi.update(candle.close)
        let atr = states[instrument].atr.update(candle)
        let advice = counsel.advice(bar, of: instrument, at: now)
        guard let vwap, let rsi, let atr else { return }
        let distance = vwap.deviation > 0 ? (candle.close - vwap.price) / vwap.deviation : 0
        let figures = [Figure(name: "z", value: distance), Figure(name: "rsi", value: rsi)]
        if states[instrument].side != 0 {
            return watch(instrument, candle.close, distance, figures, at: now, &opinions)
        }
        guard distance.magnitude > enter, now < states[instrument].outAt, atr > 0 else { return }
        let isLong = distance < 0
        guard isLong ? rsi < rsiMax : goesShort && rsi > 100 - rsiMax else { return }
        let side = isLong ? 1.0 : -1
        guard let size = counsel.size(side, advice) else { return }
        states[instrument].side = side
        states[instrument].entry = candle.close
        states[instrument].distance = stop * atr
        opinions.say(
            side * size, of: instrument, because: "the price is stretched away from the session's average",
            figures,
            stop: price(candle.close - side * stop * atr), target: price(vwap.price))
    }

    /// The stop hangs on the price that was paid, not on the one that was hoped for.
    public mutating func onFill(
        _ fill: Fill, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        let side = states[instrument].side
        if side > 0 && fill.side == .buy || side < 0 && fill.side == .sell {
            states[instrument].entry = Double(fill.price)
        }
    }

    private mutating func watch(
        _ instrument: Int, _ close: Double, _ distance: Double, _ figures: [Figure], at now: Timestamp,
        _ opinions: inout Opinions
    ) {
        let state = states[instrument]
        let reason: StaticString
        if (close - state.entry) * state.side < -state.distance {
            reason = "the close is beyond the stop"
        } else if distance.magnitude < leave || distance * state.side > 0 {
            reason = "the price is back at the session's average"
        } else if now >= state.outAt {
            reason = "the session ends"
        } else {
            return
        }
        states[instrument].side = 0
        opinions.say(0, of: instrument, because: reason, figures)
    }

    /// Notes when the session of a bar ends: New York's, or the day in UTC where that is closed.
    private mutating func begin(session moment: Timestamp, _ instrument: Int) {
        let date = moment.dateUTC
        let end =
            TradingCalendar.xnys.session(containing: moment)?.close ?? (date + 1).midnightUTC
        states[instrument].session = Int(date.days)
        states[instrument].endsAt = end
        states[instrument].outAt = end - margin
    }
}
