import Domain
import HTTP

extension Yahoo: TrendingProvider {
    public func trending() -> any TrendingInquiry { YahooTrending(yahoo: self) }
}

/// What people look up, the most of them first.
struct YahooTrending: TrendingInquiry {
    let yahoo: Yahoo
    private(set) var trending: [TrendingSymbol] = []
    private var isDone = false

    init(yahoo: Yahoo) { self.yahoo = yahoo }

    var question: HTTPRequest? {
        isDone ? nil : yahoo.request("/v1/finance/trending/US", [.init("count", "25")])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = yahoo.failure(answer) { throw fault }
        let results = try JSONBody(answer.body, of: yahoo.name).get("finance").get("result").items()
        var taken: [TrendingSymbol] = []
        for row in try results.first?.get("quotes").items() ?? [] {
            taken.append(TrendingSymbol(symbol: try row.get("symbol").text().inOneLine))
        }
        (trending, isDone) = (taken, true)
    }
}
