import Domain

/// A share of the worth.
public struct BasisPointCommission: CommissionModel {
    public static let name = "basis_points"
    public static let parameters = [
        ModelParameter("bps", 10, in: 0...1_000, "hundredths of a percent of the worth")
    ]
    private let rate: Rate
    public init(_ figures: [Double]) { rate = .basisPoints(figures[0]) }
    public func total(traded: Quantity, worth: Money) -> Money { rate.of(worth) }
}
