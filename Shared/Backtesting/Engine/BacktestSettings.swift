import Domain
import Exchange
import Execution
import Portfolio
import Risk
import Stops

/// What a run goes by. Without settings a strategy trades its whole cash, unhindered.
public struct BacktestSettings: Sendable {
    public var account = "backtest"
    public var cash = Money(100_000)
    public var allocation = AllocationSettings()
    public var risk = RiskSettings()
    /// When positions are given up, beside what the strategy says.
    public var stops = StopPlan()
    /// How approvals are worked; where it is not given they are sent at once, as they are.
    public var execution: ExecutionSettings?
    public var rules: ExchangeRules
    /// When the exchange is open; where it is not given, the sessions of New York for daily bars, and always for others.
    public var hours: ExchangeRules.Hours?
    /// Whether the equity of every instant is kept, for a chart of a few days; a long run keeps its days all the same.
    public var keepsCourse = false

    public init() {
        rules = ExchangeRules()
        // What a strategy is worth is asked first; whether the market is deep enough for it is asked by setting this.
        rules.participation = nil
    }

    func rules(for market: Market) -> ExchangeRules {
        rules(areDaily: market.bars.spans.allSatisfy { $0 == Nanoseconds.day } && market.ticks.count == 0)
    }

    func rules(areDaily isDaily: Bool) -> ExchangeRules {
        var rules = rules
        rules.hours = hours ?? (isDaily ? .xnys : .continuous)
        return rules
    }
}

/// A run that cannot go on: a fault of a machine, or figures too large to count.
public struct BacktestError: Error, CustomStringConvertible {
    public let description: String

    init(_ error: any Error, at moment: Timestamp) {
        description = "the run stopped at \(moment): \(error)"
    }
}
