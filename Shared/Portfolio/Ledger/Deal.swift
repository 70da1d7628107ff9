import Domain

/// A fill as the ledger books it: plain numbers, so that booking touches no heap.
public struct Deal: Equatable, BitwiseCopyable, Sendable {
    public var symbol: SymbolIndex
    public var strategy: Int
    public var side: Side
    public var quantity: Quantity
    public var price: Price
    /// Commission and fees; negative where the account receives them.
    public var fee: Money
    public var at: Timestamp

    @inlinable
    public init(
        symbol: SymbolIndex, strategy: Int = 0, side: Side, quantity: Quantity, price: Price,
        fee: Money = .zero, at: Timestamp = .zero
    ) {
        self.symbol = symbol
        self.strategy = strategy
        self.side = side
        self.quantity = quantity
        self.price = price
        self.fee = fee
        self.at = at
    }
}
