/// Whether an order buys or sells.
public enum Side: Int32, Choice, BitwiseCopyable {
    case buy, sell
}

/// At which price an order may trade.
public enum OrderKind: Int32, Choice, BitwiseCopyable {
    case market, limit, stop, stopLimit, trailingStop, marketOnOpen, marketOnClose, limitOnOpen
    case limitOnClose
}

/// How long an order stands.
public enum TimeInForce: Int32, Choice, BitwiseCopyable {
    case day, goodTillCancelled, goodTillDate, immediateOrCancel, fillOrKill, onOpen, onClose
}

/// How an order belongs together with others.
public enum OrderClass: Int32, Choice {
    case simple, bracket, oneCancelsOther, oneTriggersOther

    /// How many orders leave with the first one, and name it as their parent.
    public var legs: Int {
        switch self {
        case .simple: 0
        case .bracket: 2
        case .oneCancelsOther, .oneTriggersOther: 1
        }
    }
}

/// What is to be bought or sold, and how.
public struct Order: Fielded {
    public static let name = "Order"

    /// A hash of the cause, leg, slice and generation: a repeat is the same order, another order never is.
    public var name: OrderName
    public var account: String = ""
    public var strategy: String = ""
    public var symbol: Symbol = Symbol()
    public var side: Side = .buy
    public var kind: OrderKind = .market
    public var quantity: Quantity = .zero
    public var limit: Price? = nil
    public var stop: Price? = nil
    /// A trailing stop's distance as an amount, or as a share of the price.
    public var trail: Price? = nil
    public var trailShare: Double = 0
    public var timeInForce: TimeInForce = .day
    public var orderClass: OrderClass = .simple
    /// The order that this one belongs to, as a leg or a slice.
    public var parent: String = ""
    /// Not to be sent, or sent again, later than this.
    public var validUntil: Timestamp = .zero
    /// Spend or raise no more than this, fees included, whatever the price turns out to be: `quantity` is then a
    /// bound, and what is left of it when the money is spent is cancelled.
    public var notional: Money? = nil

    public init() { name = OrderName() }

    // Put together where it is asked for: what an initialiser returns is copied once more.
    @inlinable public init(
        id: String = "", account: String = "", strategy: String = "", symbol: Symbol = Symbol(),
        side: Side = .buy, kind: OrderKind = .market, quantity: Quantity = .zero, limit: Price? = nil,
        stop: Price? = nil, trail: Price? = nil, trailShare: Double = 0, timeInForce: TimeInForce = .day,
        orderClass: OrderClass = .simple, parent: String = "", validUntil: Timestamp = .zero,
        notional: Money? = nil
    ) {
        name = OrderName(id)
        self.account = account
        self.strategy = strategy
        self.symbol = symbol
        self.side = side
        self.kind = kind
        self.quantity = quantity
        self.limit = limit
        self.stop = stop
        self.trail = trail
        self.trailShare = trailShare
        self.timeInForce = timeInForce
        self.orderClass = orderClass
        self.parent = parent
        self.validUntil = validUntil
        self.notional = notional
    }

    /// The name in words, made anew each time.
    public var id: String {
        get { name.text }
        set { name = OrderName(newValue) }
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.text(2, "account", &account)
        try visitor.text(3, "strategy", &strategy)
        try visitor.symbol(4, "symbol", &symbol)
        try visitor.choice(5, "side", &side)
        try visitor.choice(6, "kind", &kind)
        try visitor.field(7, "quantity", &quantity)
        try visitor.field(8, "limit", &limit)
        try visitor.field(9, "stop", &stop)
        try visitor.field(10, "trail", &trail)
        try visitor.double(11, "trail_share", &trailShare)
        try visitor.choice(12, "time_in_force", &timeInForce)
        try visitor.choice(13, "order_class", &orderClass)
        try visitor.text(14, "parent", &parent)
        try visitor.field(15, "valid_until", &validUntil)
        try visitor.field(16, "notional", &notional)
    }
}
