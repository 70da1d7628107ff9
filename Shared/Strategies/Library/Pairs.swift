import Domain
import Glibc
import Statistics

/// Trades two symbols against each other where they go together in the long run: the one that has run ahead is sold, the one
/// that stayed behind is bought, until both have met.
public struct Pairs: Strategy {
    public static let name = "pairs"
    public static let summary =
        "where two symbols are cointegrated, buy the one behind and sell the one ahead"
    public static let rule = [
        "Symbols are paired in their order: the first with the second, the third with the fourth.",
        "Every `every` bars the logarithm of the first is regressed on that of the second over `lookback` bars, and what is left",
        "is tested by Engle and Granger; a pair trades where chance explains it with at most `chance`, and the slope is above 0.",
        "It enters where the spread is more than `enter` deviations off, leaves within `leave`, and gives up beyond `stop`.",
    ]
    public static let example = StrategyExample(["chance=0.2", "lookback=120", "enter=1.5"])
    public static let parameters: [Parameter] = [
        .integer(
            "lookback", 30...2000, default: 250, "Bars of the regression and of the spread's deviation."),
        .integer("every", 1...1000, default: 20, "Bars between two tests."),
        .integer("lags", 0...20, default: 1, "Changes before that the test takes into account."),
        .number("chance", 0.001...1, default: 0.05, "The largest probability of chance."),
        .number("enter", 0.1...10, default: 2, "Deviations of the spread to enter at."),
        .number("leave", 0...10, default: 0.5, "Deviations to leave at, fewer than enter."),
        .number("stop", 0.2...100, default: 4, "Deviations to give up at, more than enter."),
    ]

    private struct Pair {
        var first: [Double] = []
        var second: [Double] = []
        /// When each was last heard of, and its logarithm then.
        var heard = (Timestamp.distantPast, Timestamp.distantPast)
        var latest = (0.0, 0.0)
        var untilTest = 0
        var intercept = 0.0
        var slope = 0.0
        var deviation = 0.0
        var isTogether = false
        /// 1 where the first is bought, -1 where it is sold.
        var side = 0.0
    }

    private var pairs: [Pair]
    private let lookback: Int
    private let every: Int
    private let lags: Int
    private let chance: Double
    private let enter: Double
    private let leave: Double
    private let stop: Double

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        lookback = arguments.integer("lookback")
        every = arguments.integer("every")
        lags = arguments.integer("lags")
        chance = arguments.number("chance")
        enter = arguments.number("enter")
        leave = arguments.number("leave")
        stop = arguments.number("stop")
        guard leave < enter, enter < stop else {
            throw ParameterError(
                "leave must be less than enter, and enter less than stop, but they are \(leave), \(enter) and \(stop)"
            )
        }
        guard lookback > 2 * lags + 5 else {
            throw ParameterError(
                "\(lags) lags need a lookback of more than \(2 * lags + 5) bars, not \(lookback)")
        }
        pairs = Array(repeating: Pair(), count: symbols.count / 2)
    }

    public var warmUp: Int { lookback }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        let place = instrument / 2
        guard place < pairs.count, bar.close.isPositive else { return }
        if instrument % 2 == 0 {
            pairs[place].heard.0 = now
            pairs[place].latest.0 = log(Double(bar.close))
        } else {
            pairs[place].heard.1 = now
            pairs[place].latest.1 = log(Double(bar.close))
        }
        // Only moments at which both were heard of tell anything of the spread.
        if pairs[place].heard.0 == now, pairs[place].heard.1 == now { look(place, &opinions) }
    }

    private mutating func look(_ place: Int, _ opinions: inout Opinions) {
        pairs[place].first.append(pairs[place].latest.0)
        pairs[place].second.append(pairs[place].latest.1)
        guard pairs[place].first.count >= lookback else { return }
        if pairs[place].first.count > lookback {
            pairs[place].first.removeFirst()
            pairs[place].second.removeFirst()
        }
        pairs[place].untilTest -= 1
        if pairs[place].untilTest <= 0 { test(place) }
        let pair = pairs[place]
        guard pair.deviation > 0 else { return }
        let spread = (pair.latest.0 - pair.intercept - pair.slope * pair.latest.1) / pair.deviation
        if pair.side == 0 {
            guard pair.isTogether, spread.magnitude > enter, spread.magnitude < stop else { return }
            say(
                -spread.sign.number, of: place, spread, "the spread is far from where it comes back to",
                &opinions)
        } else if spread * pair.side >= -leave {
            say(0, of: place, spread, "the spread has come back", &opinions)
        } else if spread * pair.side <= -stop {
            say(0, of: place, spread, "the spread has run away", &opinions)
        } else if !pair.isTogether {
            say(0, of: place, spread, "the pair is not cointegrated any more", &opinions)
        }
    }

    /// A position that is held keeps the line that it was entered by, unless it is not to be trusted any more.
    private mutating func test(_ place: Int) {
        pairs[place].untilTest = every
        let found = Cointegration(pairs[place].first, pairs[place].second, lags: lags)
        pairs[place].isTogether = found.map { $0.probability <= chance && $0.slope > 0 } ?? false
        guard let found, pairs[place].side == 0 else { return }
        pairs[place].intercept = found.intercept
        pairs[place].slope = found.slope
        let squares = found.residuals.reduce(0) { $0 + $1 * $1 }
        pairs[place].deviation = (squares / Double(found.residuals.count - 1)).squareRoot()
    }

    /// One dollar of the first is held against so many of the second as the slope says; the larger is a whole signal.
    private mutating func say(
        _ side: Double, of place: Int, _ spread: Double, _ reason: StaticString, _ opinions: inout Opinions
    ) {
        pairs[place].side = side
        let slope = pairs[place].slope
        let whole = max(1, slope)
        let figures = [Figure(name: "z", value: spread), Figure(name: "slope", value: slope)]
        opinions.say(side / whole, of: 2 * place, because: reason, figures)
        opinions.say(-side * slope / whole, of: 2 * place + 1, because: reason, figures)
    }
}

extension FloatingPointSign {
    fileprivate var number: Double { self == .plus ? 1 : -1 }
}
