import Domain
import HTTP

/// Alpaca's market data over REST: https://docs.alpaca.markets/reference. A second place that speaks the same, with
/// another address, feed or key, is one more of these under another name.
public struct Alpaca: Provider {
    public let name: String
    public let rates: [Rate]
    public let parallelMax = 4
    let url: String
    let tradingURL: String
    let key: String?
    let secret: String?
    /// `iex` is what everybody gets, `sip` the whole market.
    let feed: String
    /// Where the stream is, and whether it speaks MessagePack or JSON.
    let streamURL: String
    let streamFeed: String
    let isPacked: Bool

    public init(
        name: String = "alpaca", url: String, tradingURL: String, key: String?, secret: String?, feed: String,
        rates: [Rate],
        streamURL: String = "", streamFeed: String = "iex", isPacked: Bool = false
    ) {
        self.name = name
        (self.url, self.tradingURL, self.key, self.secret) = (url, tradingURL, key, secret)
        (self.feed, self.rates) = (feed, rates)
        (self.streamURL, self.streamFeed, self.isPacked) = (streamURL, streamFeed, isPacked)
    }

    public var lacks: String? {
        guard key == nil || secret == nil else { return nil }
        return "\(name) needs a key and a secret: providers.\(name).key and providers.\(name).secret"
    }

    func request(_ path: String, _ query: [WebAddress.Item], base: String? = nil) -> HTTPRequest {
        HTTPRequest(
            WebAddress(base ?? url, path, query),
            headers: [
                .init("APCA-API-KEY-ID", key ?? "", isSecret: true),
                .init("APCA-API-SECRET-KEY", secret ?? "", isSecret: true),
            ])
    }

    /// The next page's token: null at the end. A token that leads to itself would never end.
    static func token(_ body: JSONBody, after token: String?) throws(ProviderFault) -> String? {
        guard let next = body.find("next_page_token") else { return nil }
        let text = try next.text()
        // An empty token is no token, whatever some clients make of it.
        if text.isEmpty { return nil }
        guard text != token else { throw next.wrong("the page says that it is followed by itself") }
        return text
    }
}

extension Alpaca: HistoryProvider {
    public var symbolsMax: Int { 50 }

    public func objection(to wanted: HistoryWanted) -> String? {
        if wanted.span.isDaily { return nil }
        let minutes = wanted.span.minutes
        guard let minutes, minutes < 60 || minutes % 60 == 0 else {
            return "\(name) has bars of 1m to 59m, whole hours and 1d, not of \(wanted.span)"
        }
        return nil
    }

    /// Months, so that what has come is kept when something ends a long fetch.
    public func pieces(of days: ClosedRange<CivilDate>, span: Interval) -> [ClosedRange<CivilDate>] {
        span.isDaily ? [days] : Pieces.months(days)
    }

    public func history(_ wanted: HistoryWanted) -> any HistoryInquiry { AlpacaHistory(self, wanted) }
}

struct AlpacaHistory: HistoryInquiry {
    private let alpaca: Alpaca
    private let wanted: HistoryWanted
    private var token: String?
    private var isDone = false
    private var emptyPages = 0
    private(set) var bars: [Bar] = []
    let actions: [CorporateAction] = []

    /// Pages without a bar are allowed, but not without end.
    private static let emptyPagesMax = 50

    init(_ alpaca: Alpaca, _ wanted: HistoryWanted) {
        self.alpaca = alpaca
        self.wanted = wanted
    }

    private var timeframe: String {
        guard let minutes = wanted.span.minutes else { return "1Day" }
        return minutes < 60 ? "\(minutes)Min" : "\(minutes / 60)Hour"
    }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        // The end is inclusive: the last nanosecond of the last day in New York.
        let end = min(BarWire.midnight(of: wanted.days.upperBound + 1) - 1, wanted.now)
        let start = max(BarWire.midnight(of: wanted.days.lowerBound), wanted.since ?? .distantPast)
        var query: [WebAddress.Item] = [
            .init("symbols", wanted.symbols.map(\.text).joined(separator: ",")),
            .init("timeframe", timeframe), .init("start", "\(start)"),
            .init("end", "\(end)"), .init("limit", "10000"), .init("adjustment", "raw"),
            .init("feed", alpaca.feed), .init("sort", "asc"),
        ]
        if let token { query.append(.init("page_token", token)) }
        return alpaca.request("/v2/stocks/bars", query)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        let body = try JSONBody(answer.body, of: alpaca.name)
        let next = try Alpaca.token(body, after: token)
        var taken: [Bar] = []
        // A page without bars may say null.
        for (name, rows) in try body.find("bars")?.members() ?? [] {
            guard let symbol = wanted.symbols.first(where: { $0.text == name }) else {
                throw rows.wrong("nobody asked for \(name.prefix(24))")
            }
            for row in try rows.items() {
                if let bar = try bar(row, symbol) { taken.append(bar) }
            }
        }
        let empty = taken.isEmpty ? emptyPages + 1 : 0
        if next != nil, empty > AlpacaHistory.emptyPagesMax {
            throw body.wrong("\(empty) pages in a row have no bar, and there is no end")
        }
        bars += taken
        (emptyPages, token, isDone) = (empty, next, next == nil)
    }

    private func bar(_ row: JSONBody, _ symbol: Symbol) throws(ProviderFault) -> Bar? {
        let moment = try BarWire.moment(try row.get("t"))
        guard var bar = BarWire.bar(symbol, span: wanted.span.nanoseconds, at: moment) else { return nil }
        bar.open = try row.get("o").decimal()
        bar.high = try row.get("h").decimal()
        bar.low = try row.get("l").decimal()
        bar.close = try row.get("c").decimal()
        bar.volume = try row.get("v").decimal()
        if let trades = row.find("n") { bar.trades = UInt64(clamping: try trades.integer()) }
        return bar
    }
}
