public enum Side: Int32, Choice {
    case buy, sell
}

public enum OrderKind: Int32, Choice {
    case market, limit, stop, stopLimit, trailingStop, marketOnOpen, marketOnClose, limitOnOpen
    case limitOnClose
}

public enum TimeInForce: Int32, Choice {
    case day, goodTillCancelled, goodTillDate, immediateOrCancel, fillOrKill, onOpen, onClose
}

public enum OrderClass: Int32, Choice {
    case simple, bracket, oneCancelsOther, oneTriggersOther
}

/// What is to be bought or sold, and how.
public struct Order: Fielded {
    public static let name = "Order"

    /// A hash of the cause, leg, slice and generation: a repeat is the same order, another order never is.
    public var id: String = ""
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

    public init() {}

    public init(
        id: String = "", account: String = "", strategy: String = "", symbol: Symbol = Symbol(),
        side: Side = .buy, kind: OrderKind = .market, quantity: Quantity = .zero, limit: Price? = nil,
        stop: Price? = nil, trail: Price? = nil, trailShare: Double = 0, timeInForce: TimeInForce = .day,
        orderClass: OrderClass = .simple, parent: String = "", validUntil: Timestamp = .zero
    ) {
        self.id = id
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
    }
}

/// What a strategy thinks of an instrument.
public struct Signal: BodyPart {
    public static let name = "Signal"
    public static let kind = BodyKind.signal

    public var strategy: String = ""
    public var symbol: Symbol = Symbol()
    /// From -1 (as short as can be) to +1.
    public var strength: Double = 0
    /// From 0 to 1.
    public var confidence: Double = 0
    public var quantity: Quantity? = nil
    public var stop: Price? = nil
    public var target: Price? = nil
    /// How long it is meant to hold, in nanoseconds.
    public var horizon: Int64 = 0
    public var reason: String = ""
    public var figures: [Figure] = []

    public init() {}

    public init(
        strategy: String = "", symbol: Symbol = Symbol(), strength: Double = 0, confidence: Double = 0,
        quantity: Quantity? = nil, stop: Price? = nil, target: Price? = nil, horizon: Int64 = 0,
        reason: String = "", figures: [Figure] = []
    ) {
        self.strategy = strategy
        self.symbol = symbol
        self.strength = strength
        self.confidence = confidence
        self.quantity = quantity
        self.stop = stop
        self.target = target
        self.horizon = horizon
        self.reason = reason
        self.figures = figures
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "strategy", &strategy)
        try visitor.symbol(2, "symbol", &symbol)
        try visitor.double(3, "strength", &strength)
        try visitor.double(4, "confidence", &confidence)
        try visitor.field(5, "quantity", &quantity)
        try visitor.field(6, "stop", &stop)
        try visitor.field(7, "target", &target)
        try visitor.fixed(8, "horizon", &horizon, .span)
        try visitor.text(9, "reason", &reason)
        try visitor.messages(10, "figures", &figures)
    }

    public var body: Body { .signal(self) }
}

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

/// What an account holds of an instrument.
public struct Position: BodyPart {
    public static let name = "Position"
    public static let kind = BodyKind.position

    public var account: String = ""
    public var symbol: Symbol = Symbol()
    public var quantity: Quantity = .zero
    public var averagePrice: Price = .zero
    public var marketPrice: Price = .zero
    public var realised: Money = .zero
    public var unrealised: Money = .zero

    public init() {}

    public init(
        account: String = "", symbol: Symbol = Symbol(), quantity: Quantity = .zero,
        averagePrice: Price = .zero, marketPrice: Price = .zero, realised: Money = .zero,
        unrealised: Money = .zero
    ) {
        self.account = account
        self.symbol = symbol
        self.quantity = quantity
        self.averagePrice = averagePrice
        self.marketPrice = marketPrice
        self.realised = realised
        self.unrealised = unrealised
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "account", &account)
        try visitor.symbol(2, "symbol", &symbol)
        try visitor.field(3, "quantity", &quantity)
        try visitor.field(4, "average_price", &averagePrice)
        try visitor.field(5, "market_price", &marketPrice)
        try visitor.field(6, "realised", &realised)
        try visitor.field(7, "unrealised", &unrealised)
    }

    public var body: Body { .position(self) }
}

/// The state of an account.
public struct Account: BodyPart {
    public static let name = "Account"
    public static let kind = BodyKind.account

    public var account: String = ""
    public var cash: Money = .zero
    public var equity: Money = .zero
    public var highWater: Money = .zero
    public var buyingPower: Money = .zero
    public var gross: Money = .zero
    public var net: Money = .zero

    public init() {}

    public init(
        account: String = "", cash: Money = .zero, equity: Money = .zero, highWater: Money = .zero,
        buyingPower: Money = .zero, gross: Money = .zero, net: Money = .zero
    ) {
        self.account = account
        self.cash = cash
        self.equity = equity
        self.highWater = highWater
        self.buyingPower = buyingPower
        self.gross = gross
        self.net = net
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "account", &account)
        try visitor.field(2, "cash", &cash)
        try visitor.field(3, "equity", &equity)
        try visitor.field(4, "high_water", &highWater)
        try visitor.field(5, "buying_power", &buyingPower)
        try visitor.field(6, "gross", &gross)
        try visitor.field(7, "net", &net)
    }

    public var body: Body { .account(self) }
}

/// The outcome of one risk check.
public struct CheckResult: Fielded {
    public static let name = "CheckResult"

    public var name: String = ""
    public var passed: Bool = false
    public var figure: Double = 0
    public var limit: Double = 0
    public var explanation: String = ""

    public init() {}

    public init(
        name: String = "", passed: Bool = false, figure: Double = 0, limit: Double = 0,
        explanation: String = ""
    ) {
        self.name = name
        self.passed = passed
        self.figure = figure
        self.limit = limit
        self.explanation = explanation
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "name", &name)
        try visitor.flag(2, "passed", &passed)
        try visitor.double(3, "figure", &figure)
        try visitor.double(4, "limit", &limit)
        try visitor.text(5, "explanation", &explanation)
    }
}

/// Risk's word on a proposal, with every check that was made.
public struct Verdict: BodyPart {
    public static let name = "Verdict"
    public static let kind = BodyKind.verdict

    public var approved: Bool = false
    /// The order as approved: it may be smaller than proposed.
    public var order: Order = Order()
    public var checks: [CheckResult] = []

    public init() {}

    public init(
        approved: Bool = false, order: Order = Order(), checks: [CheckResult] = []
    ) {
        self.approved = approved
        self.order = order
        self.checks = checks
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.flag(1, "approved", &approved)
        try visitor.message(2, "order", &order)
        try visitor.messages(3, "checks", &checks)
    }

    public var body: Body { .verdict(self) }
}

/// Trading is stopped, or allowed again.
public struct Halt: BodyPart {
    public static let name = "Halt"
    public static let kind = BodyKind.halt

    public var account: String = ""
    public var active: Bool = false
    public var kind: String = ""
    public var reason: String = ""
    public var by: String = ""
    public var flatten: Bool = false
    public var figures: [Figure] = []

    public init() {}

    public init(
        account: String = "", active: Bool = false, kind: String = "", reason: String = "",
        by: String = "", flatten: Bool = false, figures: [Figure] = []
    ) {
        self.account = account
        self.active = active
        self.kind = kind
        self.reason = reason
        self.by = by
        self.flatten = flatten
        self.figures = figures
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "account", &account)
        try visitor.flag(2, "active", &active)
        try visitor.text(3, "kind", &kind)
        try visitor.text(4, "reason", &reason)
        try visitor.text(5, "by", &by)
        try visitor.flag(6, "flatten", &flatten)
        try visitor.messages(7, "figures", &figures)
    }

    public var body: Body { .halt(self) }
}

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

/// A part of an order that was traded.
public struct Fill: BodyPart {
    public static let name = "Fill"
    public static let kind = BodyKind.fill

    /// The venue's name of the execution: the same fill twice is one fill.
    public var id: String = ""
    public var orderId: String = ""
    public var account: String = ""
    public var strategy: String = ""
    public var symbol: Symbol = Symbol()
    public var side: Side = .buy
    public var quantity: Quantity = .zero
    public var price: Price = .zero
    public var fee: Money = .zero
    public var at: Timestamp = .zero

    public init() {}

    public init(
        id: String = "", orderId: String = "", account: String = "", strategy: String = "",
        symbol: Symbol = Symbol(), side: Side = .buy, quantity: Quantity = .zero, price: Price = .zero,
        fee: Money = .zero, at: Timestamp = .zero
    ) {
        self.id = id
        self.orderId = orderId
        self.account = account
        self.strategy = strategy
        self.symbol = symbol
        self.side = side
        self.quantity = quantity
        self.price = price
        self.fee = fee
        self.at = at
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.text(2, "order_id", &orderId)
        try visitor.text(3, "account", &account)
        try visitor.text(4, "strategy", &strategy)
        try visitor.symbol(5, "symbol", &symbol)
        try visitor.choice(6, "side", &side)
        try visitor.field(7, "quantity", &quantity)
        try visitor.field(8, "price", &price)
        try visitor.field(9, "fee", &fee)
        try visitor.field(10, "at", &at)
    }

    public var body: Body { .fill(self) }
}

public enum VenueVerb: Int32, Choice {
    case submit, cancel, replace, status
}

/// What is asked of a venue.
public struct VenueRequest: BodyPart {
    public static let name = "VenueRequest"
    public static let kind = BodyKind.venueRequest

    public var verb: VenueVerb = .submit
    public var order: Order = Order()
    /// The order that a replacement replaces.
    public var replaces: String = ""

    public init() {}

    public init(
        verb: VenueVerb = .submit, order: Order = Order(), replaces: String = ""
    ) {
        self.verb = verb
        self.order = order
        self.replaces = replaces
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "verb", &verb)
        try visitor.message(2, "order", &order)
        try visitor.text(3, "replaces", &replaces)
    }

    public var body: Body { .venueRequest(self) }
}

public enum ReportKind: Int32, Choice {
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
