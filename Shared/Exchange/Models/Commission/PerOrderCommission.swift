import Domain

/// The same for each order that trades.
public struct PerOrderCommission: CommissionModel {
    public static let name = "per_order"
    public static let parameters = [ModelParameter("amount", 1, in: 0...1_000, "for each order")]
    private let amount: Money
    public init(_ figures: [Double]) { amount = Money(units: Rate(figures[0]).billionths / 1_000) }
    public func total(traded: Quantity, worth: Money) -> Money { amount }
}
