import Domain

extension Ticket {
    /// An order of the mesh as the exchange takes it.
    public init(_ order: borrowing Order, tag: UInt64, symbol: SymbolIndex, strategy: Int32) {
        self.init(
            tag: tag, symbol: symbol, strategy: strategy, side: order.side, kind: order.kind,
            timeInForce: order.timeInForce, quantity: order.quantity, limit: order.limit ?? .zero,
            stop: order.stop ?? .zero, trail: order.trail ?? .zero, trailShare: order.trailShare,
            notional: order.notional ?? .zero, validUntil: order.validUntil)
    }
}
