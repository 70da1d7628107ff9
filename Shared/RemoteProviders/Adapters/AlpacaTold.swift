import Domain
import HTTP

extension Alpaca: NewsProvider, CalendarProvider, TrendingProvider {
    public func news(of symbols: [Symbol], _ days: ClosedRange<CivilDate>) -> any NewsInquiry {
        AlpacaNews(alpaca: self, symbols: symbols, days: days)
    }
    public func calendar(_ days: ClosedRange<CivilDate>) -> any CalendarInquiry {
        AlpacaCalendar(alpaca: self, wanted: days)
    }
    public func trending() -> any TrendingInquiry { AlpacaMostActive(alpaca: self) }
}

/// Headlines, the newest first.
struct AlpacaNews: NewsInquiry {
    let alpaca: Alpaca
    let symbols: [Symbol]
    let days: ClosedRange<CivilDate>
    private(set) var news: [NewsItem] = []
    private var token: String?
    private var isDone = false
    /// More is more than a person reads.
    private static let newsMax = 500

    init(alpaca: Alpaca, symbols: [Symbol], days: ClosedRange<CivilDate>) {
        (self.alpaca, self.symbols, self.days) = (alpaca, symbols, days)
    }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        var query: [WebAddress.Item] = [
            .init("start", "\(BarWire.midnight(of: days.lowerBound))"),
            .init("end", "\(BarWire.midnight(of: days.upperBound + 1) - 1)"), .init("sort", "desc"),
            .init("limit", "50"),
        ]
        // No symbols at all are those of an empty list.
        if !symbols.isEmpty { query.append(.init("symbols", symbols.map(\.text).joined(separator: ","))) }
        if let token { query.append(.init("page_token", token)) }
        return alpaca.request("/v1beta1/news", query)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        let body = try JSONBody(answer.body, of: alpaca.name)
        let next = try Alpaca.token(body, after: token)
        var taken: [NewsItem] = []
        for row in try body.get("news").items() {
            var symbols: [String] = []
            for symbol in try row.find("symbols")?.items() ?? [] {
                symbols.append(try symbol.text().inOneLine)
            }
            taken.append(
                NewsItem(
                    at: try BarWire.moment(try row.get("created_at")),
                    headline: try row.get("headline").text().inOneLine,
                    source: try row.find("source")?.text().inOneLine ?? "", symbols: symbols,
                    address: try row.find("url")?.text().inOneLine ?? ""))
        }
        news += taken
        (token, isDone) = (next, next == nil || taken.isEmpty || news.count >= AlpacaNews.newsMax)
    }
}

/// Sessions, in the hours of New York.
struct AlpacaCalendar: CalendarInquiry {
    let alpaca: Alpaca
    let wanted: ClosedRange<CivilDate>
    private(set) var days: [CalendarDay] = []
    private var isDone = false

    init(alpaca: Alpaca, wanted: ClosedRange<CivilDate>) { (self.alpaca, self.wanted) = (alpaca, wanted) }

    var question: HTTPRequest? {
        isDone
            ? nil
            : alpaca.request(
                "/v2/calendar",
                [.init("start", "\(wanted.lowerBound)"), .init("end", "\(wanted.upperBound)")],
                base: alpaca.tradingURL)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        var taken: [CalendarDay] = []
        for row in try JSONBody(answer.body, of: alpaca.name).items() {
            let day = try row.get("date")
            let date = try BarWire.date(try day.text(), day)
            guard wanted.contains(date) else { continue }
            let (open, close) = (try hour(row.get("open"), date), try hour(row.get("close"), date))
            guard open < close else { throw row.wrong("an open before the close would be right") }
            taken.append(CalendarDay(date: date, open: open, close: close))
        }
        (days, isDone) = (taken, true)
    }

    /// `09:30`.
    private func hour(_ body: JSONBody, _ date: CivilDate) throws(ProviderFault) -> Timestamp {
        let text = try body.text()
        guard text.utf8.count == 5, let utc = try? Timestamp("\(date)T\(text):00Z") else {
            throw body.wrong("\(String(text.prefix(20)).inOneLine) is no hour; 09:30 would be right")
        }
        return EasternTime.moment(on: date, at: utc.sinceMidnightUTC)
    }
}

/// What is traded most, by volume.
struct AlpacaMostActive: TrendingInquiry {
    let alpaca: Alpaca
    private(set) var trending: [TrendingSymbol] = []
    private var isDone = false

    init(alpaca: Alpaca) { self.alpaca = alpaca }

    var question: HTTPRequest? {
        isDone
            ? nil
            : alpaca.request(
                "/v1beta1/screener/stocks/most-actives", [.init("by", "volume"), .init("top", "25")])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        var taken: [TrendingSymbol] = []
        for row in try JSONBody(answer.body, of: alpaca.name).get("most_actives").items() {
            taken.append(
                TrendingSymbol(
                    symbol: try row.get("symbol").text().inOneLine, volume: try row.find("volume")?.decimal(),
                    trades: try row.find("trade_count")?.integer()))
        }
        (trending, isDone) = (taken, true)
    }
}
