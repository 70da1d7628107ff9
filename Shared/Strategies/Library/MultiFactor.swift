import Domain

/// Holds the symbols that several factors together think best of, and ranks them anew each month.
public struct MultiFactor: Strategy {
    public static let name = "multi-factor"
    public static let summary =
        "each month, hold what ranks best by momentum, value, quality, low volatility and size"
    public static let rule = [
        "At the first bar of each month each symbol has a figure for each factor: momentum, the return over `lookback` bars without",
        "the latest `skip`; low volatility, the deviation of daily returns over `window` bars, turned round; and of its last",
        "fundamentals known before that day: value (earnings and book value per share over the price), quality (return on equity,",
        "debt over equity turned round), size (the logarithm of what the company is worth, turned round).",
        "Each factor is cut off at its `winsor` quantiles, brought to mean 0 and deviation 1 over all symbols, and weighted; what a",
        "symbol has no figure for counts 0.",
        "It holds the `top` of the sums for the month.",
    ]
    public static let example = StrategyExample([
        "fundamentals=models/fundamentals.csv", "top=2", "lookback=120", "window=60",
    ])
    public static let parameters: [Parameter] = [
        .file("fundamentals", "Fundamentals as CSV: docs/strategies.md has the columns."),
        .number("momentum", -10...10, default: 1, "The weight of momentum."),
        .number("value", -10...10, default: 1, "The weight of value."),
        .number("quality", -10...10, default: 1, "The weight of quality."),
        .number("low_volatility", -10...10, default: 1, "The weight of low volatility."),
        .number("size", -10...10, default: 0.5, "The weight of size: small above large."),
        .integer("lookback", 2...2000, default: 252, "Bars of momentum."),
        .integer(
            "skip", 0...500, default: 21, "The latest bars, which momentum leaves out; fewer than lookback."),
        .integer("window", 3...2000, default: 120, "Bars of volatility."),
        .number("winsor", 0...0.49, default: 0.05, "The share that is cut off at each end."),
        .integer("top", 1...1000, default: 20, "How many are held."),
    ]

    private struct State {
        /// The newest last.
        var closes: [Double] = []
        var latest = Timestamp.distantPast
        var isHeld = false
    }

    private var states: [State]
    private let fundamentals: FundamentalTable
    private let weights: [Double]
    private let lookback: Int
    private let skip: Int
    private let window: Int
    private let winsor: Double
    private let top: Int
    private var nextMonth = Timestamp.distantPast

    public init(_ arguments: Arguments, symbols: [Symbol]) throws(ParameterError) {
        lookback = arguments.integer("lookback")
        skip = arguments.integer("skip")
        window = arguments.integer("window")
        winsor = arguments.number("winsor")
        top = arguments.integer("top")
        guard skip < lookback else {
            throw ParameterError(
                "skip must be less than lookback, but skip is \(skip) and lookback is \(lookback)")
        }
        weights = ["momentum", "value", "quality", "low_volatility", "size"].map { arguments.number($0) }
        fundamentals = try FundamentalTable(arguments.file("fundamentals"), symbols)
        states = Array(repeating: State(), count: symbols.count)
    }

    public var warmUp: Int { max(lookback, window) + 1 }

    public mutating func onBar(
        _ bar: Bar, of instrument: Int, at now: Timestamp, _ opinions: inout Opinions
    ) {
        states[instrument].closes.append(Double(bar.close))
        // Twice the room, so that the front is seldom taken off.
        if states[instrument].closes.count >= 2 * warmUp {
            states[instrument].closes.removeFirst(states[instrument].closes.count - warmUp)
        }
        states[instrument].latest = now
        guard now >= nextMonth else { return }
        let date = now.dateUTC
        nextMonth =
            (date.month == 12 ? CivilDate(date.year + 1, 1, 1) : CivilDate(date.year, date.month + 1, 1))
            .midnightUTC
        // Asks for the moment at which all bars of this instant have been seen.
        opinions.wake(at: now)
    }

    public mutating func onTimer(at now: Timestamp, _ opinions: inout Opinions) {
        let present = states.indices.filter { states[$0].latest == now && states[$0].closes.count >= warmUp }
        let scores = scores(present, at: now)
        let order = present.indices.sorted {
            scores[$0] != scores[$1] ? scores[$0] > scores[$1] : present[$0] < present[$1]
        }
        for (rank, place) in order.enumerated() {
            let instrument = present[place]
            let isChosen = rank < top
            guard isChosen != states[instrument].isHeld else { continue }
            states[instrument].isHeld = isChosen
            let figures = [
                Figure(name: "rank", value: Double(rank + 1)), Figure(name: "score", value: scores[place]),
            ]
            if isChosen {
                opinions.say(1, of: instrument, because: "it ranks among the best", figures)
            } else {
                opinions.say(0, of: instrument, because: "others rank better", figures)
            }
        }
    }

    private func scores(_ present: [Int], at now: Timestamp) -> [Double] {
        var scores = Array(repeating: 0.0, count: present.count)
        // Value and quality are each the mean of two.
        let known = present.map { fundamentals.latest(of: $0, at: now) }
        let prices = present.map { states[$0].closes[states[$0].closes.count - 1] }
        let figures: [[[Double?]]] = [
            [present.map { momentum(states[$0].closes) }],
            [
                zip(known, prices).map { $0?.earnings.map { [price = $1] in $0 / price } },
                zip(known, prices).map { $0?.book.map { [price = $1] in $0 / price } },
            ],
            [known.map { $0?.returnOnEquity }, known.map { $0?.debt.map { -$0 } }],
            [present.map { volatility(states[$0].closes).map { -$0 } }],
            [zip(known, prices).map { $0?.size(at: $1).map { -$0 } }],
        ]
        for (weight, parts) in zip(weights, figures) where weight != 0 {
            for part in parts {
                for (place, score) in FactorScore.scores(part, winsor: winsor).enumerated() {
                    scores[place] += weight * score / Double(parts.count)
                }
            }
        }
        return scores
    }

    private func momentum(_ closes: [Double]) -> Double? {
        let first = closes[closes.count - 1 - lookback]
        return first > 0 ? closes[closes.count - 1 - skip] / first - 1 : nil
    }

    private func volatility(_ closes: [Double]) -> Double? {
        let last = closes.suffix(window + 1)
        let returns = zip(last.dropFirst(), last).map { $0 / $1 - 1 }
        let mean = returns.reduce(0, +) / Double(returns.count)
        let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / Double(returns.count - 1)).squareRoot()
        return deviation.isFinite ? deviation : nil
    }
}
