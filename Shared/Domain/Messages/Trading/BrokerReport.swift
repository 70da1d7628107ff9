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
    /// What of the order has traded in all, where the venue says so: fills that were not reported are noticed by it.
    public var filled: Quantity? = nil
    /// What a charge is for, and what it takes from the account.
    public var symbol: Symbol = Symbol()
    public var charge: Money = .zero
    /// Nobody cancelled it: the order was for an amount of money, which is spent, and its quantity was only a bound.
    public var isSpent: Bool = false
    /// By how much the venue has made the order smaller, because an order that belongs to it has traded or ended.
    public var reduction: Quantity? = nil

    public init() {}

    public init(
        kind: ReportKind = .accepted, account: String = "", orderId: String = "",
        venueOrderId: String = "", fill: Fill? = nil, explanation: String = "", at: Timestamp = .zero,
        filled: Quantity? = nil, symbol: Symbol = Symbol(), charge: Money = .zero, isSpent: Bool = false
    ) {
        self.kind = kind
        self.account = account
        self.orderId = orderId
        self.venueOrderId = venueOrderId
        self.fill = fill
        self.explanation = explanation
        self.at = at
        self.filled = filled
        self.symbol = symbol
        self.charge = charge
        self.isSpent = isSpent
    }

    /// It is about no order and no charge, but about the venue: it has failed for this reason, or with none answers again.
    public var isOfBroker: Bool {
        kind == .state && orderId.isEmpty && symbol == Symbol() && charge == .zero
    }

    /// A charge that a company's payment, or a tax on it, is behind: brokers give these names that begin so.
    public var isDividend: Bool { charge != .zero && explanation.hasPrefix("DIV") }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "kind", &kind)
        try visitor.text(2, "account", &account)
        try visitor.text(3, "order_id", &orderId)
        try visitor.text(4, "venue_order_id", &venueOrderId)
        try visitor.message(5, "fill", &fill)
        try visitor.text(6, "explanation", &explanation)
        try visitor.field(7, "at", &at)
        try visitor.field(8, "filled", &filled)
        try visitor.symbol(9, "symbol", &symbol)
        try visitor.field(10, "charge", &charge)
        try visitor.flag(11, "spent", &isSpent)
        try visitor.field(12, "reduction", &reduction)
    }

    public var body: Body { .brokerReport(self) }
}
