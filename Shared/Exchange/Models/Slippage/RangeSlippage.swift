import Domain

/// A share of the average true range.
public struct RangeSlippage: SlippageModel {
    public static let name = "atr"
    public static let parameters = [
        ModelParameter("k", 0.1, in: 0...10, "the share of the average true range of 14 bars")
    ]
    private let share: Rate
    public init(_ figures: [Double]) { share = Rate(figures[0]) }
    public func distance(_ market: MarketAtFill) -> Price { share.of(market.range) }
    public var needsRange: Bool { true }
}
