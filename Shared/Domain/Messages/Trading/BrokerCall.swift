/// What is asked of a broker's edge.
public enum BrokerCallKind: Int32, Choice {
    case submit, cancel, replace, order, orders, activities, positions, funds, clock, asset, wake, standing
}

/// What a broker's machine asks of its edge.
public struct BrokerCall: BodyPart {
    public static let name = "BrokerCall"
    public static let kind = BodyKind.brokerCall

    /// 0 where no answer is awaited.
    public var number: UInt64 = 0
    public var kind: BrokerCallKind = .submit
    public var order: Order? = nil
    /// The broker's name of the order to cancel or replace.
    public var venueOrderId: String = ""
    /// Activities after this moment and, of several pages, after this one; when to wake.
    public var at: Timestamp = .zero
    public var after: String = ""
    /// What a person may look at.
    public var isReconciled: Bool = false
    public var differences: [BrokerDifference] = []
    public var working: UInt64 = 0
    public var unknown: UInt64 = 0
    /// Orders that are wanted and wait to leave, or for the first answer.
    public var kept: UInt64 = 0
    /// Those that leave together with the order.
    public var legs: [Order] = []

    public init() {}

    public init(
        number: UInt64 = 0, kind: BrokerCallKind = .submit, order: Order? = nil, venueOrderId: String = "",
        at: Timestamp = .zero, after: String = "", isReconciled: Bool = false,
        differences: [BrokerDifference] = [], working: UInt64 = 0, unknown: UInt64 = 0, kept: UInt64 = 0,
        legs: [Order] = []
    ) {
        self.number = number
        self.kind = kind
        self.order = order
        self.venueOrderId = venueOrderId
        self.at = at
        self.after = after
        self.isReconciled = isReconciled
        self.differences = differences
        self.working = working
        self.unknown = unknown
        self.kept = kept
        self.legs = legs
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.count(1, "number", &number)
        try visitor.choice(2, "kind", &kind)
        try visitor.message(3, "order", &order)
        try visitor.text(4, "venue_order_id", &venueOrderId)
        try visitor.field(5, "at", &at)
        try visitor.text(6, "after", &after)
        try visitor.flag(7, "reconciled", &isReconciled)
        try visitor.messages(8, "differences", &differences)
        try visitor.count(9, "working", &working)
        try visitor.count(10, "unknown", &unknown)
        try visitor.count(11, "kept", &kept)
        try visitor.messages(12, "legs", &legs)
    }

    public var body: Body { .brokerCall(self) }
}

/// A point in which the broker and the house see things otherwise.
public struct BrokerDifference: Fielded {
    public static let name = "BrokerDifference"

    public var symbol: Symbol = Symbol()
    public var kind: String = ""
    public var ours: String = ""
    public var theirs: String = ""
    public var explanation: String = ""
    /// The message with which the views part.
    public var cause: String = ""
    public var at: Timestamp = .zero

    public init() {}

    public init(
        symbol: Symbol = Symbol(), kind: String = "", ours: String = "", theirs: String = "",
        explanation: String = "", cause: String = "", at: Timestamp = .zero
    ) {
        self.symbol = symbol
        self.kind = kind
        self.ours = ours
        self.theirs = theirs
        self.explanation = explanation
        self.cause = cause
        self.at = at
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.text(2, "kind", &kind)
        try visitor.text(3, "ours", &ours)
        try visitor.text(4, "theirs", &theirs)
        try visitor.text(5, "explanation", &explanation)
        try visitor.text(6, "cause", &cause)
        try visitor.field(7, "at", &at)
    }
}
