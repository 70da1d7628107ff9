import Brokers
import Configuration
import Domain

/// Our orders in Alpaca's words.
enum AlpacaOrders {
    static func body(of order: Order, legs: [Order] = []) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("symbol")
            json.string(order.symbol.text)
            if let notional = order.notional {
                json.key("notional")
                // To the cent, downwards: no more is to be spent than was allowed.
                json.string("\(Money(units: notional.units / 10_000 * 10_000))")
            } else {
                json.key("qty")
                json.string("\(order.quantity)")
            }
            json.key("side")
            json.string(order.side == .buy ? "buy" : "sell")
            json.key("type")
            json.string(type(of: order.kind))
            json.key("time_in_force")
            // All that belong together stand for as long as one of them is to: what protects must not end before the rest.
            json.string(time(of: legs.first { $0.timeInForce == .goodTillCancelled } ?? order))
            prices(of: order, &json)
            family(of: order, legs, &json)
            json.key("client_order_id")
            json.string(order.id)
        }
        return json.bytes
    }

    /// What leaves with an order, which Alpaca calls by names of its own.
    private static func family(of order: Order, _ legs: [Order], _ json: inout JSONWriter) {
        guard order.orderClass != .simple else { return }
        json.key("order_class")
        json.string(word(of: order.orderClass))
        let exits = order.orderClass == .oneCancelsOther ? [order] + legs : legs
        for exit in exits {
            json.key(exit.kind == .limit ? "take_profit" : "stop_loss")
            json.object { json in prices(of: exit, &json) }
        }
    }

    private static func word(of kind: OrderClass) -> String {
        switch kind {
        case .simple: "simple"
        case .bracket: "bracket"
        case .oneCancelsOther: "oco"
        case .oneTriggersOther: "oto"
        }
    }

    /// What a replacement changes.
    static func change(to order: Order) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("qty")
            json.string("\(order.quantity)")
            json.key("time_in_force")
            json.string(time(of: order))
            prices(of: order, &json)
            json.key("client_order_id")
            json.string(order.id)
        }
        return json.bytes
    }

    private static func prices(of order: Order, _ json: inout JSONWriter) {
        // A trailing stop begins at the price that it meets there.
        let stop = order.kind == .trailingStop ? nil : order.stop
        for (name, price) in [
            ("limit_price", order.limit), ("stop_price", stop), ("trail_price", order.trail),
        ] {
            guard let price else { continue }
            json.key(name)
            json.string("\(price)")
        }
        if order.kind == .trailingStop, order.trail == nil {
            json.key("trail_percent")
            json.string("\(Price(units: Int64((order.trailShare * 100 * Double(Price.scale)).rounded())))")
        }
    }

    private static func type(of kind: OrderKind) -> String {
        switch kind {
        case .market, .marketOnOpen, .marketOnClose: "market"
        case .limit, .limitOnOpen, .limitOnClose: "limit"
        case .stop: "stop"
        case .stopLimit: "stop_limit"
        case .trailingStop: "trailing_stop"
        }
    }

    private static func time(of order: Order) -> String {
        switch order.kind {
        case .marketOnOpen, .limitOnOpen: return "opg"
        case .marketOnClose, .limitOnClose: return "cls"
        default: break
        }
        return switch order.timeInForce {
        case .day, .goodTillDate: "day"
        case .goodTillCancelled: "gtc"
        case .immediateOrCancel: "ioc"
        case .fillOrKill: "fok"
        case .onOpen: "opg"
        case .onClose: "cls"
        }
    }
}
