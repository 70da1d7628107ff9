import Domain

/// What a gateway says.
public enum TWSAnswer: Equatable, Sendable {
    case nextOrderId(Int)
    case accounts([String])
    case currentTime(Int)
    case notice(TWSNotice)
    case price(request: Int, kind: Int, Price)
    case size(request: Int, kind: Int, Volume)
    case text(request: Int, kind: Int, String)
    case snapshotEnd(request: Int)
    case contract(request: Int, TWSContractDetails)
    case contractEnd(request: Int)
    case history(request: Int, [TWSBar])
    case historyUpdate(request: Int, TWSBar)
    case openOrder(TWSOpenOrder)
    case openOrdersEnd
    case completedOrder(TWSCompletedOrder)
    case completedOrdersEnd
    case orderStatus(TWSOrderStatus)
    case execution(TWSExecution)
    case executionsEnd(request: Int)
    case commission(TWSCommission)
    case position(TWSPosition)
    case positionsEnd
    case summary(request: Int, account: String, tag: String, value: String, currency: String)
    case summaryEnd(request: Int)
    case accountValue(key: String, value: String, currency: String, account: String)
    case accountEnd
    /// Of a kind that is no concern here.
    case other(Int)
    /// What cannot be read. Whoever knows what was asked knows what it means that there is no answer to it.
    case unreadable(TWSFault)

    /// Reads a message of a server of that version. Fields at the end that a newer version has are passed over.
    public init(_ message: [UInt8], version: Int) throws(TWSFault) {
        var fields = try TWSFields(message)
        let kind = try fields.integer("the kind of the message")
        do throws(TWSFault) { self = try TWSAnswer.read(kind, &fields, version) } catch {
            throw TWSFault("message \(kind): \(error)")
        }
    }

    private static func read(_ kind: Int, _ fields: inout TWSFields, _ version: Int) throws(TWSFault)
        -> TWSAnswer
    {
        switch kind {
        case 1, 2, 45, 46, 57: return try tick(kind, &fields)
        case 3: return .orderStatus(try TWSOrderStatus(&fields))
        case 4: return .notice(try TWSNotice(&fields))
        case 5: return .openOrder(try TWSOpenOrder(&fields, version))
        case 6, 54, 61, 62, 63, 64: return try account(kind, &fields)
        case 9, 15, 49:
            try fields.skip(1)
            if kind == 9 { return .nextOrderId(try fields.integer("nextValidId")) }
            if kind == 49 { return .currentTime(try fields.integer("time")) }
            return .accounts(try fields.text("accounts").split(separator: ",").map(String.init))
        case 10:
            if version < 164 { try fields.skip(1) }
            return .contract(request: try fields.integer("reqId"), try TWSContractDetails(&fields, version))
        case 11: return .execution(try TWSExecution(&fields))
        case 17: return try history(&fields)
        case 53: return .openOrdersEnd
        case 52, 55:
            try fields.skip(1)
            let request = try fields.integer("reqId")
            return kind == 52 ? .contractEnd(request: request) : .executionsEnd(request: request)
        case 101: return .completedOrder(try TWSCompletedOrder(&fields, version))
        case 102: return .completedOrdersEnd
        case 59: return .commission(try TWSCommission(&fields))
        case 90: return .historyUpdate(request: try fields.integer("reqId"), try TWSBar(update: &fields))
        default: return .other(kind)
        }
    }

    private static func tick(_ kind: Int, _ fields: inout TWSFields) throws(TWSFault) -> TWSAnswer {
        try fields.skip(1)
        let request = try fields.integer("reqId")
        if kind == 57 { return .snapshotEnd(request: request) }
        let what = try fields.integer("tickType")
        switch kind {
        case 1: return .price(request: request, kind: what, try fields.decimal(ifSet: "price") ?? .zero)
        case 2: return .size(request: request, kind: what, try fields.decimal(ifSet: "size") ?? .zero)
        default: return .text(request: request, kind: what, try fields.text("value"))
        }
    }

    private static func history(_ fields: inout TWSFields) throws(TWSFault) -> TWSAnswer {
        let request = try fields.integer("reqId")
        try fields.skip(2)
        var bars: [TWSBar] = []
        let count = try fields.count("the number of bars", fields: 8)
        bars.reserveCapacity(count)
        for _ in 0..<count { bars.append(try TWSBar(&fields)) }
        return .history(request: request, bars)
    }

    private static func account(_ kind: Int, _ fields: inout TWSFields) throws(TWSFault) -> TWSAnswer {
        try fields.skip(1)
        switch kind {
        case 6:
            return .accountValue(
                key: try fields.text("key"), value: try fields.text("value"),
                currency: try fields.text("currency"),
                account: try fields.text("account"))
        case 54: return .accountEnd
        case 61: return .position(try TWSPosition(&fields))
        case 62: return .positionsEnd
        case 63:
            return .summary(
                request: try fields.integer("reqId"), account: try fields.text("account"),
                tag: try fields.text("tag"), value: try fields.text("value"),
                currency: try fields.text("currency"))
        default: return .summaryEnd(request: try fields.integer("reqId"))
        }
    }
}

/// An error, a warning or a word about the state of things.
public struct TWSNotice: Equatable, Sendable {
    /// The question or order that it is about; -1 where it is about none.
    public var about = -1
    public var code = 0
    public var text = ""

    public init(about: Int, code: Int, text: String) {
        (self.about, self.code, self.text) = (about, code, text)
    }

    init(_ fields: inout TWSFields) throws(TWSFault) {
        try fields.skip(1)
        about = try fields.integer(ifSet: "id") ?? -1
        code = try fields.integer("code")
        text = String(try fields.text("text").prefix(400)).inOneLine
    }

    /// Whether things go on as they are: nothing that was asked or ordered has failed by it.
    public var isWarning: Bool {
        isAboutFarms || [165, 399, 404, 492, 10167, 10349].contains(code)
    }

    /// Whether it tells of the way between the gateway and its farms.
    public var isAboutFarms: Bool { (2100...2199).contains(code) }
}

/// A bar of the past.
public struct TWSBar: Equatable, Sendable {
    /// `20240311` of a day, else seconds since 1970.
    public var time = ""
    public var open: Price = .zero
    public var high: Price = .zero
    public var low: Price = .zero
    public var close: Price = .zero
    /// Nothing where it is not known.
    public var volume: Volume?
    public var count = 0

    public init() {}

    init(_ fields: inout TWSFields) throws(TWSFault) {
        time = try fields.text("date")
        open = try fields.decimal("open")
        high = try fields.decimal("high")
        low = try fields.decimal("low")
        close = try fields.decimal("close")
        volume = try fields.decimal(ifSet: "volume")
        try fields.skip(1)
        count = try fields.integer(ifSet: "barCount") ?? 0
        if volume?.isNegative == true { volume = nil }
    }

    /// Updates have an order of their own.
    init(update fields: inout TWSFields) throws(TWSFault) {
        count = try fields.integer(ifSet: "barCount") ?? 0
        time = try fields.text("date")
        open = try fields.decimal("open")
        close = try fields.decimal("close")
        high = try fields.decimal("high")
        low = try fields.decimal("low")
        try fields.skip(1)
        volume = try fields.decimal(ifSet: "volume")
        if volume?.isNegative == true { volume = nil }
    }
}

/// What an execution cost.
public struct TWSCommission: Equatable, Sendable {
    public var execution = ""
    public var amount: Money = .zero
    public var currency = ""

    init(_ fields: inout TWSFields) throws(TWSFault) {
        try fields.skip(1)
        execution = try fields.text("execId")
        amount = try fields.decimal(ifSet: "commission") ?? .zero
        currency = try fields.text("currency")
    }
}

/// What an account holds.
public struct TWSPosition: Equatable, Sendable {
    public var account = ""
    public var contract = TWSContract()
    public var quantity: Quantity = .zero
    /// Of a share, commissions included.
    public var averageCost: Price = .zero

    init(_ fields: inout TWSFields) throws(TWSFault) {
        account = try fields.text("account")
        contract = try TWSContract(&fields)
        quantity = try fields.decimal("position")
        averageCost = try fields.decimal(ifSet: "avgCost") ?? .zero
    }
}
