/// Where an order stands.
public enum OrderStatus: Int32, Choice {
    case proposed, approved, rejected, submitting, accepted, partiallyFilled, filled, cancelling
    case cancelled, replacing, expired, rejectedByBroker, unknown
}

/// An order's new state.
public struct OrderUpdate: BodyPart {
    public static let name = "OrderUpdate"
    public static let kind = BodyKind.orderUpdate

    public var order: Order = Order()
    public var status: OrderStatus = .proposed
    public var filled: Quantity = .zero
    public var averagePrice: Price = .zero
    public var reason: String = ""

    public init() {}

    public init(
        order: Order = Order(), status: OrderStatus = .proposed, filled: Quantity = .zero,
        averagePrice: Price = .zero, reason: String = ""
    ) {
        self.order = order
        self.status = status
        self.filled = filled
        self.averagePrice = averagePrice
        self.reason = reason
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.message(1, "order", &order)
        try visitor.choice(2, "status", &status)
        try visitor.field(3, "filled", &filled)
        try visitor.field(4, "average_price", &averagePrice)
        try visitor.text(5, "reason", &reason)
    }

    public var body: Body { .orderUpdate(self) }
}
