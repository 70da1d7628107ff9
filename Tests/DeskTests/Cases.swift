import Testing
import Domain
import Exchange
import Portfolio
import Risk
import Rules
import Strategies

@testable import Backtesting

/// Accounts that are tried through the desks and in the engine.
struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let strategies: @Sendable () throws -> [Participant]
    let table: @Sendable (UInt64) throws -> BarTable
    let settings: @Sendable () throws -> BacktestSettings

    init(
        _ name: String, _ strategies: @escaping @Sendable () throws -> [Participant],
        on table: @escaping @Sendable (UInt64) throws -> BarTable = Case.days,
        _ change: @escaping @Sendable (inout BacktestSettings) throws -> Void = { _ in }
    ) {
        testDescription = name
        self.strategies = strategies
        self.table = table
        settings = {
            var settings = BacktestSettings()
            settings.rules.margin.kind = .cash
            try change(&settings)
            return settings
        }
    }

    static let days: @Sendable (UInt64) throws -> BarTable = {
        try Markets.walk(seed: $0, symbols: 4, days: 180)
    }

    static let all: [Case] = [
        Case("a crossover") { [try crossover()] },
        Case("a crossover that goes short on margin") {
            [try crossover(short: true)]
        } _: {
            $0.rules.margin.kind = .regulationT
            $0.rules.borrow.annualRate = 0.03
        },
        Case("a crossover that pays for everything") {
            [try crossover()]
        } _: {
            $0.rules.commission = try Models.commission("per_share", [("amount", 0.005), ("minimum", 1)])
            $0.rules.slippage = try Models.slippage("basis_points", [("bps", 5)])
            $0.rules.participation = 0.1
        },
        Case("whole shares of four, weighted daily") {
            [try crossover()]
        } _: {
            $0.allocation.rule = .inverseVolatility
            $0.allocation.rebalance = .daily
            $0.allocation.lot = Quantity(1)
            $0.rules.lot = Quantity(1)
        },
        Case("two crossovers and momentum on one account") {
            [
                try crossover(), try crossover(fast: 5, slow: 20, weight: 2),
                Participant(
                    CrossSectionalMomentum.self,
                    try Arguments(
                        CrossSectionalMomentum.parameters,
                        given: [("lookback", "30"), ("skip", "2"), ("top", "2")], of: "momentum"), weight: 1),
            ]
        },
        Case("limits of the advanced preset") {
            [try crossover()]
        } _: {
            $0.risk = RiskSettings(.advanced)
            $0.risk.limits = [ScopedLimit(.drawdownLiquidate, nil), ScopedLimit(.drawdownHalt, nil)]
        },
        Case("limits of a strategy among two") {
            [try crossover(), try crossover(fast: 5, slow: 20)]
        } _: {
            $0.risk = RiskSettings(.basic)
            $0.risk.limits = [
                ScopedLimit(.drawdownLiquidate, nil), ScopedLimit(.drawdownHalt, nil),
                try ScopedLimit("position_size@S1=2%"),
            ]
        },
        Case("a trend with a stop, and orders that arrive late") {
            [
                Participant(
                    SwingTrend.self,
                    try Arguments(
                        SwingTrend.parameters, given: [("fast", "5"), ("slow", "15"), ("adx", "5")],
                        of: "swing-trend"))
            ]
        } _: {
            $0.allocation.rule = .riskSized
            $0.rules.latency.order = try Models.latency("constant", [("milliseconds", 20)])
        },
        Case("reversion within the day") {
            [
                Participant(
                    IntradayReversion.self,
                    try Arguments(
                        IntradayReversion.parameters, given: [("enter", "1.5"), ("rsi", "45")],
                        of: "mean-reversion"))
            ]
        } on: {
            try Markets.minutes(seed: $0, symbols: 2, sessions: 4)
        } _: {
            $0.rules.margin.kind = .regulationT
        },
        Case("a pair, factors and a break-out") {
            [
                try named("pairs", ["lookback=40", "every=7", "chance=1", "enter=1"]),
                try named("multi-factor", ["lookback=20", "skip=2", "window=10", "top=2"], weight: 2),
                try named("donchian", ["enter=12", "leave=6"]),
            ]
        } _: {
            $0.rules.margin.kind = .regulationT
            $0.allocation.rule = .signalWeighted
        },
        Case("reversals, and momentum over time") {
            [
                try named("bollinger-reversal", ["period=10", "factor=1.2"]),
                try named("rsi-reversal", ["period=5", "enter=40"]),
                try named("time-series-momentum", ["lookback=15"]),
            ]
        },
        Case("a model, and a hybrid") {
            [
                try named("model", ["model=m", "enter=0.52"]),
                try named("hybrid", ["model=m", "combine=weight", "fast=3", "slow=9"]),
            ]
        },
        Case("gaps and opening ranges") {
            [try named("gap", ["gap=0.0005"]), try named("opening-range", ["minutes=60"])]
        } on: {
            try Markets.minutes(seed: $0, symbols: 2, sessions: 8)
        } _: {
            $0.rules.margin.kind = .regulationT
        },
        Case("rules without code") { [try rules()] },
        Case("buying, and keeping what is bought") {
            [Participant(BuyAndHold.self, try Arguments([], of: "buy-and-hold"))]
        } _: {
            $0.rules.fill = .close
        },
    ]

    static func crossover(
        fast: Int = 8, slow: Int = 30, short: Bool = false, weight: Double = 1
    ) throws -> Participant {
        Participant(
            SMACrossover.self,
            try Arguments(
                SMACrossover.parameters,
                given: [("fast", "\(fast)"), ("slow", "\(slow)"), ("short", "\(short)")],
                of: "sma-crossover"), weight: weight)
    }

    /// A strategy of the registry; the file of a model is the one below.
    static func named(_ name: String, _ words: [String], weight: Double = 1) throws -> Participant {
        struct Naming: StrategyVisitor {
            let words: [String]
            let weight: Double
            var participant: Participant?

            mutating func visit<B: Blueprint>(_ blueprint: B) throws {
                let given = words.map { word in
                    let parts = word.split(separator: "=")
                    return (name: String(parts[0]), text: String(parts[1]))
                }
                participant = Participant(
                    blueprint,
                    try Arguments(blueprint.parameters, given: given, of: blueprint.name) {
                        _ throws(ParameterError) in Case.model
                    }, weight: weight)
            }
        }
        var naming = Naming(words: words, weight: weight)
        try StrategyRegistry.visit(name, &naming)
        guard let participant = naming.participant else { throw ParameterError("no \(name)") }
        return participant
    }

    private static let model = """
        kind,linear
        link,logistic
        feature,close / sma(close, 20) - 1,40
        feature,rsi(5) / 100 - 0.5,-2
        """

    private static func rules() throws -> Participant {
        var long = RuleSheet.Side()
        long.enter = try Expression("crosses_above(close, sma(close, 5)) or rsi(4) < 30")
        long.exit = try Expression("close < lowest(close, 4)[1] or bars_since_entry > 12")
        long.stop = try Expression("close - 3 * atr(5)")
        long.trail = try Expression("lowest(low, 7) - 0.01")
        let sheet = try RuleSheet(
            name: "rules", summary: "", parameters: [], definitions: [], long: long, short: RuleSheet.Side())
        return Participant(sheet, try Arguments([], of: "rules"))
    }
}
