/// What became of a call, or what came of its own accord.
public enum BrokerNewsKind: Int32, Choice {
    /// The edge has begun: what it was doing before nobody knows.
    case began
    /// The broker tells of orders as things happen, or no longer.
    case connected, lost
    /// It has told of an order.
    case update
    case time
    /// The call was obeyed, was refused for good, names what the broker does not know, or an id that it has already.
    case answered, refused, notFound, duplicate
    /// The broker wants to be left alone, and did not look at the call.
    case limited
    /// Nobody knows whether the broker has obeyed.
    case unknown
    /// The order was sent, and may have been there: the broker tells neither that it works nor how it ended.
    case forgotten
}

/// What a broker's edge has seen of the broker.
public struct BrokerNews: BodyPart {
    public static let name = "BrokerNews"
    public static let kind = BodyKind.brokerNews

    public var kind: BrokerNewsKind = .began
    /// The call that it answers.
    public var call: UInt64 = 0
    /// The clock of the edge's machine.
    public var at: Timestamp = .zero
    public var explanation: String = ""
    /// Not to be asked again before.
    public var retryAt: Timestamp = .zero
    public var orders: [BrokerOrder] = []
    public var activities: [BrokerActivity] = []
    /// What names the page of activities that follows; empty at the end.
    public var next: String = ""
    public var positions: [Position] = []
    public var funds: Account? = nil
    public var clock: BrokerClock? = nil
    public var asset: BrokerAsset? = nil

    public init() {}

    public init(
        kind: BrokerNewsKind = .began, call: UInt64 = 0, at: Timestamp = .zero, explanation: String = "",
        retryAt: Timestamp = .zero, orders: [BrokerOrder] = [], activities: [BrokerActivity] = [],
        next: String = "", positions: [Position] = [], funds: Account? = nil, clock: BrokerClock? = nil,
        asset: BrokerAsset? = nil
    ) {
        self.kind = kind
        self.call = call
        self.at = at
        self.explanation = explanation
        self.retryAt = retryAt
        self.orders = orders
        self.activities = activities
        self.next = next
        self.positions = positions
        self.funds = funds
        self.clock = clock
        self.asset = asset
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "kind", &kind)
        try visitor.count(2, "call", &call)
        try visitor.field(3, "at", &at)
        try visitor.text(4, "explanation", &explanation)
        try visitor.field(5, "retry_at", &retryAt)
        try visitor.messages(6, "orders", &orders)
        try visitor.messages(7, "activities", &activities)
        try visitor.text(8, "next", &next)
        try visitor.messages(9, "positions", &positions)
        try visitor.message(10, "funds", &funds)
        try visitor.message(11, "clock", &clock)
        try visitor.message(12, "asset", &asset)
    }

    public var body: Body { .brokerNews(self) }
}
