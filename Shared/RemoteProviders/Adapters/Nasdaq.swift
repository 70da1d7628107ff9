import Domain
import HTTP

/// The screener of nasdaq.com: what is listed, in which sector, of what size. Nobody documents it.
public struct Nasdaq: UniverseProvider {
    public let name = "nasdaq"
    public let rates: [Rate]
    public let parallelMax = 1
    public let lacks: String? = nil
    let url: String

    public init(url: String, rates: [Rate]) { (self.url, self.rates) = (url, rates) }

    /// Whoever does not look like a browser waits for ever.
    func request(_ path: String, _ query: [WebAddress.Item]) -> HTTPRequest {
        HTTPRequest(
            WebAddress(url, path, query),
            headers: [
                .init("User-Agent", Yahoo.browser), .init("Accept", "application/json, text/plain, */*"),
                .init("Origin", "https://www.nasdaq.com"), .init("Referer", "https://www.nasdaq.com/"),
            ])
    }

    public func universe() -> any UniverseInquiry { NasdaqScreener(self) }

    /// The data of an answer; a failure is hidden in an answer of status 200.
    func data(_ answer: HTTPResponse) throws(ProviderFault) -> JSONBody {
        if let fault = answer.failure(of: name) { throw fault }
        let body = try JSONBody(answer.body, of: name)
        if let code = try body.find("status")?.find("rCode")?.integer(), code != 200 {
            let words = try body.find("status")?.find("bCodeMessage")?.items().first?.find("errorMessage")?
                .text()
            throw ProviderFault(
                code >= 500 ? .unreachable : .unsupported,
                "nasdaq answered \(code): \((words ?? "no more is said").inOneLine)")
        }
        return try body.get("data")
    }

    /// `$1,798.50` and `1.295%` as numbers; nothing for what stands for nothing.
    static func number(_ body: JSONBody) throws(ProviderFault) -> Double? {
        var plain = try body.text().filter { !"$,% ".contains($0) }
        // Accountants write losses in parentheses.
        if plain.hasPrefix("("), plain.hasSuffix(")") { plain = "-" + plain.dropFirst().dropLast() }
        guard let number = Double(plain), number.isFinite else { return nil }
        return number
    }

    /// Share classes have a slash there and a dot here; preferred shares (`^`) have no name here.
    static func symbol(_ text: String) -> Symbol? {
        guard !text.isEmpty, !text.contains("^") else { return nil }
        return Symbol(String(text.map { $0 == "/" ? "." : $0 }))
    }
}

struct NasdaqScreener: UniverseInquiry {
    private let nasdaq: Nasdaq
    private var isDone = false
    private(set) var instruments: [Instrument] = []

    init(_ nasdaq: Nasdaq) { self.nasdaq = nasdaq }

    var question: HTTPRequest? {
        isDone
            ? nil
            : nasdaq.request(
                "/api/screener/stocks",
                [
                    .init("tableonly", "true"), .init("limit", "25"), .init("offset", "0"),
                    .init("download", "true"),
                ])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        var taken: [Instrument] = []
        for row in try nasdaq.data(answer).get("rows").items() {
            guard let symbol = Nasdaq.symbol(try row.get("symbol").text()) else { continue }
            var instrument = Instrument(symbol: symbol, name: try row.find("name")?.text() ?? "")
            instrument.sector = try row.find("sector")?.text() ?? ""
            instrument.industry = try row.find("industry")?.text() ?? ""
            instrument.marketCap = try row.find("marketCap").flatMap(Nasdaq.number)
            instrument.volume = try row.find("volume").flatMap(Nasdaq.number)
            taken.append(instrument)
        }
        guard !taken.isEmpty else { throw ProviderFault(.wrong, "nasdaq answered with an empty list") }
        (instruments, isDone) = (taken, true)
    }
}
