/// What a venue says has become of an order.
public enum ReportKind: Int32, Choice, BitwiseCopyable {
    case accepted, rejected, filled, cancelled, replaced, expired, cancelRejected, unknownOrder, state
}

/// What a venue answered.
public struct BrokerReport: BodyPart {
    public static let name = "BrokerReport"
    public static let kind = BodyKind.brokerReport

    public var kind: ReportKind = .accepted
    public var account: String = ""
    public var orderId: String = ""
    public var venueOrderId: String = ""
    public var fill: Fill? = nil
    public var explanation: String = ""
    public var at: Timestamp = .zero

    public init() {}

    public init(
        kind: ReportKind = .accepted, account: String = "", orderId: String = "",
        venueOrderId: String = "", fill: Fill? = nil, explanation: String = "", at: Timestamp = .zero
    ) {
        self.kind = kind
        self.account = account
        self.orderId = orderId
        self.venueOrderId = venueOrderId
        self.fill = fill
        self.explanation = explanation
        self.at = at
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "kind", &kind)
        try visitor.text(2, "account", &account)
        try visitor.text(3, "order_id", &orderId)
        try visitor.text(4, "venue_order_id", &venueOrderId)
        try visitor.message(5, "fill", &fill)
        try visitor.text(6, "explanation", &explanation)
        try visitor.field(7, "at", &at)
    }

    public var body: Body { .brokerReport(self) }
}
