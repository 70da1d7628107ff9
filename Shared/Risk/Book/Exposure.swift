import Domain

/// What is held of an instrument, and what orders on their way may make of it.
///
/// A market order on its way counts as done. An order that rests (a limit, a stop) may trade or not, so it counts only
/// where it would make things worse: one that buys adds to what may be long, and frees nothing that is short.
public struct Exposure: Sendable, Equatable {
    public internal(set) var quantity: Quantity = .zero
    public internal(set) var price: Price = .zero
    /// What market orders on their way will change, below zero where they sell.
    var coming: Quantity = .zero
    /// What resting orders may buy and sell.
    var maybeBought = Side(), maybeSold = Side()

    /// Resting orders of one side together.
    struct Side: Sendable, Equatable {
        var quantity: Quantity = .zero
        var worth: Money = .zero
    }

    /// The position once the market orders have traded.
    var settledQuantity: Quantity { quantity + coming }
    public var held: Money { quantity * price }
    public var settled: Money { settledQuantity * price }

    /// The most that may be long, and the most that may be short. Resting orders count at the last price and not at
    /// their own: else an order that only closes a position would seem to open what its price differs by.
    public var long: Money { max(.zero, settledQuantity + maybeBought.quantity) * price }
    public var short: Money { max(.zero, maybeSold.quantity - settledQuantity) * price }
    /// The larger of the two: what the position may come to.
    public var magnitude: Money { max(long, short) }
    /// The same, below zero where the short side is the larger.
    public var signed: Money { long >= short ? long : -short }

    public var isEmpty: Bool {
        settledQuantity == .zero && maybeBought.quantity == .zero && maybeSold.quantity == .zero
    }
    /// Neither held nor asked for: nothing need be remembered.
    var isForgotten: Bool { isEmpty && quantity == .zero }

    /// What orders that buy will take from the cash, less what market orders raise by selling what is held.
    var cashNeeded: Money {
        let sold = coming.isNegative ? max(coming, -max(.zero, quantity)) : coming
        return sold * price + maybeBought.worth
    }

    /// How much of an order of a side only makes the position smaller.
    func reducible(by side: Domain.Side) -> Quantity {
        side == .sell
            ? max(.zero, settledQuantity - maybeSold.quantity)
            : max(.zero, -settledQuantity - maybeBought.quantity)
    }

    /// What the side of an order may come to already. The part of the order that makes the position smaller closes what
    /// no other order closes, so it adds nothing to its side.
    func before(_ side: Domain.Side) -> Money { side == .buy ? long : short }
}
