import Domain

/// When positions are brought back to their shares although no signal has changed.
public enum RebalanceRule: String, CaseIterable, Sendable {
    case never, daily, weekly, monthly
    /// Looked at each day, and done where a position is away from its share by more than `drift`.
    case drift
}

public struct AllocationSettings: Sendable, Equatable {
    public var rule = AllocationRule.allIn
    public var rebalance = RebalanceRule.never
    /// How far a position may be from its share of the equity, under the rule of that name.
    public var drift = 0.05
    /// The share of the equity that is never spent.
    public var cashReserve = 0.0
    /// No more than so many positions: the strongest signals count.
    public var positionsMax = Int.max
    /// A difference to the target below this share of the equity is left alone.
    public var noTradeBand = 0.0
    /// Orders are whole multiples of it.
    public var lot = Quantity(units: 1)
    /// Smaller orders are not worth their costs.
    public var worthMin = Money.zero
    /// What `risk-sized` goes by.
    public var sizer = PositionSizer(riskPerTrade: 0.004, shareMax: 1, deviations: 2)

    public init() {}
}
