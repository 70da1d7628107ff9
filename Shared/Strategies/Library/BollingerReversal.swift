import Domain

/// Bets that a price that was out of its bands goes on to their middle, once it has come back within them.
///
/// Sums and squares of the closes are whole numbers, and the bands are compared without a division or a root: where a
/// close lies is decided exactly.
public struct BollingerReversal: Strategy {
    public static let name = "bollinger-reversal"
    public static let summary = "buy a price that comes back within its Bollinger bands, sell at their middle"
    public static let rule = [
        "The bands are `factor` deviations below and above the mean of `period` closes.",
        "It buys where the close, having been below the lower band, is back within the bands.",
        "It sells at the mean, and gives up where the close is `stop` deviations below it.",
        "With short=true it does the same above the upper band, the other way round.",
    ]
    public static let parameters: [Parameter] = [
        .integer("period", 2...500, default: 20, "Bars of the mean and of the deviation."),
        .number("factor", 0.1...5, default: 2, "Deviations from the mean to the bands; to a hundredth."),
        .number("stop", 0.2...10, default: 3, "Deviations to give up at, more than factor; to a hundredth."),
        .flag("short", default: false, "Sell short above the upper band, too."),
    ]

    private struct State: BitwiseCopyable {
        var next = 0
        var seen = 0
        var sum: Int64 = 0
        var squares: Int128 = 0
        /// Where the last close was: below the bands -1, above 1, else 0.
        var outside: Int8 = 0
        var side: Int8 = 0
    }

    private let period: Int
    /// In hundredths.
    private let factor: Int128
    private let stop: Int128
    private let goesShort: Bool
    private let states: Slots<State>
    /// `period` closes of each instrument.
    private let closes: Slots<Int64>

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        period = arguments.integer("period")
        factor = Int128((arguments.number("factor") * 100).rounded())
        stop = Int128((arguments.number("stop") * 100).rounded())
        guard factor < stop else {
            throw ParameterError(
                "stop must be more than factor, but stop is \(arguments.number("stop")) and factor is \(arguments.number("factor"))"
            )
        }
        goesShort = arguments.flag("short")
        states = Slots(repeating: State(), count: symbols.count)
        closes = Slots(repeating: 0, count: symbols.count * period)
    }

    public var warmUp: Int { period + 1 }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        var state = states[instrument]
        let close = bar.close.units
        let place = instrument * period + state.next
        // The window is zero until it is filled, so what leaves it needs no question.
        let old = closes[place]
        closes[place] = close
        state.next = state.next + 1 == period ? 0 : state.next + 1
        state.sum += close - old
        state.squares += Int128(close) * Int128(close) - Int128(old) * Int128(old)
        state.seen = min(state.seen + 1, warmUp)
        if state.seen >= period { look(close, instrument, &state, &opinions) }
        states[instrument] = state
    }

    private func look(_ close: Int64, _ instrument: Int, _ state: inout State, _ opinions: inout Opinions) {
        // The distance from the mean, `period` times, and the square of the deviation as many times squared.
        let count = Int128(period)
        let distance = count * Int128(close) - Int128(state.sum)
        let variance = count * state.squares - Int128(state.sum) * Int128(state.sum)
        func isBeyond(_ factor: Int128) -> Bool {
            variance > 0 && distance * distance * 10_000 > factor * factor * variance
        }
        let before = state.outside
        state.outside = isBeyond(factor) ? (distance < 0 ? -1 : 1) : 0
        if state.side != 0 {
            let isBack = distance == 0 || (distance > 0) == (state.side > 0)
            if isBack {
                say(0, instrument, "the price is back at the mean", distance, variance, &state, &opinions)
            } else if isBeyond(stop) {
                say(
                    0, instrument, "the price has run away from the mean", distance, variance, &state,
                    &opinions)
            }
        } else if state.seen == warmUp, before != 0, state.outside == 0, before < 0 || goesShort,
            distance != 0, (distance > 0) == (before > 0)
        {
            say(
                -before, instrument, "the price is back within the bands", distance, variance, &state,
                &opinions)
        }
    }

    private func say(
        _ side: Int8, _ instrument: Int, _ reason: StaticString, _ distance: Int128, _ variance: Int128,
        _ state: inout State, _ opinions: inout Opinions
    ) {
        state.side = side
        let deviation = Double(variance).squareRoot()
        opinions.say(
            Double(side), of: instrument, because: reason,
            [
                Figure(name: "mean", value: Double(state.sum) / Double(period) / Double(Price.scale)),
                Figure(name: "z", value: deviation > 0 ? Double(distance) / deviation : 0),
            ])
    }
}
