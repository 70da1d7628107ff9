import Configuration
import Domain
import HTTP

extension Yahoo: ActionsProvider, QuotesProvider, ChainsProvider, FundamentalsProvider,
    VolatilityIndexProvider
{
    public func actions(of symbol: Symbol, _ days: ClosedRange<CivilDate>) -> any ActionsInquiry {
        YahooActions(yahoo: self, symbol: symbol, days: days)
    }
    public func quotes(of symbols: [Symbol]) -> any QuotesInquiry { YahooQuotes(self, symbols) }
    public func chain(of underlying: Symbol) -> any ChainInquiry { YahooChain(self, underlying) }
    public func fundamentals(of symbol: Symbol) -> any FundamentalsInquiry { YahooFundamentals(self, symbol) }
    public func volatilityIndex(_ days: ClosedRange<CivilDate>, now: Timestamp) -> any VolatilityIndexInquiry
    {
        YahooVolatilityIndex(yahoo: self, days: days, now: now)
    }
}

struct YahooActions: ActionsInquiry {
    let yahoo: Yahoo
    let symbol: Symbol
    let days: ClosedRange<CivilDate>
    private(set) var actions: [CorporateAction] = []
    private var isDone = false

    init(yahoo: Yahoo, symbol: Symbol, days: ClosedRange<CivilDate>) {
        (self.yahoo, self.symbol, self.days) = (yahoo, symbol, days)
    }

    var question: HTTPRequest? {
        isDone
            ? nil
            : yahoo.chart(
                Yahoo.ticker(symbol), "1d", from: BarWire.midnight(of: days.lowerBound),
                to: BarWire.midnight(of: days.upperBound + 1))
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = yahoo.failure(answer) { throw fault }
        actions = try YahooEvents(try YahooChart.result(of: answer.body)).raw(symbol)
        isDone = true
    }
}

/// The index by its name at Yahoo.
struct YahooVolatilityIndex: VolatilityIndexInquiry {
    let yahoo: Yahoo
    let days: ClosedRange<CivilDate>
    let now: Timestamp
    private(set) var closes: [IndexClose] = []
    private var isDone = false

    init(yahoo: Yahoo, days: ClosedRange<CivilDate>, now: Timestamp) {
        (self.yahoo, self.days, self.now) = (yahoo, days, now)
    }

    var question: HTTPRequest? {
        isDone
            ? nil
            : yahoo.chart(
                "^VIX", "1d", from: BarWire.midnight(of: days.lowerBound),
                to: BarWire.midnight(of: days.upperBound + 1))
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = yahoo.failure(answer) { throw fault }
        let result = try YahooChart.result(of: answer.body)
        let wanted = HistoryWanted(symbols: [Symbol("VIX")!], span: .day, days: days, now: now)
        closes = try YahooChart.bars(result, wanted, try YahooEvents(result)).filter { $0.closesAt <= now }
            .map {
                IndexClose(date: EasternTime.local(at: $0.openedAt).date, value: $0.close)
            }
        isDone = true
    }
}

/// The cookie and the crumb that some of its questions want. A crumb goes stale: then both are fetched once more.
struct YahooSession: Sendable {
    private let yahoo: Yahoo
    private var cookie: String?
    private(set) var crumb: String?
    private var renewals = 0

    init(_ yahoo: Yahoo) { self.yahoo = yahoo }

    /// What has to be asked before the question itself; nothing where the session stands.
    var question: HTTPRequest? {
        guard crumb == nil else { return nil }
        guard cookie != nil else { return yahoo.request("/", [], base: yahoo.cookieURL) }
        return signed(yahoo.request("/v1/test/getcrumb", []))
    }

    func signed(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        if let cookie { request.headers.append(.init("Cookie", cookie, isSecret: true)) }
        if let crumb { request.address.query.append(.init("crumb", crumb, isSecret: true)) }
        return request
    }

    /// Takes the answer to a question of the session; true where it was one, or begins the session anew.
    mutating func takes(_ answer: HTTPResponse) throws(ProviderFault) -> Bool {
        if crumb != nil {
            guard answer.status == 401, renewals == 0 else { return false }
            (cookie, crumb, renewals) = (nil, nil, renewals + 1)
            return true
        }
        if cookie == nil {
            // The page itself is an error by custom; its cookies are what counts.
            if answer.status == 429 || answer.status >= 500, let fault = yahoo.failure(answer) { throw fault }
            let pairs = answer.headers("set-cookie").compactMap {
                $0.split(separator: ";").first.map(String.init)
            }
            guard !pairs.isEmpty else { throw ProviderFault(.wrong, "yahoo gave no cookie") }
            cookie = pairs.joined(separator: "; ")
            return true
        }
        if let fault = yahoo.failure(answer) { throw fault }
        let text = String(decoding: answer.body.prefix(256), as: UTF8.self)
        guard (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3C })
        else { throw ProviderFault(.wrong, "yahoo gave no crumb: \(answer.excerpt(60))") }
        crumb = text
        return true
    }
}

struct YahooQuotes: QuotesInquiry {
    private let yahoo: Yahoo
    private let symbols: [Symbol]
    private var session: YahooSession
    private(set) var quotes: [MarketQuote] = []
    private var isDone = false

    init(_ yahoo: Yahoo, _ symbols: [Symbol]) {
        (self.yahoo, self.symbols) = (yahoo, symbols)
        session = YahooSession(yahoo)
    }

    var question: HTTPRequest? {
        if isDone { return nil }
        let names = symbols.map { Yahoo.ticker($0) }.joined(separator: ",")
        return session.question
            ?? session.signed(yahoo.request("/v7/finance/quote", [.init("symbols", names)]))
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if try session.takes(answer) { return }
        if let fault = yahoo.failure(answer) { throw fault }
        var taken: [MarketQuote] = []
        for row in try JSONBody(answer.body, of: yahoo.name).get("quoteResponse").get("result").items() {
            let name = try row.get("symbol").text()
            guard let symbol = symbols.first(where: { Yahoo.ticker($0) == name }),
                let time = row.find("regularMarketTime")
            else { continue }
            taken.append(
                MarketQuote(
                    symbol: symbol, at: try BarWire.moment(seconds: try time.integer(), time),
                    bid: try row.find("bid").map(YahooChart.price)?.ifPositive,
                    ask: try row.find("ask").map(YahooChart.price)?.ifPositive,
                    last: try row.find("regularMarketPrice").map(YahooChart.price)?.ifPositive))
        }
        (quotes, isDone) = (taken, true)
    }
}

struct YahooFundamentals: FundamentalsInquiry {
    private let yahoo: Yahoo
    private let symbol: Symbol
    private var session: YahooSession
    private(set) var fundamentals: Fundamentals?
    private var isDone = false

    init(_ yahoo: Yahoo, _ symbol: Symbol) {
        (self.yahoo, self.symbol) = (yahoo, symbol)
        session = YahooSession(yahoo)
    }

    var question: HTTPRequest? {
        if isDone { return nil }
        return session.question
            ?? session.signed(
                yahoo.request(
                    "/v10/finance/quoteSummary/\(WebAddress.encoded(Yahoo.ticker(symbol)))",
                    [
                        .init("modules", "assetProfile,summaryDetail,defaultKeyStatistics,price"),
                        .init("formatted", "false"),
                    ]))
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if try session.takes(answer) { return }
        if let fault = yahoo.failure(answer) { throw fault }
        let summary = try JSONBody(answer.body, of: yahoo.name).get("quoteSummary").get("result").items()
            .first
        var known = Fundamentals(symbol: symbol)
        known.name = try summary?.find("price")?.find("longName")?.text() ?? ""
        known.sector = try summary?.find("assetProfile")?.find("sector")?.text() ?? ""
        known.industry = try summary?.find("assetProfile")?.find("industry")?.text() ?? ""
        known.marketCap = try YahooFundamentals.number(summary, "summaryDetail", "marketCap")
        known.priceToEarnings = try YahooFundamentals.number(summary, "summaryDetail", "trailingPE")
        known.dividendYield = try YahooFundamentals.number(summary, "summaryDetail", "dividendYield")
        known.sharesOutstanding = try YahooFundamentals.number(
            summary, "defaultKeyStatistics", "sharesOutstanding")
        (fundamentals, isDone) = (summary == nil ? nil : known, true)
    }

    /// A number may stand alone, or as `raw` in an object that is empty where nothing is known.
    private static func number(_ summary: JSONBody?, _ module: String, _ key: String) throws(ProviderFault)
        -> Double?
    {
        guard let found = summary?.find(module)?.find(key) else { return nil }
        if case .object = found.value { return try found.find("raw")?.number() }
        // Infinity is written as a text.
        return try? found.number()
    }
}

struct YahooChain: ChainInquiry {
    private let yahoo: Yahoo
    private let underlying: Symbol
    private var session: YahooSession
    private(set) var contracts: [OptionContract] = []
    /// The expirations that have not been asked for; nothing before the first answer names them.
    private var left: [Int]?

    init(_ yahoo: Yahoo, _ underlying: Symbol) {
        (self.yahoo, self.underlying) = (yahoo, underlying)
        session = YahooSession(yahoo)
    }

    var question: HTTPRequest? {
        if let left, left.isEmpty { return nil }
        let date = left?.first.map { [WebAddress.Item("date", "\($0)")] } ?? []
        return session.question
            ?? session.signed(
                yahoo.request("/v7/finance/options/\(WebAddress.encoded(Yahoo.ticker(underlying)))", date))
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if try session.takes(answer) { return }
        if let fault = yahoo.failure(answer) { throw fault }
        guard
            let chain = try JSONBody(answer.body, of: yahoo.name).get("optionChain").get("result").items()
                .first
        else { throw ProviderFault(.unknown, "yahoo has no options on \(underlying)") }
        var taken: [OptionContract] = []
        let options = try chain.get("options").items().first
        for side in ["calls", "puts"] {
            for row in try options?.find(side)?.items() ?? [] {
                let name = try row.get("contractSymbol").text()
                guard var contract = OptionContract(occ: name) else {
                    throw row.wrong("this is no option's name")
                }
                contract.bid = try row.find("bid").map(YahooChart.price)?.ifPositive
                contract.ask = try row.find("ask").map(YahooChart.price)?.ifPositive
                contract.last = try row.find("lastPrice").map(YahooChart.price)?.ifPositive
                contract.openInterest = try row.find("openInterest")?.integer()
                contract.impliedVolatility = try row.find("impliedVolatility")?.number()
                taken.append(contract)
            }
        }
        if let left {
            self.left = Array(left.dropFirst())
        } else {
            // The first answer is that of the first expiration.
            var dates: [Int] = []
            for date in try chain.get("expirationDates").items().prefix(64) {
                dates.append(try date.integer())
            }
            left = Array(dates.dropFirst())
        }
        contracts += taken
    }
}
