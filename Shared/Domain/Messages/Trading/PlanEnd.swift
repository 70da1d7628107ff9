/// An approval was worked to its end.
public struct PlanEnd: BodyPart {
    public static let name = "PlanEnd"
    public static let kind = BodyKind.planEnd

    /// The order as it was approved.
    public var orderId: String = ""
    /// What of it has traded.
    public var filled: Quantity = .zero
    /// In words, how it ended.
    public var outcome: String = ""

    public init() {}

    public init(orderId: String, filled: Quantity = .zero, outcome: String) {
        self.orderId = orderId
        self.filled = filled
        self.outcome = outcome
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "order_id", &orderId)
        try visitor.field(2, "filled", &filled)
        try visitor.text(3, "outcome", &outcome)
    }

    public var body: Body { .planEnd(self) }
}
