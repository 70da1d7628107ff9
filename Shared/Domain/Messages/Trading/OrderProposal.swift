/// An order that portfolio would like to see placed.
public struct OrderProposal: BodyPart {
    public static let name = "OrderProposal"
    public static let kind = BodyKind.orderProposal

    public var order: Order = Order()
    public var reason: String = ""

    public init() {}

    public init(
        order: Order = Order(), reason: String = ""
    ) {
        self.order = order
        self.reason = reason
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.message(1, "order", &order)
        try visitor.text(2, "reason", &reason)
    }

    public var body: Body { .orderProposal(self) }
}
