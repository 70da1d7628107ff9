import Domain
import Exchange
import Portfolio
import Risk
import Stops

@testable import Backtesting

/// Accounts whose positions are guarded by stops and targets.
extension Case {
    static let guarded: [Case] = [
        Case("a stop") {
            [try crossover()]
        } _: {
            $0.stops = try StopPlan(rules: ["fixed:3%"])
        },
        Case("a stop and a target, long and short") {
            [try crossover(short: true)]
        } _: {
            $0.rules.margin.kind = .regulationT
            $0.allocation.lot = Quantity(1)
            $0.rules.lot = Quantity(1)
            $0.stops = try StopPlan(rules: ["fixed:3%"], targets: "4%")
        },
        Case("trailing stops that move to the entry, of rules") {
            [try rules()]
        } _: {
            $0.stops = try StopPlan(rules: ["trailing:4%", "breakeven:2%"])
        },
        Case("a ladder of targets that trades in parts, and a stop by range") {
            [try crossover(), try named("donchian", ["enter=12", "leave=6"], weight: 2)]
        } _: {
            $0.rules.participation = 0.01
            $0.stops = try StopPlan(rules: ["atr:1"], targets: "1%:40%,2%:30%,4%:30%")
        },
        Case("so many bars at most, for several that close for each other") {
            [
                try crossover(fast: 5, slow: 20), try rules(),
                try named("rsi-reversal", ["period=5", "enter=40"]),
            ]
        } _: {
            $0.stops = try StopPlan(rules: ["time:6", "fixed:6%"], targets: "5%:50%")
        },
        Case("positions that are as large as their stop allows, with limits and orders that arrive late") {
            [try crossover(fast: 5, slow: 20)]
        } _: {
            $0.risk = RiskSettings(.advanced)
            $0.risk.limits = [ScopedLimit(.drawdownLiquidate, nil), ScopedLimit(.drawdownHalt, nil)]
            $0.allocation.rule = .riskSized
            $0.rules.latency.order = try Models.latency("constant", [("milliseconds", 20)])
            $0.stops = try StopPlan(rules: ["trailing:3atr", "fixed:5%"])
        },
        Case("weights that are brought back daily, and a target that closes a part") {
            [try crossover()]
        } _: {
            $0.allocation.rule = .inverseVolatility
            $0.allocation.rebalance = .daily
            $0.allocation.lot = Quantity(1)
            $0.rules.lot = Quantity(1)
            $0.stops = try StopPlan(rules: [], targets: "2%:50%")
        },
        Case("reversion within the day behind a stop of its own and the run's") {
            [try named("mean-reversion", ["enter=1.5", "rsi=45"]), try named("gap", ["gap=0.0005"])]
        } on: {
            try Markets.minutes(seed: $0, symbols: 2, sessions: 4)
        } _: {
            $0.rules.margin.kind = .regulationT
            $0.stops = try StopPlan(rules: ["fixed:0.5%", "time:20"], targets: "0.4%:50%,0.8%:50%")
        },
    ]
}
