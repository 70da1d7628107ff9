import Domain
import TWS

/// Our orders in the words of TWS, and its words in ours.
enum GatewayOrders {
    static func order(_ order: Order, number: Int, account: String) -> TWSOrder {
        var told = TWSOrder()
        told.id = number
        told.contract = TWSContract(stock: order.symbol)
        told.isBuy = order.side == .buy
        told.quantity = order.quantity
        told.account = account
        told.reference = order.id
        told.time = time(of: order)
        told.limit = order.limit
        switch order.kind {
        case .market: told.type = "MKT"
        case .limit: told.type = "LMT"
        case .stop: (told.type, told.auxiliary) = ("STP", order.stop)
        case .stopLimit: (told.type, told.auxiliary) = ("STP LMT", order.stop)
        case .trailingStop:
            (told.type, told.auxiliary) = ("TRAIL", order.trail)
            if order.trail == nil {
                told.trailingPercent = Price(
                    units: Int64((order.trailShare * 100 * Double(Price.scale)).rounded()))
            }
        case .marketOnOpen: (told.type, told.time) = ("MKT", "OPG")
        case .limitOnOpen: (told.type, told.time) = ("LMT", "OPG")
        case .marketOnClose: (told.type, told.time) = ("MOC", "DAY")
        case .limitOnClose: (told.type, told.time) = ("LOC", "DAY")
        }
        return told
    }

    /// All of an order that a change may change, in a word: prices that it does not have are told as 0.
    static func terms(of order: TWSOrder) -> String {
        let percent = order.type == "TRAIL" ? order.trailingPercent : nil
        let prices = [order.limit, order.auxiliary, percent].map { "\($0 ?? .zero)" }
        return ([order.type.replacing(" ", with: "_"), order.time, "\(order.quantity)"] + prices)
            .joined(separator: "/")
    }

    private static func time(of order: Order) -> String {
        switch order.timeInForce {
        case .day, .goodTillDate, .onClose: "DAY"
        case .goodTillCancelled: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .onOpen: "OPG"
        }
    }

    /// `Inactive` may become active again; that it was refused is said by an error of its own.
    static func standing(_ word: String) -> BrokerOrderStatus {
        switch word {
        case "Filled": .filled
        case "Cancelled", "ApiCancelled": .cancelled
        default: .working
        }
    }
}

extension TWSNotice {
    var sentence: String { "\(text) (\(code))" }

    /// The way to the broker's servers is interrupted; it is there again.
    var isOutage: Bool { code == 1100 || code == 2110 }
    var isReturn: Bool { code == 1101 || code == 1102 }
    /// The order has ended by it.
    var isRejection: Bool { code == 201 || code == 203 }
    /// A number that is used, or was passed over.
    var isOfUsedNumber: Bool { code == 103 }
    /// It speaks of an end that was asked for, or came by itself, and is no refusal.
    var isCancellation: Bool { code == 202 }
    /// The order cannot be cancelled: it is not there, or not in a state for it.
    var refusesCancel: Bool { [135, 161, 10147, 10148].contains(code) }
    /// What was said was not looked at, and nobody knows what of it: too much at once.
    var isOfHaste: Bool { code == 100 }
}

extension TWSExecution {
    var lasting: String { id.lasting }
}

extension TWSCommission {
    var lasting: String { execution.lasting }
}

extension String {
    /// An execution that is corrected has another number behind its last point, and is the same.
    fileprivate var lasting: String { split(separator: ".").dropLast().joined(separator: ".") }
}
