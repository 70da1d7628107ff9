import Domain

/// What is traded, as TWS names it.
public struct TWSContract: Hashable, Sendable {
    /// 0 where it is not known: then it is found by what stands beside it.
    public var id = 0
    public var symbol = ""
    public var type = "STK"
    public var lastTradeDate = ""
    public var strike = ""
    public var right = ""
    public var multiplier = ""
    public var exchange = "SMART"
    public var primaryExchange = ""
    public var currency = "USD"
    public var localSymbol = ""
    public var tradingClass = ""

    public init() {}

    /// A share in the United States, at the best of all exchanges. A class is told by a space: BRK.B is `BRK B`.
    public init(stock symbol: Symbol) {
        self.symbol = symbol.text.replacing(".", with: " ")
    }

    /// Our name of a share; nothing for whatever else it is.
    public var stock: Symbol? {
        guard type == "STK", currency == "USD", !symbol.isEmpty else { return nil }
        return Symbol(symbol.replacing(" ", with: "."))
    }

    /// As it stands in a question: twelve fields.
    func write(_ letter: inout TWSLetter) {
        letter.add(id)
        for text in [
            symbol, type, lastTradeDate, strike.isEmpty ? "0.0" : strike, right, multiplier, exchange,
            primaryExchange, currency, localSymbol, tradingClass,
        ] { letter.add(text) }
    }

    /// As it stands in most answers: without its primary exchange, or with that in the place of the exchange.
    init(_ fields: inout TWSFields) throws(TWSFault) {
        id = try fields.integer(ifSet: "conId") ?? 0
        symbol = try fields.text("symbol")
        type = try fields.text("secType")
        lastTradeDate = try fields.text("lastTradeDate")
        strike = try fields.text("strike")
        right = try fields.text("right")
        multiplier = try fields.text("multiplier")
        exchange = try fields.text("exchange")
        currency = try fields.text("currency")
        localSymbol = try fields.text("localSymbol")
        tradingClass = try fields.text("tradingClass")
    }
}

/// What TWS knows of a contract, as far as it is of use here.
public struct TWSContractDetails: Equatable, Sendable {
    public var contract = TWSContract()
    public var longName = ""
    public var minTick: Price = .zero
    public var orderTypes: [String] = []
    public var validExchanges: [String] = []
    public var timeZone = ""
    public var tradingHours = ""
    public var liquidHours = ""

    public init() {}

    init(_ fields: inout TWSFields, _ version: Int) throws(TWSFault) {
        contract.symbol = try fields.text("symbol")
        contract.type = try fields.text("secType")
        contract.lastTradeDate = try fields.text("lastTradeDate")
        contract.strike = try fields.text("strike")
        contract.right = try fields.text("right")
        contract.exchange = try fields.text("exchange")
        contract.currency = try fields.text("currency")
        contract.localSymbol = try fields.text("localSymbol")
        try fields.skip(1)
        contract.tradingClass = try fields.text("tradingClass")
        contract.id = try fields.integer("conId")
        minTick = try fields.decimal(ifSet: "minTick") ?? .zero
        if version < 164 { try fields.skip(1) }
        contract.multiplier = try fields.text("multiplier")
        orderTypes = try fields.text("orderTypes").split(separator: ",").map(String.init)
        validExchanges = try fields.text("validExchanges").split(separator: ",").map(String.init)
        try fields.skip(2)
        longName = try fields.text("longName")
        contract.primaryExchange = try fields.text("primaryExchange")
        try fields.skip(4)
        timeZone = try fields.text("timeZoneId")
        tradingHours = try fields.text("tradingHours")
        liquidHours = try fields.text("liquidHours")
    }
}
