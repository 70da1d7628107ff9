import Domain

/// An order that has ended today, as the gateway tells of it: by the broker's name and the house's, for the number that
/// it had in a session is not told any more.
public struct TWSCompletedOrder: Equatable, Sendable {
    public var order = TWSOrder()
    public var permanent = 0
    public var status = ""
    public var filled: Quantity = .zero
    /// When it ended, and why, in words.
    public var time = ""
    public var explanation = ""

    public init() {}

    init(_ fields: inout TWSFields, _ version: Int) throws(TWSFault) {
        try order.read(&fields)
        permanent = try fields.integer(ifSet: "permId") ?? 0
        order.isOutsideHours = try fields.flag("outsideRth")
        // Hidden, discretionary amount, good after, advisors' fields, model.
        try fields.skip(version < 177 ? 8 : 7)
        order.goodTill = try fields.text("goodTillDate")
        // Up to the fields of the group.
        try fields.skip(15)
        order.groupKind = try fields.integer(ifSet: "ocaType") ?? 0
        try fields.skip(3)
        // `None`, and four more fields, where nothing is neutral either.
        let neutral = try fields.text("deltaNeutralOrderType")
        try fields.skip(neutral.isEmpty ? 1 : 5)
        try fields.skip(3)
        order.trailingPercent = try fields.decimal(ifSet: "trailingPercent")
        try fields.skip(1)
        try fields.skipFamilies(routing: 3)
        try fields.skip(1)
        status = try fields.text("status")
        try fields.skip(2)
        if order.type == "PEG BENCH" || order.type == "PEGBENCH" { try fields.skip(5) }
        // What it waits for has fields of many kinds; an order of that sort is none of ours.
        guard try fields.count("conditions", fields: 1) == 0 else { return }
        try fields.skip(6)
        filled = try fields.decimal(ifSet: "filledQuantity") ?? .zero
        try fields.skip(6)
        time = try fields.text("completedTime")
        explanation = String(try fields.text("completedStatus").prefix(400)).inOneLine
    }
}

extension TWSOrder {
    /// What stands at the beginning of every telling of an order.
    mutating func read(_ fields: inout TWSFields) throws(TWSFault) {
        contract = try TWSContract(&fields)
        switch try fields.text("action") {
        case "BUY": isBuy = true
        case "SELL", "SSHORT", "SSELL": isBuy = false
        default: throw TWSFault("action is neither BUY nor SELL")
        }
        quantity = try fields.decimal("totalQuantity")
        type = try fields.text("orderType")
        limit = try fields.decimal(ifSet: "lmtPrice")
        auxiliary = try fields.decimal(ifSet: "auxPrice")
        time = try fields.text("tif")
        group = try fields.text("ocaGroup")
        account = try fields.text("account")
        try fields.skip(2)
        reference = try fields.text("orderRef")
    }
}

extension TWSFields {
    /// The legs of a combination, its parameters, the scale, the hedge, so many fields of routing, and the algorithm.
    mutating func skipFamilies(routing: Int) throws(TWSFault) {
        try skip(8 * (try count("comboLegs", fields: 8)))
        try skip(try count("orderComboLegs", fields: 1))
        try skip(2 * (try count("smartComboRoutingParams", fields: 2)))
        try skip(2)
        let increment: Price? = try decimal(ifSet: "scalePriceIncrement")
        if let increment, increment.isPositive { try skip(7) }
        if try !text("hedgeType").isEmpty { try skip(1) }
        try skip(routing)
        if try flag("deltaNeutralContract") { try skip(3) }
        if try !text("algoStrategy").isEmpty { try skip(2 * (try count("algoParams", fields: 2))) }
    }
}
