import Domain

/// How large a position may be so that its stop costs no more than the account risks on a trade: equity × risk per
/// trade ÷ distance of the stop, capped by a share of the equity.
public struct PositionSizer: Sendable, Equatable {
    /// What a trade may lose, as a share of the equity.
    public var riskPerTrade: Double
    /// No position is worth more than this share of the equity.
    public var shareMax: Double
    /// Where there is no stop: so many daily deviations away.
    public var deviations: Double

    public init(riskPerTrade: Double, shareMax: Double, deviations: Double) {
        self.riskPerTrade = riskPerTrade
        self.shareMax = shareMax
        self.deviations = deviations
    }

    /// The distance of a stop that nobody named, from a year's volatility.
    public func distance(price: Price, volatility: Double) throws(OverflowError) -> Price {
        try price.scaled(by: deviations * volatility / 252.0.squareRoot())
    }

    /// What the position is worth, and never more than `shareMax` of the equity. A stop at no distance says nothing, and
    /// gives nothing.
    public func worth(equity: Money, price: Price, distance: Price) throws(OverflowError) -> Money {
        guard equity.isPositive, price.isPositive, distance.isPositive else { return .zero }
        let most = try equity.scaled(by: shareMax, rounding: .down)
        // Compared as fractions first: a distance of a millionth would be worth more than money can hold.
        let risk = try equity.scaled(by: riskPerTrade, rounding: .down)
        let product = Int128(risk.units) * Int128(price.units)
        if product >= Int128(most.units) * Int128(distance.units) { return most }
        return try risk.scaled(price.units, over: distance.units, rounding: .down)
    }
}
