import Domain

/// Orders trade at the price that they meet.
public struct NoSlippage: SlippageModel {
    public static let name = "none"
    public static let parameters: [ModelParameter] = []
    public init(_ figures: [Double] = []) {}
    public func distance(_ market: MarketAtFill) -> Price { .zero }
}
