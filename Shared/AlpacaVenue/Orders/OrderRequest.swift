import Configuration
import Domain

/// An order as a client asks for it, read from the body of a request and found to make sense in itself: what depends on
/// the account or the market is looked at later.
public struct OrderRequest {
    struct Leg {
        var limit: Price?
        var stop: Price?
    }

    var symbol: String
    var side: OrderSide
    var type: OrderType
    var time: OrderTime
    var quantity: Quantity?
    var notional: Money?
    var limit: Price?
    var stop: Price?
    var trail: Price?
    /// In percent.
    var trailPercent: Quantity?
    var clientId: String?
    var isExtended = false
    var orderClass = OrderClassWord.simple
    var takeProfit: Leg?
    var stopLoss: Leg?

    public init(_ body: JSONValue) throws(Refusal) {
        let fields = OrderFields(body)
        guard let symbol = try fields.text("symbol"), !symbol.isEmpty else {
            throw .invalid("symbol is required")
        }
        self.symbol = symbol
        quantity = try fields.decimal("qty")
        notional = try fields.decimal("notional")
        guard let side: OrderSide = try fields.word("side") else { throw .invalid("side is required") }
        self.side = side
        orderClass = try fields.word("order_class", emptyIs: .simple) ?? .simple
        // An OCO is a limit order that exits; some clients leave the type away.
        guard let type: OrderType = try fields.word("type") ?? (orderClass == .oco ? .limit : nil) else {
            throw .invalid("type is required")
        }
        self.type = type
        guard let time: OrderTime = try fields.word("time_in_force") else {
            throw .invalid("time_in_force is required")
        }
        self.time = time
        limit = try fields.decimal("limit_price")
        stop = try fields.decimal("stop_price")
        trail = try fields.decimal("trail_price")
        trailPercent = try fields.decimal("trail_percent")
        clientId = try fields.text("client_order_id")
        isExtended = try fields.flag("extended_hours") ?? false
        takeProfit = try fields.leg("take_profit")
        stopLoss = try fields.leg("stop_loss")
        try check()
    }

    private mutating func check() throws(Refusal) {
        if let clientId {
            guard clientId.utf8.count <= 128 else {
                throw .invalid("client_order_id must be no more than 128 characters")
            }
            if clientId.isEmpty { self.clientId = nil }
        }
        guard quantity == nil || notional == nil else {
            throw .invalid("only one of qty or notional is accepted")
        }
        guard quantity != nil || notional != nil else { throw .invalid("qty or notional is required") }
        if let quantity, !quantity.isPositive { throw .invalid("qty must be > 0") }
        if let notional, !notional.isPositive { throw .invalid("notional must be > 0") }
        for (name, price) in [
            ("limit_price", limit), ("stop_price", stop), ("trail_price", trail),
            ("take_profit.limit_price", takeProfit?.limit), ("stop_loss.stop_price", stopLoss?.stop),
            ("stop_loss.limit_price", stopLoss?.limit),
        ] {
            guard let price else { continue }
            guard price.isPositive else { throw .invalid("\(name) must be > 0") }
            try checkIncrement(name, price)
        }
        try checkClass()
        try checkPrices()
        try checkTime()
    }

    private func checkPrices() throws(Refusal) {
        if orderClass != .oco {
            if type.hasLimit, limit == nil { throw .invalid("limit orders require a limit price") }
        }
        if type.hasStop, stop == nil { throw .invalid("stop orders require a stop price") }
        if type == .market, limit != nil || stop != nil {
            throw .invalid("market orders require no stop or limit price")
        }
        if type == .limit, stop != nil { throw .invalid("limit orders require no stop price") }
        if type == .stop, limit != nil { throw .invalid("stop orders require no limit price") }
        guard type == .trailingStop else {
            if trail != nil || trailPercent != nil {
                throw .invalid("only trailing stop orders accept trail_price or trail_percent")
            }
            return
        }
        guard (trail == nil) != (trailPercent == nil) else {
            throw .invalid("trailing stop orders must specify one of trail_price or trail_percent")
        }
        guard limit == nil, stop == nil else {
            throw .invalid("trailing stop orders require no stop or limit price")
        }
        if let trailPercent {
            guard trailPercent.units >= Quantity.scale / 10 else {
                throw .invalid("trail_percent must be greater than or equal to 0.1")
            }
            guard trailPercent < Quantity(100) else { throw .invalid("trail_percent must be less than 100") }
        }
    }

    private func checkTime() throws(Refusal) {
        switch time {
        case .opg, .cls, .ioc, .fok:
            guard type == .market || type == .limit else {
                throw .unprocessable("\(time.rawValue) orders must be market or limit orders")
            }
        case .day, .gtc: break
        }
        if isExtended {
            guard type == .limit, time == .day || time == .gtc, orderClass == .simple else {
                throw .unprocessable("extended hours order must be DAY or GTC limit orders")
            }
        }
        let isFraction = notional != nil || (quantity.map { $0.units % Quantity.scale != 0 } ?? false)
        if isFraction {
            guard time == .day else { throw .unprocessable("fractional orders must be DAY orders") }
            guard orderClass == .simple else {
                throw .unprocessable("fractional orders must be simple orders")
            }
        }
        if notional != nil, type != .market {
            throw .unprocessable("notional orders must be market orders")
        }
    }

    private mutating func checkClass() throws(Refusal) {
        switch orderClass {
        case .simple:
            guard takeProfit == nil, stopLoss == nil else {
                throw .unprocessable("take_profit and stop_loss are only accepted for complex orders")
            }
            return
        case .bracket:
            guard takeProfit?.limit != nil else {
                throw .unprocessable("bracket orders require take_profit.limit_price")
            }
            guard stopLoss?.stop != nil else {
                throw .unprocessable("bracket orders require stop_loss.stop_price")
            }
            guard type == .market || type == .limit else {
                throw .unprocessable("bracket orders must be entered with market or limit orders")
            }
        case .oto:
            guard (takeProfit == nil) != (stopLoss == nil) else {
                throw .unprocessable("oto orders require one of take_profit or stop_loss")
            }
            guard takeProfit.map({ $0.limit != nil }) ?? (stopLoss?.stop != nil) else {
                throw .unprocessable("oto orders require a price of the leg")
            }
        case .oco:
            guard type == .limit else { throw .unprocessable("oco orders must be limit orders") }
            takeProfit = Leg(limit: takeProfit?.limit ?? limit)
            guard takeProfit?.limit != nil else {
                throw .unprocessable("oco orders require take_profit.limit_price")
            }
            guard stopLoss?.stop != nil else {
                throw .unprocessable("oco orders require stop_loss.stop_price")
            }
            limit = takeProfit?.limit
        }
        guard time == .day || time == .gtc else {
            throw .unprocessable("complex orders must be DAY or GTC orders")
        }
    }

    private func checkIncrement(_ name: String, _ price: Price) throws(Refusal) {
        try OrderRequest.checkIncrement(name, price)
    }

    /// Cents from a dollar on, hundredths of a cent below it.
    static func checkIncrement(_ name: String, _ price: Price) throws(Refusal) {
        let tick: Int64 = price >= Price(1) ? 10_000 : 100
        guard price.units % tick == 0 else {
            throw .unprocessable(
                "invalid \(name) \(price). sub-penny increment does not fulfill minimum pricing criteria")
        }
    }
}
