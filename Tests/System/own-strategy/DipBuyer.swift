import Domain
import Indicators
import Strategies

/// Buys where the close has fallen far below its average, and sells where it is back.
struct DipBuyer: Strategy {
    static let name = "dip-buyer"
    static let summary = "buy a dip below an average, and sell where it is over"
    static let rule = [
        "It buys where the close lies more than `dip` below the average of `period` closes, and sells above that average."
    ]
    /// From these, --set, help, sweeps and ranges are made.
    static let parameters: [Strategies.Parameter] = [
        .integer("period", 2...500, default: 20, "Bars of the average."),
        .number("dip", 0.001...0.5, default: 0.03, "How far below it to buy, in parts of it."),
    ]

    /// What is kept of each symbol.
    private struct State {
        var average: SMA
        var isIn = false
    }

    private var states: [State]
    private let dip: Double
    /// How many bars of a symbol it needs before it says anything of it.
    let warmUp: Int

    init(_ arguments: Arguments, symbols: [Symbol]) throws(Strategies.ParameterError) {
        let period = arguments.integer("period")
        dip = arguments.number("dip")
        warmUp = period
        states = Array(repeating: State(average: SMA(period: period)), count: symbols.count)
    }

    /// A bar is over. What is said now can trade in the next bar at the earliest.
    mutating func onBar(_ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions) {
        let close = Double(bar.close)
        guard let average = states[instrument].average.update(close) else { return }
        let figures = [Figure(name: "close", value: close), Figure(name: "average", value: average)]
        if !states[instrument].isIn, close < average * (1 - dip) {
            states[instrument].isIn = true
            opinions.say(1, of: instrument, because: "the price has dipped below its average", figures)
        } else if states[instrument].isIn, close > average {
            states[instrument].isIn = false
            opinions.say(0, of: instrument, because: "the price is back above its average", figures)
        }
    }
}
