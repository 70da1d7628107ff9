import Domain

/// An amount for each share, not less than a minimum for an order and not more than a share of its worth.
public struct PerShareCommission: CommissionModel {
    public static let name = "per_share"
    public static let parameters = [
        ModelParameter("amount", 0.005, in: 0...100, "for each share"),
        ModelParameter("minimum", 1, in: 0...1_000, "for each order"),
        ModelParameter("cap", 0.01, in: 0...1, "the largest share of the order's worth; 0 is no cap"),
    ]
    private let amount: Price
    private let minimum: Money
    private let cap: Rate
    public init(_ figures: [Double]) {
        amount = Price(units: Rate(figures[0]).billionths / 1_000)
        minimum = Money(units: Rate(figures[1]).billionths / 1_000)
        cap = Rate(figures[2])
    }
    public func total(traded: Quantity, worth: Money) -> Money {
        let fee = max(minimum, amount * traded)
        return cap == .zero ? fee : min(fee, cap.of(worth))
    }
}
