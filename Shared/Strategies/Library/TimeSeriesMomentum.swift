import Domain

/// Goes with what a price has done over a look-back, each symbol by itself.
///
/// Two closes are compared in whole numbers, and nothing but them decides: whenever the data begin, it says the same.
public struct TimeSeriesMomentum: Strategy {
    public static let name = "time-series-momentum"
    public static let summary = "hold each symbol while it has risen over a look-back"
    public static let rule = [
        "It looks at the close of `skip` bars ago beside that of `lookback` bars ago.",
        "It is long while the rise is more than `threshold`, and out while it is not.",
        "With short=true it is short while the fall is more than `threshold`.",
    ]
    public static let example = StrategyExample(["lookback=120", "skip=5"])
    public static let parameters: [Parameter] = [
        .integer("lookback", 1...2000, default: 252, "Bars over which the return is measured."),
        .integer("skip", 0...500, default: 0, "The latest bars, which are left out; fewer than lookback."),
        .number("threshold", 0...1, default: 0, "The least rise or fall, in parts; to a millionth."),
        .flag("short", default: false, "Go short where it has fallen."),
    ]

    private struct State: BitwiseCopyable {
        var next = 0
        var seen = 0
        var side: Int8 = 0
    }

    private let lookback: Int
    private let skip: Int
    /// A rise to this counts, and a fall to that, in millionths of the close before.
    private let above: Int64
    private let below: Int64
    private let goesShort: Bool
    private let states: Slots<State>
    /// `lookback` closes and the latest, of each instrument.
    private let closes: Slots<Int64>

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        lookback = arguments.integer("lookback")
        skip = arguments.integer("skip")
        guard skip < lookback else {
            throw ParameterError(
                "skip must be less than lookback, but skip is \(skip) and lookback is \(lookback)")
        }
        let threshold = Int64((arguments.number("threshold") * 1e6).rounded())
        above = 1_000_000 + threshold
        below = 1_000_000 - threshold
        goesShort = arguments.flag("short")
        states = Slots(repeating: State(), count: symbols.count)
        closes = Slots(repeating: 0, count: symbols.count * (lookback + 1))
    }

    public var warmUp: Int { lookback + 1 }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        var state = states[instrument]
        let window = instrument * warmUp
        closes[window + state.next] = bar.close.units
        let latest = state.next
        state.next = latest == lookback ? 0 : latest + 1
        if state.seen < warmUp { state.seen += 1 }
        defer { states[instrument] = state }
        guard state.seen == warmUp else { return }
        // What the next close will replace is the oldest.
        let first = closes[window + state.next]
        let last = closes[window + (latest >= skip ? latest - skip : latest + warmUp - skip)]
        let parts = last.multipliedFullWidth(by: 1_000_000)
        let side: Int8 =
            parts > first.multipliedFullWidth(by: above)
            ? 1 : goesShort && parts < first.multipliedFullWidth(by: below) ? -1 : 0
        guard side != state.side else { return }
        state.side = side
        say(side, of: instrument, Double(last) / Double(first) - 1, &opinions)
    }

    private func say(_ side: Int8, of instrument: Int, _ rise: Double, _ opinions: inout Opinions) {
        let figures = [Figure(name: "return", value: rise)]
        switch side {
        case 1: opinions.say(1, of: instrument, because: "it has risen over the look-back", figures)
        case -1: opinions.say(-1, of: instrument, because: "it has fallen over the look-back", figures)
        default:
            opinions.say(0, of: instrument, because: "it has not moved enough over the look-back", figures)
        }
    }
}
