import Domain
import HTTP

extension Alpaca: TicksProvider {
    public func ticks(_ kind: TickKind, of symbol: Symbol, _ moments: Range<Timestamp>) -> any TicksInquiry {
        AlpacaTicks(self, kind, symbol, moments)
    }
}

/// Trades or quotes of one symbol, page by page.
struct AlpacaTicks: TicksInquiry {
    private let alpaca: Alpaca
    private let kind: TickKind
    private let symbol: Symbol
    private let moments: Range<Timestamp>
    private var token: String?
    private var isDone = false
    private var emptyPages = 0
    private(set) var ticks: [MarketTick] = []
    /// Where and as which number a trade was made: a page that is sent twice says it twice.
    private var seen: Set<String> = []

    private static let emptyPagesMax = 50

    init(_ alpaca: Alpaca, _ kind: TickKind, _ symbol: Symbol, _ moments: Range<Timestamp>) {
        (self.alpaca, self.kind, self.symbol, self.moments) = (alpaca, kind, symbol, moments)
    }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        // Both ends are inclusive.
        var query: [WebAddress.Item] = [
            .init("symbols", symbol.text), .init("start", "\(moments.lowerBound)"),
            .init("end", "\(moments.upperBound - 1)"), .init("limit", "10000"), .init("feed", alpaca.feed),
            .init("sort", "asc"),
        ]
        if let token { query.append(.init("page_token", token)) }
        return alpaca.request("/v2/stocks/\(kind.rawValue)", query)
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = answer.failure(of: alpaca.name) { throw fault }
        let body = try JSONBody(answer.body, of: alpaca.name)
        let next = try Alpaca.token(body, after: token)
        var taken: [MarketTick] = []
        var known = seen
        var count = 0
        // A page without any may say null.
        for (name, rows) in try body.find(kind.rawValue)?.members() ?? [] {
            guard name == symbol.text else { throw rows.wrong("nobody asked for \(name.prefix(24))") }
            for row in try rows.items() {
                count += 1
                if let tick = try kind == .trades ? trade(row, &known) : quote(row) { taken.append(tick) }
            }
        }
        let empty = count == 0 ? emptyPages + 1 : 0
        if next != nil, empty > AlpacaTicks.emptyPagesMax {
            throw body.wrong("\(empty) pages in a row have no \(kind.rawValue), and there is no end")
        }
        ticks += taken
        (seen, emptyPages, token, isDone) = (known, empty, next, next == nil)
        if isDone { tidy() }
    }

    /// In the order of time, and as they came where that is the same. A quote that says what the one before it said
    /// was sent twice.
    private mutating func tidy() {
        seen = []
        let sorted = ticks.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        ticks = []
        for (_, tick) in sorted where kind == .trades || ticks.last != tick { ticks.append(tick) }
    }

    /// Nothing of a trade that was taken back, or is known already.
    private func trade(_ row: JSONBody, _ known: inout Set<String>) throws(ProviderFault) -> MarketTick? {
        let tick = MarketTick(
            at: try moment(row), price: try row.get("p").decimal(), size: try row.get("s").decimal())
        guard tick.price.isPositive, !tick.size.isNegative else {
            throw row.wrong("a price above 0 and a size of 0 or more would be right")
        }
        if let update = try row.find("u")?.text(), update == "canceled" || update == "incorrect" {
            return nil
        }
        guard let exchange = try row.find("x")?.text(), let number = try row.find("i")?.integer() else {
            return tick
        }
        return known.insert("\(exchange) \(number)").inserted ? tick : nil
    }

    /// Nothing of a quote without a bid or an ask, which has a price of 0 there, nor of one whose sides cross:
    /// nobody can trade on these.
    private func quote(_ row: JSONBody) throws(ProviderFault) -> MarketTick? {
        var tick = MarketTick(
            at: try moment(row), price: try row.get("bp").decimal(), size: try row.get("bs").decimal())
        tick.ask = try row.get("ap").decimal()
        tick.askSize = try row.get("as").decimal()
        guard !tick.price.isNegative, !tick.ask.isNegative, !tick.size.isNegative, !tick.askSize.isNegative
        else { throw row.wrong("prices and sizes of 0 or more would be right") }
        return tick.price.isPositive && tick.ask >= tick.price ? tick : nil
    }

    private func moment(_ row: JSONBody) throws(ProviderFault) -> Timestamp {
        let moment = try BarWire.moment(try row.get("t"))
        guard moments.contains(moment) else {
            throw row.wrong("\(moment) is not between \(moments.lowerBound) and \(moments.upperBound)")
        }
        return moment
    }
}
