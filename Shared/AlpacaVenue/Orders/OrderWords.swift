import Domain

/// The words of Alpaca's order interface.
enum OrderType: String, CaseIterable {
    case market, limit, stop
    case stopLimit = "stop_limit"
    case trailingStop = "trailing_stop"

    var hasLimit: Bool { self == .limit || self == .stopLimit }
    var hasStop: Bool { self == .stop || self == .stopLimit }
}

enum OrderTime: String, CaseIterable {
    case day, gtc, opg, cls, ioc, fok

    var timeInForce: TimeInForce {
        switch self {
        case .day: .day
        case .gtc: .goodTillCancelled
        case .opg: .onOpen
        case .cls: .onClose
        case .ioc: .immediateOrCancel
        case .fok: .fillOrKill
        }
    }
}

enum OrderClassWord: String, CaseIterable {
    case simple, bracket, oco, oto
}

enum OrderSide: String, CaseIterable {
    case buy, sell

    var side: Side { self == .buy ? .buy : .sell }
    var opposite: OrderSide { self == .buy ? .sell : .buy }
}

enum OrderStatus: String {
    case pendingNew = "pending_new"
    case accepted, new, held, filled, canceled, expired, rejected, replaced
    case partiallyFilled = "partially_filled"

    /// Nothing more comes of it.
    var isOver: Bool {
        switch self {
        case .filled, .canceled, .expired, .rejected, .replaced: true
        case .pendingNew, .accepted, .new, .held, .partiallyFilled: false
        }
    }
}

/// What an order of a group is for.
enum GroupRole: String {
    case entry
    case takeProfit = "take_profit"
    case stopLoss = "stop_loss"
}
