import Domain
import Indicators

/// Follows a trend after it has paused: enters where the price comes back to its fast average and turns, and leaves at a
/// trailing stop or when the averages cross back.
public struct SwingTrend: Strategy {
    public static let name = "swing-trend"
    public static let summary =
        "buy a pull-back within a trend, leave at a trailing stop or the opposite cross"
    public static let rule = [
        "A trend is up while the fast exponential average lies above the slow one, with an ADX of at least `adx`.",
        "It buys when the price came back to the fast average and closes above it again.",
        "It sells when the close is `stop` average true ranges below the best close, or the averages cross back.",
        "In its first bars, 3 × `slow` and 8 × `period` of them, it only watches: its averages remember for long.",
        "With a model it enters only where the model agrees, and with scale=true the more the surer it is.",
    ]
    public static let parameters: [Parameter] =
        [
            .integer("fast", 2...500, default: 20, "Bars of the fast exponential average."),
            .integer("slow", 3...1000, default: 50, "Bars of the slow one, more than fast."),
            .integer("period", 2...200, default: 14, "Bars of ADX and ATR."),
            .number("adx", 0...100, default: 20, "A trend has at least this ADX."),
            .number("stop", 0.1...20, default: 3, "The trailing stop's distance in ATR."),
            .flag("short", default: false, "Trade falling trends too."),
        ] + Counsel.parameters

    private struct State {
        var fast: EMA
        var slow: EMA
        var adx: ADX
        var atr: ATR
        /// 1 long, -1 short, 0 out.
        var side = 0.0
        /// The best close since the entry.
        var best = 0.0
        /// The bar before touched the fast average from the trend's side.
        var wasPulledBack = false
        /// Bars so far, up to the warm-up.
        var seen = 0
    }

    private var states: [State]
    private let adxMin: Double
    private let stop: Double
    private let goesShort: Bool
    private var counsel: Counsel
    /// Exponential averages never quite forget where they began, and neither does what was entered by them. After so many
    /// bars not a part in 400 of the beginning is left in the slow one or in ADX, which is smoothed twice. What is entered
    /// until then is followed and not said, so that who begins later comes to say the same.
    public let warmUp: Int

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        let (fast, slow) = (arguments.integer("fast"), arguments.integer("slow"))
        guard fast < slow else {
            throw ParameterError("fast must be less than slow, but fast is \(fast) and slow is \(slow)")
        }
        let period = arguments.integer("period")
        let state = State(
            fast: EMA(period: fast), slow: EMA(period: slow), adx: ADX(period: period),
            atr: ATR(period: period))
        states = Array(repeating: state, count: symbols.count)
        adxMin = arguments.number("adx")
        stop = arguments.number("stop")
        goesShort = arguments.flag("short")
        counsel = try Counsel(arguments, symbols: symbols.count)
        warmUp = max(3 * slow, 8 * period, counsel.warmUp)
    }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        let candle = Candle(bar)
        let close = candle.close
        if states[instrument].seen < warmUp { states[instrument].seen += 1 }
        // Each takes every bar, whatever the others answer.
        let fast = states[instrument].fast.update(close)
        let slow = states[instrument].slow.update(close)
        let adx = states[instrument].adx.update(candle)
        let atr = states[instrument].atr.update(candle)
        let advice = counsel.advice(bar, of: instrument, at: now)
        guard let fast, let slow, let adx, let atr else { return }
        let trend = fast > slow ? 1.0 : fast < slow ? -1 : 0
        if states[instrument].side == 0 {
            let hasTurned = states[instrument].wasPulledBack && (close - fast) * trend > 0
            if hasTurned, adx.adx > adxMin, trend > 0 || trend < 0 && goesShort,
                let size = counsel.size(trend, advice)
            {
                states[instrument].side = trend
                states[instrument].best = close
                if isWarm(instrument) {
                    opinions.say(
                        trend * size, of: instrument,
                        because: "the trend goes on after a pull-back to its fast average",
                        [Figure(name: "adx", value: adx.adx), Figure(name: "fast", value: fast)],
                        stop: price(close - trend * stop * atr))
                }
            }
        } else {
            follow(instrument, close, trend, atr, &opinions)
        }
        let touch = trend > 0 ? candle.low : candle.high
        states[instrument].wasPulledBack = (touch - fast) * trend <= 0
    }

    private mutating func follow(
        _ instrument: Int, _ close: Double, _ trend: Double, _ atr: Double, _ opinions: inout Opinions
    ) {
        let side = states[instrument].side
        if (close - states[instrument].best) * side > 0 { states[instrument].best = close }
        let level = states[instrument].best - side * stop * atr
        let isStopped = (close - level) * side < 0
        guard isStopped || trend == -side else { return }
        states[instrument].side = 0
        guard isWarm(instrument) else { return }
        opinions.say(
            0, of: instrument,
            because: isStopped ? "the close is beyond the trailing stop" : "the averages crossed back",
            [Figure(name: "stop", value: level), Figure(name: "close", value: close)])
    }

    private func isWarm(_ instrument: Int) -> Bool { states[instrument].seen == warmUp }
}

/// The price nearest to a number; nothing where there is none.
func price(_ number: Double) -> Price? {
    guard number > 0, number < 1e12 else { return nil }
    return Price(units: Int64((number * Double(Price.scale)).rounded()))
}
