import Domain
import Glibc

/// The square root of the share of the volume that the order takes, as measured market impact goes.
public struct SquareRootSlippage: SlippageModel {
    public static let name = "square_root"
    public static let parameters = [
        ModelParameter("k", 0.1, in: 0...10, "the share of the price that taking the whole volume would cost")
    ]
    private let coefficient: Double
    public init(_ figures: [Double]) { coefficient = figures[0] }
    public func distance(_ market: MarketAtFill) -> Price {
        guard market.volume.isPositive else { return .zero }
        // Double: the square root of two 64-bit figures is no exact number anyway.
        let share = Double(market.quantity) / Double(market.volume)
        return Rate(min(coefficient * share.squareRoot(), 100)).of(market.price)
    }
}
