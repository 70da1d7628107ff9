import Testing
import Domain
import Exchange
import Portfolio
import Risk
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
        Case("buying, and keeping what is bought") {
            [Participant(BuyAndHold.self, try Arguments([], of: "buy-and-hold"))]
        } _: {
            $0.rules.fill = .close
        },
    ]

    private static func crossover(
        fast: Int = 8, slow: Int = 30, short: Bool = false, weight: Double = 1
    ) throws -> Participant {
        Participant(
            SMACrossover.self,
            try Arguments(
                SMACrossover.parameters,
                given: [("fast", "\(fast)"), ("slow", "\(slow)"), ("short", "\(short)")],
                of: "sma-crossover"), weight: weight)
    }
}
