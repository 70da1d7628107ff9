import Domain
import HTTP

extension Alpaca: ActionsProvider, QuotesProvider, ChainsProvider, UniverseProvider {
    public func actions(of symbol: Symbol, _ days: ClosedRange<CivilDate>) -> any ActionsInquiry {
        AlpacaActions(alpaca: self, symbols: [symbol], days: days)
    }

    /// An address with more names would be long.
    public var actionSymbolsMax: Int { 100 }

    public func actions(of symbols: [Symbol], _ days: ClosedRange<CivilDate>) -> any ActionsInquiry {
        AlpacaActions(alpaca: self, symbols: symbols, days: days)
    }

    public func quotes(of symbols: [Symbol]) -> any QuotesInquiry {
        AlpacaQuotes(alpaca: self, symbols: symbols)
    }
    public func chain(of underlying: Symbol) -> any ChainInquiry {
        AlpacaChain(alpaca: self, underlying: underlying)
    }
    public func universe() -> any UniverseInquiry { AlpacaAssets(alpaca: self) }
}

struct AlpacaActions: ActionsInquiry {
    let alpaca: Alpaca
    let symbols: [Symbol]
    let days: ClosedRange<CivilDate>
    private(set) var actions: [CorporateAction] = []
    private var token: String?
    private var isDone = false

    init(alpaca: Alpaca, symbols: [Symbol], days: ClosedRange<CivilDate>) {
        (self.alpaca, self.symbols, self.days) = (alpaca, symbols, days)
    }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        var query: [WebAddress.Item] = [
            .init("symbols", symbols.map(\.text).joined(separator: ",")),
            .init("types", "forward_split,reverse_split,cash_dividend"),
            .init("start", "\(days.lowerBound)"), .init("end", "\(days.upperBound)"), .init("limit", "1000"),
            .init("sort", "asc"),
        ]
        if let token { query.append(.init("page_token", token)) }
        return alpaca.request("/v1/corporate-actions", query)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        let body = try JSONBody(answer.body, of: alpaca.name)
        let next = try Alpaca.token(body, after: token)
        let kinds = try body.get("corporate_actions")
        var taken: [CorporateAction] = []
        for kind in ["forward_splits", "reverse_splits"] {
            for row in try kinds.find(kind)?.items() ?? [] {
                taken.append(
                    try ActionWire.split(
                        try symbol(row), on: try date(row), after: try row.get("new_rate"),
                        before: try row.get("old_rate")))
            }
        }
        for row in try kinds.find("cash_dividends")?.items() ?? [] {
            taken.append(try ActionWire.dividend(try symbol(row), on: try date(row), try row.get("rate")))
        }
        actions += taken
        (token, isDone) = (next, next == nil)
    }

    private func symbol(_ row: JSONBody) throws(ProviderFault) -> Symbol {
        let name = try row.get("symbol")
        let text = try name.text()
        guard let symbol = symbols.first(where: { $0.text == text }) else {
            throw name.wrong("nobody asked for \(text.prefix(24))")
        }
        return symbol
    }

    private func date(_ row: JSONBody) throws(ProviderFault) -> CivilDate {
        let day = try row.get("ex_date")
        return try BarWire.date(try day.text(), day)
    }
}

struct AlpacaQuotes: QuotesInquiry {
    let alpaca: Alpaca
    let symbols: [Symbol]
    private(set) var quotes: [MarketQuote] = []
    private var isDone = false

    init(alpaca: Alpaca, symbols: [Symbol]) { (self.alpaca, self.symbols) = (alpaca, symbols) }

    var question: HTTPRequest? {
        isDone
            ? nil
            : alpaca.request(
                "/v2/stocks/snapshots",
                [
                    .init("symbols", symbols.map(\.text).joined(separator: ",")),
                    .init("feed", alpaca.feed),
                ])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        let body = try JSONBody(answer.body, of: alpaca.name)
        var taken: [MarketQuote] = []
        for (name, snapshot) in try body.members() {
            guard let symbol = symbols.first(where: { $0.text == name }), !snapshot.isNull else { continue }
            var quote = MarketQuote(symbol: symbol, at: .distantPast)
            if let latest = snapshot.find("latestQuote") {
                quote.at = try BarWire.moment(try latest.get("t"))
                // A price of 0 says that the side is empty.
                quote.bid = try latest.get("bp").decimal(Price.self).ifPositive
                quote.ask = try latest.get("ap").decimal(Price.self).ifPositive
            }
            if let trade = snapshot.find("latestTrade") {
                quote.at = max(quote.at, try BarWire.moment(try trade.get("t")))
                quote.last = try trade.get("p").decimal(Price.self).ifPositive
            }
            if quote.at > .distantPast { taken.append(quote) }
        }
        (quotes, isDone) = (taken, true)
    }
}

extension Price {
    var ifPositive: Price? { isPositive ? self : nil }
}

struct AlpacaChain: ChainInquiry {
    let alpaca: Alpaca
    let underlying: Symbol
    private(set) var contracts: [OptionContract] = []
    private var token: String?
    private var isDone = false

    init(alpaca: Alpaca, underlying: Symbol) { (self.alpaca, self.underlying) = (alpaca, underlying) }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        var query: [WebAddress.Item] = [.init("feed", "indicative"), .init("limit", "1000")]
        if let token { query.append(.init("page_token", token)) }
        return alpaca.request(
            "/v1beta1/options/snapshots/\(WebAddress.encoded(underlying.text))", query)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        let body = try JSONBody(answer.body, of: alpaca.name)
        let next = try Alpaca.token(body, after: token)
        var taken: [OptionContract] = []
        for (name, snapshot) in try body.find("snapshots")?.members() ?? [] {
            guard var contract = OptionContract(occ: name) else {
                throw snapshot.wrong("this is no option's name")
            }
            if let quote = snapshot.find("latestQuote") {
                contract.bid = try quote.find("bp")?.decimal(Price.self).ifPositive
                contract.ask = try quote.find("ap")?.decimal(Price.self).ifPositive
            }
            contract.last = try snapshot.find("latestTrade")?.find("p")?.decimal(Price.self).ifPositive
            contract.impliedVolatility = try snapshot.find("impliedVolatility")?.number()
            try contract.take(greeks: snapshot.find("greeks"))
            taken.append(contract)
        }
        contracts += taken
        (token, isDone) = (next, next == nil)
    }
}

extension OptionContract {
    /// A contract by its name: root, date, C or P, and the strike in thousandths, as in `AAPL271217C00200000`.
    init?(occ name: String) {
        let bytes = Array(name.utf8)
        guard bytes.count > 15, bytes.count <= 21 else { return nil }
        let tail = bytes.suffix(15)
        let digits = tail.prefix(6) + tail.suffix(8)
        guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        func number(_ slice: ArraySlice<UInt8>) -> Int { slice.reduce(0) { $0 * 10 + Int($1 - 48) } }
        let start = tail.startIndex
        let side = tail[start + 6]
        guard side == UInt8(ascii: "C") || side == UInt8(ascii: "P"),
            let day = CivilDate(
                year: 2000 + number(tail[start..<start + 2]), month: number(tail[start + 2..<start + 4]),
                day: number(tail[start + 4..<start + 6]))
        else { return nil }
        self.init(
            name: name, expires: day, isCall: side == UInt8(ascii: "C"),
            strike: Price(units: Int64(number(tail.suffix(8))) * 1000))
    }
}

struct AlpacaAssets: UniverseInquiry {
    let alpaca: Alpaca
    private(set) var instruments: [Instrument] = []
    private var isDone = false

    init(alpaca: Alpaca) { self.alpaca = alpaca }

    var question: HTTPRequest? {
        isDone
            ? nil
            : alpaca.request(
                "/v2/assets", [.init("status", "active"), .init("asset_class", "us_equity")],
                base: alpaca.tradingURL)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        var taken: [Instrument] = []
        for row in try JSONBody(answer.body, of: alpaca.name).items() {
            guard row.find("tradable")?.value.flag == true, let symbol = Symbol(try row.get("symbol").text())
            else { continue }
            taken.append(
                Instrument(
                    symbol: symbol, name: try row.find("name")?.text() ?? "",
                    exchange: try row.find("exchange")?.text() ?? ""))
        }
        (instruments, isDone) = (taken, true)
    }
}
