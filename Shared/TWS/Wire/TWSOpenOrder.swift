import Domain

/// An order as the gateway tells of it: what it is, and how it stands.
public struct TWSOpenOrder: Equatable, Sendable {
    public var order = TWSOrder()
    public var client = 0
    /// The broker's own name of it, for ever.
    public var permanent = 0
    public var status = ""
    public var warning = ""

    public init() {}

    init(_ fields: inout TWSFields, _ version: Int) throws(TWSFault) {
        order.id = try fields.integer("orderId")
        try order.read(&fields)
        client = try fields.integer(ifSet: "clientId") ?? 0
        permanent = try fields.integer(ifSet: "permId") ?? 0
        order.isOutsideHours = try fields.flag("outsideRth")
        // Hidden, discretionary amount, good after, a place that is empty, advisors' fields, model.
        try fields.skip(version < 177 ? 9 : 8)
        order.goodTill = try fields.text("goodTillDate")
        // Up to the fields of the group.
        try fields.skip(17)
        order.groupKind = try fields.integer(ifSet: "ocaType") ?? 0
        try fields.skip(3)
        order.parent = try fields.integer(ifSet: "parentId") ?? 0
        try fields.skip(3)
        // `None`, and eight more fields, where nothing is neutral either.
        let neutral = try fields.text("deltaNeutralOrderType")
        try fields.skip(neutral.isEmpty ? 1 : 9)
        try fields.skip(2)
        try fields.skip(1)
        order.trailingPercent = try fields.decimal(ifSet: "trailingPercent")
        try fields.skip(3)
        try fields.skipFamilies(routing: 4)
        try fields.skip(2)
        status = try fields.text("status")
        try fields.skip(13)
        warning = try fields.text("warningText")
    }
}

/// How an order stands.
public struct TWSOrderStatus: Equatable, Sendable {
    public var order = 0
    public var status = ""
    public var filled: Quantity = .zero
    public var remaining: Quantity = .zero
    public var averagePrice: Price = .zero
    public var permanent = 0
    public var parent = 0
    public var client = 0
    public var whyHeld = ""

    public init() {}

    init(_ fields: inout TWSFields) throws(TWSFault) {
        order = try fields.integer("orderId")
        status = try fields.text("status")
        filled = try fields.decimal("filled")
        remaining = try fields.decimal(ifSet: "remaining") ?? .zero
        averagePrice = try fields.decimal(ifSet: "avgFillPrice") ?? .zero
        permanent = try fields.integer(ifSet: "permId") ?? 0
        parent = try fields.integer(ifSet: "parentId") ?? 0
        try fields.skip(1)
        client = try fields.integer(ifSet: "clientId") ?? 0
        whyHeld = try fields.text("whyHeld")
    }
}

/// A part of an order that was traded.
public struct TWSExecution: Equatable, Sendable {
    public var request = -1
    public var order = 0
    public var contract = TWSContract()
    public var id = ""
    public var time = ""
    public var account = ""
    public var isBuy = true
    public var quantity: Quantity = .zero
    public var price: Price = .zero
    public var permanent = 0
    public var client = 0
    /// What of the order was traded when this was.
    public var total: Quantity = .zero
    public var reference = ""

    public init() {}

    init(_ fields: inout TWSFields) throws(TWSFault) {
        request = try fields.integer(ifSet: "reqId") ?? -1
        order = try fields.integer(ifSet: "orderId") ?? 0
        contract = try TWSContract(&fields)
        id = try fields.text("execId")
        time = try fields.text("time")
        account = try fields.text("acctNumber")
        try fields.skip(1)
        switch try fields.text("side") {
        case "BOT": isBuy = true
        case "SLD": isBuy = false
        default: throw TWSFault("side is neither BOT nor SLD")
        }
        quantity = try fields.decimal("shares")
        price = try fields.decimal("price")
        permanent = try fields.integer(ifSet: "permId") ?? 0
        client = try fields.integer(ifSet: "clientId") ?? 0
        try fields.skip(1)
        total = try fields.decimal("cumQty")
        try fields.skip(1)
        reference = try fields.text("orderRef")
    }
}
