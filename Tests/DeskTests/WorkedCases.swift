import Domain
import Execution
import Exchange
import Risk
import Strategies

@testable import Backtesting

extension Case {
    /// Accounts whose orders are worked over time, in each way that there is.
    static let worked: [Case] = [
        worked("at market") { $0.style = .market },
        worked("at limits") { $0.offset = .fixed(.basisPoints(5)) },
        worked("at limits that wait for a better price") { $0.offset = .fixed(.basisPoints(-30)) },
        worked("at limits that go by spread and movement", on: minutes) {
            $0.offset = .adaptive
            $0.entryWindow = 20 * Nanoseconds.minute
        },
        worked("at passive limits within the day", on: minutes) {
            $0.offset = .fixed(.basisPoints(-8))
            $0.patience = 12 * Nanoseconds.minute
        },
        worked("in equal parts over days") {
            $0.style = .market
            $0.slicing = .timeWeighted(over: 5 * Nanoseconds.day, slices: 5)
        },
        worked("in equal parts within the day", on: minutes) {
            $0.slicing = .timeWeighted(over: 30 * Nanoseconds.minute, slices: 6)
        },
        worked("in parts as past sessions traded", on: minutes) {
            $0.style = .market
            $0.slicing = .volumeWeighted(over: 40 * Nanoseconds.minute, slices: 4)
        },
        worked("as a share of what is traded", on: minutes) {
            $0.style = .market
            $0.slicing = .participation(.percent(10))
        },
        worked("with brackets that the venue keeps") {
            $0.style = .market
            $0.bracket = BracketRule(stop: .percent(2), target: .percent(3))
        },
        worked("with brackets at limits, filled in parts", change: { $0.rules.participation = 0.02 }) {
            $0.bracket = BracketRule(stop: .percent(2), target: .percent(3))
        },
        worked("with brackets within the day", on: minutes) {
            $0.bracket = BracketRule(stop: .percent(0.4), target: .percent(0.6))
        },
        worked("with a stop alone") {
            $0.style = .market
            $0.bracket = BracketRule(stop: .percent(2))
        },
        worked("in parts, each protected by a stop and a target in turn", on: minutes) {
            $0.slicing = .timeWeighted(over: 30 * Nanoseconds.minute, slices: 3)
            $0.bracket = BracketRule(stop: .percent(0.4), target: .percent(0.4))
        },
        worked(
            "at limits with brackets, and orders arrive late",
            change: { $0.rules.latency.order = try Models.latency("constant", [("milliseconds", 20)]) }
        ) { $0.bracket = BracketRule(stop: .percent(2), target: .percent(3)) },
        worked(
            "at limits under limits of risk",
            change: {
                $0.risk = RiskSettings(.advanced)
                $0.risk.limits = [ScopedLimit(.drawdownLiquidate, nil), ScopedLimit(.drawdownHalt, nil)]
            }
        ) { $0.offset = .fixed(.basisPoints(-10)) },
        worked(
            "with brackets, on margin and short",
            change: {
                $0.rules.margin.kind = .regulationT
                $0.rules.borrow.annualRate = 0.03
                $0.allocation.rebalance = .weekly
            }, strategies: { [try crossover(short: true), try crossover(fast: 5, slow: 20, weight: 2)] }
        ) { $0.bracket = BracketRule(stop: .percent(1.5), target: .percent(2)) },
    ]

    private static let minutes: @Sendable (UInt64) throws -> BarTable = {
        try Markets.minutes(seed: $0, symbols: 2, sessions: 8)
    }

    private static func worked(
        _ name: String, on table: @escaping @Sendable (UInt64) throws -> BarTable = Case.days,
        change: @escaping @Sendable (inout BacktestSettings) throws -> Void = { _ in },
        strategies: @escaping @Sendable () throws -> [Participant] = {
            [try crossover(), try crossover(fast: 4, slow: 14)]
        }, _ working: @escaping @Sendable (inout ExecutionSettings) -> Void
    ) -> Case {
        Case("orders are worked \(name)", strategies, on: table) {
            try change(&$0)
            var execution = ExecutionSettings()
            execution.entryWindow = 0
            working(&execution)
            $0.execution = execution
        }
    }
}
