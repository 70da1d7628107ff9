import Domain
import HTTP

extension Polygon: ActionsProvider, QuotesProvider, ChainsProvider, UniverseProvider {
    public func actions(of symbol: Symbol, _ days: ClosedRange<CivilDate>) -> any ActionsInquiry {
        PolygonActions(self, symbol, days)
    }
    public func quotes(of symbols: [Symbol]) -> any QuotesInquiry {
        PolygonQuotes(polygon: self, symbols: symbols)
    }
    public func chain(of underlying: Symbol) -> any ChainInquiry { PolygonChain(self, underlying) }
    public func universe() -> any UniverseInquiry { PolygonTickers(self) }
}

/// Splits first, then dividends.
struct PolygonActions: ActionsInquiry {
    private let polygon: Polygon
    private let symbol: Symbol
    private let days: ClosedRange<CivilDate>
    private var page: WebAddress?
    private var isOfSplits = true
    private(set) var actions: [CorporateAction] = []

    init(_ polygon: Polygon, _ symbol: Symbol, _ days: ClosedRange<CivilDate>) {
        (self.polygon, self.symbol, self.days) = (polygon, symbol, days)
        page = address("splits", "execution_date")
    }

    private func address(_ what: String, _ date: String) -> WebAddress {
        WebAddress(
            polygon.url, "/v3/reference/\(what)",
            [
                .init("ticker", symbol.text), .init("\(date).gte", "\(days.lowerBound)"),
                .init("\(date).lte", "\(days.upperBound)"), .init("order", "asc"), .init("limit", "1000"),
            ])
    }

    var question: HTTPRequest? { page.map { polygon.request($0) } }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        guard let page else { return }
        if let fault = answer.failure(of: polygon.name) { throw fault }
        let body = try JSONBody(answer.body, of: polygon.name)
        let next = try polygon.next(body, after: page)
        var taken: [CorporateAction] = []
        for row in try body.find("results")?.items() ?? [] {
            let day = try row.get(isOfSplits ? "execution_date" : "ex_dividend_date")
            let date = try BarWire.date(try day.text(), day)
            taken.append(
                isOfSplits
                    ? try ActionWire.split(
                        symbol, on: date, after: try row.get("split_to"), before: try row.get("split_from"))
                    : try ActionWire.dividend(symbol, on: date, try row.get("cash_amount")))
        }
        actions += taken
        if let next {
            self.page = next
        } else {
            self.page = isOfSplits ? address("dividends", "ex_dividend_date") : nil
            isOfSplits = false
        }
    }
}

struct PolygonQuotes: QuotesInquiry {
    let polygon: Polygon
    let symbols: [Symbol]
    private(set) var quotes: [MarketQuote] = []
    private var isDone = false

    init(polygon: Polygon, symbols: [Symbol]) { (self.polygon, self.symbols) = (polygon, symbols) }

    var question: HTTPRequest? {
        let names = symbols.map(\.text).joined(separator: ",")
        return isDone
            ? nil
            : polygon.request("/v2/snapshot/locale/us/markets/stocks/tickers", [.init("tickers", names)])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: polygon.name) { throw fault }
        var taken: [MarketQuote] = []
        for row in try JSONBody(answer.body, of: polygon.name).find("tickers")?.items() ?? [] {
            let name = try row.get("ticker").text()
            guard let symbol = symbols.first(where: { $0.text == name }), let updated = row.find("updated")
            else {
                continue
            }
            taken.append(
                MarketQuote(
                    symbol: symbol, at: Timestamp(nanoseconds: Int64(try updated.integer())),
                    bid: try row.find("lastQuote")?.find("p")?.decimal(Price.self).ifPositive,
                    ask: try row.find("lastQuote")?.find("P")?.decimal(Price.self).ifPositive,
                    last: try row.find("lastTrade")?.find("p")?.decimal(Price.self).ifPositive))
        }
        (quotes, isDone) = (taken, true)
    }
}

struct PolygonChain: ChainInquiry {
    private let polygon: Polygon
    private var page: WebAddress?
    private(set) var contracts: [OptionContract] = []

    init(_ polygon: Polygon, _ underlying: Symbol) {
        self.polygon = polygon
        page = WebAddress(
            polygon.url, "/v3/snapshot/options/\(WebAddress.encoded(underlying.text))",
            [.init("limit", "250")])
    }

    var question: HTTPRequest? { page.map { polygon.request($0) } }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        guard let page else { return }
        if let fault = answer.failure(of: polygon.name) { throw fault }
        let body = try JSONBody(answer.body, of: polygon.name)
        let next = try polygon.next(body, after: page)
        var taken: [OptionContract] = []
        for row in try body.find("results")?.items() ?? [] {
            let name = try row.get("details").get("ticker").text()
            guard var contract = OptionContract(occ: name.hasPrefix("O:") ? String(name.dropFirst(2)) : name)
            else {
                throw row.wrong("this is no option's name")
            }
            contract.bid = try row.find("last_quote")?.find("bid")?.decimal(Price.self).ifPositive
            contract.ask = try row.find("last_quote")?.find("ask")?.decimal(Price.self).ifPositive
            contract.last = try row.find("last_trade")?.find("price")?.decimal(Price.self).ifPositive
            contract.openInterest = try row.find("open_interest")?.integer()
            contract.impliedVolatility = try row.find("implied_volatility")?.number()
            try contract.take(greeks: row.find("greeks"))
            taken.append(contract)
        }
        contracts += taken
        self.page = next
    }
}

struct PolygonTickers: UniverseInquiry {
    private let polygon: Polygon
    private var page: WebAddress?
    private(set) var instruments: [Instrument] = []

    init(_ polygon: Polygon) {
        self.polygon = polygon
        page = WebAddress(
            polygon.url, "/v3/reference/tickers",
            [.init("market", "stocks"), .init("active", "true"), .init("limit", "1000")])
    }

    var question: HTTPRequest? { page.map { polygon.request($0) } }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        guard let page else { return }
        if let fault = answer.failure(of: polygon.name) { throw fault }
        let body = try JSONBody(answer.body, of: polygon.name)
        let next = try polygon.next(body, after: page)
        var taken: [Instrument] = []
        for row in try body.find("results")?.items() ?? [] {
            guard let symbol = Symbol(try row.get("ticker").text()) else { continue }
            taken.append(
                Instrument(
                    symbol: symbol, name: try row.find("name")?.text() ?? "",
                    exchange: try row.find("primary_exchange")?.text() ?? ""))
        }
        instruments += taken
        self.page = next
    }
}
