import Domain

/// What the ledger holds of a symbol, and what came of it.
public struct Holding: Equatable, BitwiseCopyable, Sendable {
    /// Below zero for a short.
    public internal(set) var quantity: Quantity = .zero
    /// The price of the last mark or deal.
    public var price: Price = .zero
    /// `quantity` × `price`, rounded once.
    public var worth: Money = .zero
    /// What the lots cost, without fees.
    public internal(set) var cost: Money = .zero
    public internal(set) var realised: Money = .zero
    public internal(set) var fees: Money = .zero
    public internal(set) var dividends: Money = .zero
    public internal(set) var borrow: Money = .zero

    /// The quantity in whole shares and what is left: a mark of whole shares is one multiplication.
    public internal(set) var whole: Int64 = 0
    public internal(set) var part: Int64 = 0

    /// The lots, from the oldest to the youngest.
    var firstLot: Int32 = -1
    var lastLot: Int32 = -1

    /// What it would be worth at a price.
    @inlinable public func worth(at price: Price) -> Money {
        if let worth = Money.worth(ofWhole: whole, part: part, at: price) { return worth }
        guard let worth = Money.worth(of: quantity, at: price) else {
            preconditionFailure("a holding is worth more than money can hold")
        }
        return worth
    }

    public var unrealised: Money { worth - cost }

    /// What a share of the position cost on average, rounded half to even; zero without a position.
    public var averagePrice: Price {
        guard quantity != .zero, let price = try? Price(of: cost, per: quantity) else { return .zero }
        return price
    }
}
