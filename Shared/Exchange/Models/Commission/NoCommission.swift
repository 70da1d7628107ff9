import Domain

/// Nothing.
public struct NoCommission: CommissionModel {
    public static let name = "none"
    public static let parameters: [ModelParameter] = []
    public init(_ figures: [Double] = []) {}
    public func total(traded: Quantity, worth: Money) -> Money { .zero }
}
