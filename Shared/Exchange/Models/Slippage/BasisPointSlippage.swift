import Domain

/// A fixed share of the price.
public struct BasisPointSlippage: SlippageModel {
    public static let name = "basis_points"
    public static let parameters = [
        ModelParameter("bps", 5, in: 0...1_000, "hundredths of a percent of the price")
    ]
    private let rate: Rate
    public init(_ figures: [Double]) { rate = .basisPoints(figures[0]) }
    public func distance(_ market: MarketAtFill) -> Price { rate.of(market.price) }
}
