/// Sets of limits that go together, by name; `RiskLimit` has their values.
public enum RiskPreset: String, CaseIterable, Sendable {
    /// No check: what a backtest does unless it is told otherwise.
    case none
    /// Sanity alone: nothing beyond the account's money, no obvious mistake.
    case basic
    /// For swing trading: 20 % a position, 100 % in all.
    case dynamic
    /// For trading within the day: 5 % a position, 50 % in all.
    case advanced
}
