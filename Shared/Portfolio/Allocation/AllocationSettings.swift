import Domain

/// How the money of an account is spread over what the strategies want.
public enum AllocationRule: String, CaseIterable, Sendable {
    /// Each signal that begins takes the money that is free at that time, shared with others of the same moment, and
    /// keeps it until the signal ends. Nothing is rebalanced.
    case allIn = "all-in"
    /// The same share of the equity for each signal in force.
    case equalWeight = "equal-weight"
    /// Shares of the equity in proportion to strength × confidence.
    case signalWeighted = "signal-weighted"
    /// Shares in inverse proportion to volatility.
    case inverseVolatility = "inverse-volatility"
    /// Equal shares, each scaled down so that the whole would have the volatility that is aimed at.
    case volatilityTargeted = "volatility-targeted"
    /// Each signal that begins takes as much as loses the risk per trade at its stop, while there is money, and keeps
    /// it until the signal ends. Nothing is rebalanced.
    case riskSized = "risk-sized"

    public var usesVolatility: Bool {
        self == .inverseVolatility || self == .volatilityTargeted || self == .riskSized
    }
    /// Positions are opened and closed with their signals, and left alone between.
    var followsSignals: Bool { self == .allIn || self == .riskSized }
}

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
    /// What `volatilityTargeted` aims at, a year.
    public var volatilityTarget = 0.15
    /// What `riskSized` goes by.
    public var sizer = PositionSizer(riskPerTrade: 0.004, shareMax: 1, deviations: 2)

    public init() {}
}
