import Domain

/// Shares that were bought, or sold short, together.
public struct Lot: Equatable, BitwiseCopyable, Sendable {
    /// Below zero where they were sold short.
    public var quantity: Quantity
    /// What they cost without fees; below zero, what the short sale brought. Parts of a lot share it to the last
    /// millionth.
    public var cost: Money
    /// What of the fees of the deal is carried by what is left.
    public var fee: Money
    public var price: Price
    public var strategy: Int
    public var openedAt: Timestamp

    /// Neighbours, from the oldest on.
    var next: Int32 = -1
    var previous: Int32 = -1
}

/// A lot, or a part of one, that a deal closed: a round trip.
public struct ClosedLot: Equatable, BitwiseCopyable, Sendable {
    public var symbol: SymbolIndex
    /// The strategy that opened it, and the one whose deal closed it.
    public var strategy: Int
    public var closedBy: Int
    /// Below zero for a short.
    public var quantity: Quantity
    public var openedAt: Timestamp
    public var closedAt: Timestamp
    public var openPrice: Price
    public var closePrice: Price
    /// What it brought without fees, and both deals' share of fees.
    public var profit: Money
    public var fees: Money
}
