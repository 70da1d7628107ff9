import Domain
import HTTP

/// Polygon, which calls itself Massive since 2025.
public struct Polygon: Provider {
    public let name = "polygon"
    public let rates: [Rate]
    public let parallelMax = 4
    let url: String
    let key: String?

    public init(url: String, key: String?, rates: [Rate]) {
        (self.url, self.key, self.rates) = (url, key, rates)
    }

    public var lacks: String? { key == nil ? "polygon needs a key: providers.polygon.key" : nil }

    func request(_ address: WebAddress) -> HTTPRequest {
        HTTPRequest(address, headers: [.init("Authorization", "Bearer \(key ?? "")", isSecret: true)])
    }

    func request(_ path: String, _ query: [WebAddress.Item]) -> HTTPRequest {
        request(WebAddress(url, path, query))
    }

    /// The next page on our own base: an answer does not decide which host gets the key.
    func next(_ body: JSONBody, after address: WebAddress) throws(ProviderFault) -> WebAddress? {
        guard let next = body.find("next_url") else { return nil }
        guard var following = WebAddress(following: try next.text(), on: url) else {
            throw next.wrong("this is no address")
        }
        following.query.removeAll { $0.name.lowercased() == "apikey" }
        guard following != address else { throw next.wrong("the page says that it is followed by itself") }
        return following
    }
}

extension Polygon: HistoryProvider {
    public func objection(to wanted: HistoryWanted) -> String? {
        wanted.span.isDaily || wanted.span.minutes != nil
            ? nil : "polygon has bars of whole minutes and of 1d, not of \(wanted.span)"
    }

    public func pieces(of days: ClosedRange<CivilDate>, span: Interval) -> [ClosedRange<CivilDate>] {
        span.isDaily ? [days] : Pieces.months(days)
    }

    public func history(_ wanted: HistoryWanted) -> any HistoryInquiry { PolygonHistory(self, wanted) }
}

struct PolygonHistory: HistoryInquiry {
    private let polygon: Polygon
    private let wanted: HistoryWanted
    private var page: WebAddress?
    private var emptyPages = 0
    private(set) var bars: [Bar] = []
    let actions: [CorporateAction] = []

    private static let emptyPagesMax = 50

    init(_ polygon: Polygon, _ wanted: HistoryWanted) {
        self.polygon = polygon
        self.wanted = wanted
        let span = wanted.span.minutes.map { "\($0)/minute" } ?? "1/day"
        page = WebAddress(
            polygon.url,
            "/v2/aggs/ticker/\(WebAddress.encoded(wanted.symbols[0].text))/range/\(span)/"
                + "\(wanted.days.lowerBound)/\(wanted.days.upperBound)",
            [.init("adjusted", "false"), .init("sort", "asc"), .init("limit", "50000")])
    }

    var question: HTTPRequest? { page.map { polygon.request($0) } }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        guard let page else { return }
        if let fault = answer.failure(of: polygon.name) { throw fault }
        let body = try JSONBody(answer.body, of: polygon.name)
        if let status = try body.find("status")?.text(), status == "ERROR" || status == "NOT_AUTHORIZED" {
            let words = JSONBody.complaint(of: answer.body) ?? status
            throw ProviderFault(status == "ERROR" ? .wrong : .refused, "polygon answered: \(words)")
        }
        let next = try polygon.next(body, after: page)
        var taken: [Bar] = []
        for row in try body.find("results")?.items() ?? [] {
            let time = try row.get("t")
            let milliseconds = try time.integer()
            // Beyond it is no time of a market, and the next line could overflow.
            guard milliseconds.magnitude < 1 << 50 else {
                throw time.wrong("\(milliseconds) is no time of a market")
            }
            let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
            let moment = try BarWire.moment(seconds: seconds, time)
            guard var bar = BarWire.bar(wanted.symbols[0], span: wanted.span.nanoseconds, at: moment) else {
                continue
            }
            bar.open = try row.get("o").decimal()
            bar.high = try row.get("h").decimal()
            bar.low = try row.get("l").decimal()
            bar.close = try row.get("c").decimal()
            bar.volume = try row.get("v").decimal()
            if let trades = row.find("n") { bar.trades = UInt64(clamping: try trades.integer()) }
            taken.append(bar)
        }
        let empty = taken.isEmpty ? emptyPages + 1 : 0
        if next != nil, empty > PolygonHistory.emptyPagesMax {
            throw body.wrong("\(empty) pages in a row have no bar, and there is no end")
        }
        bars += taken
        (emptyPages, self.page) = (empty, next)
    }
}
