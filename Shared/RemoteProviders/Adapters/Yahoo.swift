import Configuration
import Domain
import HTTP

/// Yahoo's chart interface, which nobody documents and nobody promises. It gives prices that are adjusted for splits;
/// they are made raw again by the splits that it tells along with them.
public struct Yahoo: Provider {
    public let name = "yahoo"
    public let rates: [Rate]
    public let parallelMax = 2
    public let lacks: String? = nil
    let url: String
    /// Where a cookie is to be had.
    let cookieURL: String

    public init(url: String, cookieURL: String, rates: [Rate]) {
        (self.url, self.cookieURL, self.rates) = (url, cookieURL, rates)
    }

    /// Without the name of a browser the first call is refused.
    static let browser =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"

    func request(_ path: String, _ query: [WebAddress.Item], base: String? = nil) -> HTTPRequest {
        HTTPRequest(
            WebAddress(base ?? url, path, query),
            headers: [.init("User-Agent", Yahoo.browser), .init("Accept", "*/*")])
    }

    func chart(_ name: String, _ interval: String, from: Timestamp, to: Timestamp) -> HTTPRequest {
        request(
            "/v8/finance/chart/\(WebAddress.encoded(name))",
            [
                .init("period1", "\(from.nanoseconds / Nanoseconds.second)"),
                .init("period2", "\(to.nanoseconds / Nanoseconds.second)"), .init("interval", interval),
                .init("includePrePost", "false"), .init("events", "div,splits,capitalGains"),
            ])
    }

    /// Share classes have a hyphen: BRK-B.
    static func ticker(_ symbol: Symbol) -> String { String(symbol.text.map { $0 == "." ? "-" : $0 }) }

    func failure(_ answer: HTTPResponse) -> ProviderFault? {
        guard let fault = answer.failure(of: name) else {
            let isOutage = String(decoding: answer.body.prefix(4096), as: UTF8.self).contains(
                "Will be right back")
            return isOutage ? ProviderFault(.unreachable, "yahoo says that it will be right back") : nil
        }
        guard answer.status != 429, let body = try? JSONValue(answer.body) else { return fault }
        for part in ["chart", "finance", "quoteResponse", "optionChain", "quoteSummary"] {
            guard let text = body[part]?["error"]?["description"]?.text else { continue }
            return ProviderFault(
                fault.kind, "yahoo answered \(answer.status): \(String(text.prefix(200)).inOneLine)")
        }
        return fault
    }
}

extension Yahoo: HistoryProvider {
    private static let intervals = [1, 2, 5, 15, 30, 60, 90]

    var intervalsText: String { "1m, 2m, 5m, 15m, 30m, 1h, 90m and 1d" }

    static func interval(_ span: Interval) -> String? {
        if span.isDaily { return "1d" }
        guard let minutes = span.minutes, intervals.contains(minutes) else { return nil }
        return "\(minutes)m"
    }

    public func objection(to wanted: HistoryWanted) -> String? {
        guard let interval = Yahoo.interval(wanted.span) else {
            return "yahoo has bars of \(intervalsText), not of \(wanted.span)"
        }
        let reach = interval == "1d" ? Int.max : interval == "1m" ? 29 : interval == "60m" ? 729 : 59
        let age = EasternTime.local(at: wanted.now).date - wanted.days.lowerBound
        return age <= reach ? nil : "yahoo has bars of \(wanted.span) for \(reach) days back, not for \(age)"
    }

    /// It gives eight days of minutes at a time.
    public func pieces(of days: ClosedRange<CivilDate>, span: Interval) -> [ClosedRange<CivilDate>] {
        span == .minute ? Pieces.days(7, days) : [days]
    }

    public func history(_ wanted: HistoryWanted) -> any HistoryInquiry { YahooHistory(self, wanted) }
}

struct YahooHistory: HistoryInquiry {
    private let yahoo: Yahoo
    private let wanted: HistoryWanted
    /// All splits and dividends from the first day to today, once they are known.
    private var events: YahooEvents?
    private var isDone = false
    private(set) var bars: [Bar] = []

    init(_ yahoo: Yahoo, _ wanted: HistoryWanted) {
        self.yahoo = yahoo
        self.wanted = wanted
    }

    var actions: [CorporateAction] { events?.raw(wanted.symbols[0]) ?? [] }

    /// Days first, up to today: what was split later changes what it says of earlier. Then what lies within the days.
    var question: HTTPRequest? {
        guard !isDone, let symbol = wanted.symbols.first else { return nil }
        let from = BarWire.midnight(of: wanted.days.lowerBound)
        let end = BarWire.midnight(of: wanted.days.upperBound + 1)
        guard events != nil, let interval = Yahoo.interval(wanted.span) else {
            return yahoo.chart(Yahoo.ticker(symbol), "1d", from: from, to: max(end, wanted.now))
        }
        return yahoo.chart(Yahoo.ticker(symbol), interval, from: from, to: end)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = yahoo.failure(answer) { throw fault }
        let result = try YahooChart.result(of: answer.body)
        if let events {
            bars = try YahooChart.bars(result, wanted, events)
            isDone = true
            return
        }
        let events = try YahooEvents(result)
        if wanted.span.isDaily {
            bars = try YahooChart.bars(result, wanted, events)
            isDone = true
        }
        self.events = events
    }
}
