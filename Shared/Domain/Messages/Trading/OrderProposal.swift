/// What an order is for. It is said where orders are worked over time, and decides what is done when one does not trade.
public enum OrderIntent: Int32, Choice, BitwiseCopyable {
    case unsaid
    /// Opens or enlarges its strategy's position: may be given up.
    case enter
    /// Makes it smaller: never is.
    case leave
    /// The same, at market and at once.
    case emergency
}

/// An order that portfolio would like to see placed.
public struct OrderProposal: BodyPart {
    public static let name = "OrderProposal"
    public static let kind = BodyKind.orderProposal

    public var order: Order
    public var reason: String = ""
    /// The last price that portfolio knows.
    public var price: Price = .zero
    /// How far from it the position would be given up.
    public var stopDistance: Price? = nil
    public var intent: OrderIntent = .unsaid

    public init() { order = Order() }

    @inlinable public init(
        order: Order = Order(), reason: String = "", price: Price = .zero, stopDistance: Price? = nil
    ) {
        self.order = order
        self.reason = reason
        self.price = price
        self.stopDistance = stopDistance
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.message(1, "order", &order)
        try visitor.text(2, "reason", &reason)
        try visitor.field(3, "price", &price)
        try visitor.field(4, "stop_distance", &stopDistance)
        try visitor.choice(5, "intent", &intent)
    }

    public var body: Body { .orderProposal(self) }
}
