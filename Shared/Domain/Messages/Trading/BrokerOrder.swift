/// Where an order stands at the broker.
public enum BrokerOrderStatus: Int32, Choice {
    case working, filled, cancelled, expired, rejected, replaced
}

/// An order as the broker sees it.
public struct BrokerOrder: Fielded {
    public static let name = "BrokerOrder"

    /// The id that the house gave it.
    public var orderId: String = ""
    public var venueOrderId: String = ""
    public var symbol: Symbol = Symbol()
    public var side: Side = .buy
    public var quantity: Quantity = .zero
    public var filled: Quantity = .zero
    public var status: BrokerOrderStatus = .working
    public var at: Timestamp = .zero
    public var explanation: String = ""
    /// The house's id of the order that it belongs to, of a leg that the broker has named itself; by its prices it is known
    /// which.
    public var parent: String = ""
    public var limit: Price? = nil
    public var stop: Price? = nil

    public init() {}

    public init(
        orderId: String = "", venueOrderId: String = "", symbol: Symbol = Symbol(), side: Side = .buy,
        quantity: Quantity = .zero, filled: Quantity = .zero, status: BrokerOrderStatus = .working,
        at: Timestamp = .zero, explanation: String = "", parent: String = "", limit: Price? = nil,
        stop: Price? = nil
    ) {
        self.orderId = orderId
        self.venueOrderId = venueOrderId
        self.symbol = symbol
        self.side = side
        self.quantity = quantity
        self.filled = filled
        self.status = status
        self.at = at
        self.explanation = explanation
        self.parent = parent
        self.limit = limit
        self.stop = stop
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "order_id", &orderId)
        try visitor.text(2, "venue_order_id", &venueOrderId)
        try visitor.symbol(3, "symbol", &symbol)
        try visitor.choice(4, "side", &side)
        try visitor.field(5, "quantity", &quantity)
        try visitor.field(6, "filled", &filled)
        try visitor.choice(7, "status", &status)
        try visitor.field(8, "at", &at)
        try visitor.text(9, "explanation", &explanation)
        try visitor.text(10, "parent", &parent)
        try visitor.field(11, "limit", &limit)
        try visitor.field(12, "stop", &stop)
    }
}

/// Something that the broker has booked.
public struct BrokerActivity: Fielded {
    public static let name = "BrokerActivity"

    public var id: String = ""
    /// Empty where it is no fill.
    public var venueOrderId: String = ""
    public var symbol: Symbol = Symbol()
    public var side: Side = .buy
    public var quantity: Quantity = .zero
    public var price: Price = .zero
    /// What of its order had traded with it.
    public var total: Quantity = .zero
    public var at: Timestamp = .zero
    /// What it brought to the account; of a fill only what it cost, which is less than nothing.
    public var amount: Money = .zero
    public var kind: String = ""

    public init() {}

    public init(
        id: String = "", venueOrderId: String = "", symbol: Symbol = Symbol(), side: Side = .buy,
        quantity: Quantity = .zero, price: Price = .zero, total: Quantity = .zero, at: Timestamp = .zero,
        amount: Money = .zero, kind: String = ""
    ) {
        self.id = id
        self.venueOrderId = venueOrderId
        self.symbol = symbol
        self.side = side
        self.quantity = quantity
        self.price = price
        self.total = total
        self.at = at
        self.amount = amount
        self.kind = kind
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.text(2, "venue_order_id", &venueOrderId)
        try visitor.symbol(3, "symbol", &symbol)
        try visitor.choice(4, "side", &side)
        try visitor.field(5, "quantity", &quantity)
        try visitor.field(6, "price", &price)
        try visitor.field(7, "total", &total)
        try visitor.field(8, "at", &at)
        try visitor.field(9, "amount", &amount)
        try visitor.text(10, "kind", &kind)
    }
}
