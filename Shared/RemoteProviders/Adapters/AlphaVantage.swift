import Configuration
import Domain
import HTTP

/// Alpha Vantage: one address, and an answer of status 200 to everything, limits and mistakes included.
public struct AlphaVantage: Provider {
    public let name = "alphavantage"
    public let rates: [Rate]
    public let parallelMax = 1
    let url: String
    let key: String?

    public init(url: String, key: String?, rates: [Rate]) {
        (self.url, self.key, self.rates) = (url, key, rates)
    }

    public var lacks: String? { key == nil ? "alphavantage needs a key: providers.alphavantage.key" : nil }

    func request(_ function: String, _ query: [WebAddress.Item]) -> HTTPRequest {
        HTTPRequest(
            WebAddress(
                url, "/query",
                [.init("function", function)] + query + [.init("apikey", key ?? "", isSecret: true)]))
    }

    /// What is hidden in an answer of status 200.
    func document(_ answer: HTTPResponse) throws(ProviderFault) -> JSONBody {
        if let fault = answer.failure(of: name) { throw fault }
        let body = try JSONBody(answer.body, of: name)
        for key in ["Information", "Note", "Error Message"] {
            guard let found = body.find(key), let text = found.value.text else { continue }
            let words = "alphavantage answered: \(String(text.prefix(300)).inOneLine)"
            let lower = text.lowercased()
            if key == "Error Message" {
                throw ProviderFault(lower.contains("apikey") ? .refused : .unknown, words)
            }
            // A limit speaks of requests; what only subscribers get speaks of an endpoint.
            let isLimit =
                lower.contains("rate limit") || lower.contains("requests per")
                || lower.contains("call frequency")
                || lower.contains("sparingly")
            throw ProviderFault(isLimit ? .limited(until: nil) : .refused, words)
        }
        return body
    }
}

extension AlphaVantage: HistoryProvider {
    private static let minutes = [1, 5, 15, 30, 60]

    public func objection(to wanted: HistoryWanted) -> String? {
        if wanted.span.isDaily { return nil }
        guard let minutes = wanted.span.minutes, AlphaVantage.minutes.contains(minutes) else {
            return "alphavantage has bars of 1m, 5m, 15m, 30m, 1h and 1d, not of \(wanted.span)"
        }
        return nil
    }

    /// It gives a month at a time.
    public func pieces(of days: ClosedRange<CivilDate>, span: Interval) -> [ClosedRange<CivilDate>] {
        span.isDaily ? [days] : Pieces.months(days)
    }

    public func history(_ wanted: HistoryWanted) -> any HistoryInquiry { AlphaVantageHistory(self, wanted) }
}

struct AlphaVantageHistory: HistoryInquiry {
    private let alpha: AlphaVantage
    private let wanted: HistoryWanted
    private var isDone = false
    private(set) var bars: [Bar] = []
    let actions: [CorporateAction] = []

    init(_ alpha: AlphaVantage, _ wanted: HistoryWanted) {
        self.alpha = alpha
        self.wanted = wanted
    }

    /// The short answer holds a hundred days; only the long one may need a subscription.
    private var isLong: Bool {
        let today = EasternTime.local(at: wanted.now).date
        return TradingCalendar.xnys.sessions(from: wanted.days.lowerBound, to: today).count > 95
    }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        let symbol = WebAddress.Item("symbol", wanted.symbols[0].text)
        guard let minutes = wanted.span.minutes else {
            return alpha.request(
                "TIME_SERIES_DAILY", [symbol, .init("outputsize", isLong ? "full" : "compact")])
        }
        let month = String("\(wanted.days.lowerBound)".prefix(7))
        return alpha.request(
            "TIME_SERIES_INTRADAY",
            [
                symbol, .init("interval", "\(minutes)min"), .init("adjusted", "false"),
                .init("extended_hours", "false"), .init("month", month), .init("outputsize", "full"),
            ])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        let body = try alpha.document(answer)
        let name = wanted.span.minutes.map { "Time Series (\($0)min)" } ?? "Time Series (Daily)"
        var taken: [Bar] = []
        for (time, row) in try body.get(name).members() {
            let date = try BarWire.date(time, row)
            guard wanted.days.contains(date) else { continue }
            guard var bar = try bar(on: date, time, row) else { continue }
            bar.open = try row.get("1. open").decimal()
            bar.high = try row.get("2. high").decimal()
            bar.low = try row.get("3. low").decimal()
            bar.close = try row.get("4. close").decimal()
            bar.volume = try row.get("5. volume").decimal()
            taken.append(bar)
        }
        // The newest comes first.
        (bars, isDone) = (taken.reversed(), true)
    }

    /// `2024-03-11 09:30:00` is the time of New York.
    private func bar(on date: CivilDate, _ time: String, _ row: JSONBody) throws(ProviderFault) -> Bar? {
        if wanted.span.isDaily { return BarWire.daily(wanted.symbols[0], on: date) }
        guard time.utf8.count == 19, let utc = try? Timestamp(time + "Z") else {
            throw row.wrong(
                "\(String(time.prefix(40)).inOneLine) is no time; 2024-03-11 09:30:00 would be right")
        }
        let moment = EasternTime.moment(on: date, at: utc.sinceMidnightUTC)
        return BarWire.bar(wanted.symbols[0], span: wanted.span.nanoseconds, at: moment)
    }
}

extension AlphaVantage: FundamentalsProvider {
    public func fundamentals(of symbol: Symbol) -> any FundamentalsInquiry {
        AlphaVantageOverview(alpha: self, symbol: symbol)
    }
}

struct AlphaVantageOverview: FundamentalsInquiry {
    let alpha: AlphaVantage
    let symbol: Symbol
    private(set) var fundamentals: Fundamentals?
    private var isDone = false

    init(alpha: AlphaVantage, symbol: Symbol) { (self.alpha, self.symbol) = (alpha, symbol) }

    var question: HTTPRequest? {
        isDone ? nil : alpha.request("OVERVIEW", [.init("symbol", symbol.text)])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        let body = try alpha.document(answer)
        isDone = true
        // An empty object says that nobody knows the symbol.
        guard try !body.members().isEmpty else { return }
        var known = Fundamentals(symbol: symbol)
        known.name = try body.find("Name")?.text() ?? ""
        known.sector = try body.find("Sector")?.text() ?? ""
        known.industry = try body.find("Industry")?.text() ?? ""
        // "None" and "-" stand for what is not known.
        known.marketCap = try? body.find("MarketCapitalization")?.number()
        known.priceToEarnings = try? body.find("PERatio")?.number()
        known.dividendYield = try? body.find("DividendYield")?.number()
        known.sharesOutstanding = try? body.find("SharesOutstanding")?.number()
        fundamentals = known
    }
}
