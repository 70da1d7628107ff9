import Domain
import Exchange

/// An order as the venue keeps it, with all that Alpaca tells of one.
struct VenueOrder {
    let number: Int
    let id: String
    let clientId: String
    let account: Int
    let symbol: Int
    let side: OrderSide
    let type: OrderType
    let time: OrderTime
    var orderClass = OrderClassWord.simple
    var quantity: Quantity?
    var notional: Money?
    var limit: Price?
    var stop: Price?
    var trail: Price?
    var trailPercent: Quantity?
    var isExtended = false
    /// The highest price since a trailing stop to sell was placed, or the lowest for one to buy.
    var extreme: Price?

    var status = OrderStatus.pendingNew
    var filled: Quantity = .zero
    var worth: Money = .zero

    let createdAt: Timestamp
    var updatedAt: Timestamp
    var filledAt: Timestamp?
    var expiredAt: Timestamp?
    var canceledAt: Timestamp?
    var failedAt: Timestamp?
    var replacedAt: Timestamp?
    var expiresAt: Timestamp?

    var replaces: Int?
    var replacedBy: Int?
    var legs: [Int] = []
    /// The first order of its group.
    var parent: Int?
    var group: String?
    var role: GroupRole?

    /// The exchange's name of it; none while the venue holds it back.
    var handle: OrderHandle?
    /// What the exchange is given.
    var ticket: Ticket

    var open: Quantity { max((quantity ?? ticket.quantity) - filled, .zero) }

    /// The average price of what has traded.
    var average: Price? {
        guard filled.isPositive else { return nil }
        return try? Price(of: worth, per: filled)
    }

    mutating func become(_ status: OrderStatus, at moment: Timestamp) {
        self.status = status
        updatedAt = moment
        switch status {
        case .filled: filledAt = moment
        case .canceled: canceledAt = moment
        case .expired: expiredAt = moment
        case .rejected: failedAt = moment
        case .replaced: replacedAt = moment
        case .pendingNew, .accepted, .new, .held, .partiallyFilled: break
        }
    }
}
