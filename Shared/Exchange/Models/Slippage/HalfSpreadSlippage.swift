import Domain

/// Half of the last quoted spread; an assumed one where nothing was quoted. A fill at the quote's far side has paid
/// it already.
public struct HalfSpreadSlippage: SlippageModel {
    public static let name = "half_spread"
    public static let parameters = [
        ModelParameter("assumed_bps", 2, in: 0...1_000, "the whole spread where there is no quote")
    ]
    private let assumed: Rate
    public init(_ figures: [Double]) { assumed = .basisPoints(figures[0] / 2) }
    public func distance(_ market: MarketAtFill) -> Price {
        if market.isQuoted { return .midpoint(.zero, market.spread) }
        return assumed.of(market.price)
    }
}
