import Domain

/// An order as the exchange takes it: plain numbers only, so that it is copied without touching the heap. Texts
/// (ids, names of accounts and strategies) stay with the sender, who finds them again by `tag`.
public struct Ticket: Equatable, BitwiseCopyable, Sendable {
    /// The sender's own number of the order: every report about it carries it, the exchange does not look at it.
    public var tag: UInt64
    public var symbol: SymbolIndex
    /// Which of the exchange's accounts trades, and for which strategy: numbers from 0.
    public var account: Int32
    public var strategy: Int32
    public var side: Side
    public var kind: OrderKind
    public var timeInForce: TimeInForce
    public var quantity: Quantity
    /// Heeded by the kinds that have one.
    public var limit: Price
    /// Where a stop triggers. A trailing stop may leave it zero: it then begins at its distance from the market.
    public var stop: Price
    /// A trailing stop's distance as an amount or, where that is zero, as a share of the price.
    public var trail: Price
    public var trailShare: Double
    /// Market orders: spend or raise no more than this, fees included. `quantity` is then a bound, and what is left
    /// of it when the money is spent is cancelled. Zero: no such limit.
    public var notional: Money
    /// The end of an order that is good till a date.
    public var validUntil: Timestamp

    @inlinable
    public init(
        tag: UInt64 = 0, symbol: SymbolIndex, account: Int32 = 0, strategy: Int32 = 0, side: Side,
        kind: OrderKind = .market, timeInForce: TimeInForce = .day, quantity: Quantity, limit: Price = .zero,
        stop: Price = .zero, trail: Price = .zero, trailShare: Double = 0, notional: Money = .zero,
        validUntil: Timestamp = .zero
    ) {
        self.tag = tag
        self.symbol = symbol
        self.account = account
        self.strategy = strategy
        self.side = side
        self.kind = kind
        self.timeInForce = timeInForce
        self.quantity = quantity
        self.limit = limit
        self.stop = stop
        self.trail = trail
        self.trailShare = trailShare
        self.notional = notional
        self.validUntil = validUntil
    }

    /// The tag of orders that the exchange places itself, to close positions that an account can no longer carry.
    public static let liquidation = UInt64.max
}
