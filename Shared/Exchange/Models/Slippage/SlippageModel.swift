import Domain

/// By how much market orders and triggered stops trade worse than the price that they meet. Limits never do.
public protocol SlippageModel: Model {
    /// The distance for one share, never below zero.
    func distance(_ market: MarketAtFill) -> Price
    /// Whether the model has to see the range of every bar, also of bars in which no order works.
    var needsRange: Bool { get }
}

extension SlippageModel {
    public var needsRange: Bool { false }
}

/// What a model of slippage may look at: nothing later than the fill.
public struct MarketAtFill: BitwiseCopyable, Sendable {
    /// The price without slippage, and how much is traded.
    public var price: Price
    public var quantity: Quantity
    /// The volume of the bar, or the size that the quote shows; zero where it is unknown.
    public var volume: Volume
    /// The last quoted spread; zero where nothing was quoted, or where the price is already the quote's far side.
    public var spread: Price
    public var isQuoted: Bool
    /// The average true range of the last bars; zero before there is one.
    public var range: Price
}
