import Domain

/// Sets of checks that go together, by name.
public enum RiskPreset: String, CaseIterable, Sendable {
    /// No check: what a backtest does unless it is told otherwise.
    case none
    /// Sanity alone: nothing beyond the account's money, no obvious mistake.
    case basic
    /// For swing trading: 20 % a position, 100 % in all.
    case dynamic
    /// For trading within the day: 5 % a position, 50 % in all.
    case advanced

    public var checks: [any RiskCheck] {
        let mistakes: [any RiskCheck] = [
            FatFinger(worthMax: Money(10_000_000), quantityMax: Quantity(1_000_000)),
            DuplicateOrder(within: Nanoseconds.second),
        ]
        switch self {
        case .none: return []
        case .basic:
            return mistakes + [GrossExposure(shareMax: 1), CashReserve(shareMin: 0)]
        case .dynamic:
            return mistakes + [
                PositionSize(shareMax: 0.2), GrossExposure(shareMax: 1),
                ShortShare(shareMax: 0.5, ofGross: 1),
                PositionCount(countMax: 30), CashReserve(shareMin: 0.02), DailyDrawdown(shareMax: 0.02),
                TradesPerDay(countMax: 100),
            ]
        case .advanced:
            return mistakes + [
                PositionSize(shareMax: 0.05), GrossExposure(shareMax: 0.5),
                ShortShare(shareMax: 0.5, ofGross: 0.5), PositionCount(countMax: 30),
                CashReserve(shareMin: 0.05), DailyDrawdown(shareMax: 0.02), TradesPerDay(countMax: 100),
            ]
        }
    }
}
