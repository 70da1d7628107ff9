import Domain
import HTTP

/// Tiingo: days of the whole market, and prices within the day as IEX saw them.
public struct Tiingo: Provider {
    public let name = "tiingo"
    public let rates: [Rate]
    public let parallelMax = 2
    let url: String
    let key: String?

    public init(url: String, key: String?, rates: [Rate]) {
        (self.url, self.key, self.rates) = (url, key, rates)
    }

    public var lacks: String? { key == nil ? "tiingo needs a key: providers.tiingo.key" : nil }

    func request(_ path: String, _ query: [WebAddress.Item]) -> HTTPRequest {
        HTTPRequest(
            WebAddress(url, path, query),
            headers: [
                .init("Authorization", "Token \(key ?? "")", isSecret: true),
                .init("Content-Type", "application/json"),
            ])
    }

    /// Share classes have a hyphen: BRK-B.
    static func ticker(_ symbol: Symbol) -> String { String(symbol.text.map { $0 == "." ? "-" : $0 }) }

    /// The limit of symbols in a month comes as plain text with the status of a success.
    func failure(_ answer: HTTPResponse) -> ProviderFault? {
        if let fault = answer.failure(of: name) { return fault }
        let beginning = String(decoding: answer.body.prefix(400), as: UTF8.self)
        guard answer.body.first != UInt8(ascii: "["), answer.body.first != UInt8(ascii: "{"),
            beginning.contains("You have run over")
        else { return nil }
        return ProviderFault(.limited(until: nil), "tiingo answered: \(answer.excerpt())")
    }
}

extension Tiingo: HistoryProvider {
    public func objection(to wanted: HistoryWanted) -> String? {
        wanted.span.isDaily || wanted.span.minutes != nil
            ? nil : "tiingo has bars of whole minutes and of 1d, not of \(wanted.span)"
    }

    public func pieces(of days: ClosedRange<CivilDate>, span: Interval) -> [ClosedRange<CivilDate>] {
        span.isDaily ? [days] : Pieces.months(days)
    }

    public func history(_ wanted: HistoryWanted) -> any HistoryInquiry { TiingoHistory(self, wanted) }
}

extension Tiingo: ActionsProvider, QuotesProvider {
    public func actions(of symbol: Symbol, _ days: ClosedRange<CivilDate>) -> any ActionsInquiry {
        TiingoHistory(
            self, HistoryWanted(symbols: [symbol], span: .day, days: days, now: .distantFuture))
    }

    public func quotes(of symbols: [Symbol]) -> any QuotesInquiry {
        TiingoQuotes(tiingo: self, symbols: symbols)
    }
}

struct TiingoHistory: HistoryInquiry, ActionsInquiry {
    private let tiingo: Tiingo
    private let wanted: HistoryWanted
    private var isDone = false
    private(set) var bars: [Bar] = []
    private(set) var actions: [CorporateAction] = []

    init(_ tiingo: Tiingo, _ wanted: HistoryWanted) {
        self.tiingo = tiingo
        self.wanted = wanted
    }

    private var symbol: Symbol { wanted.symbols[0] }

    var question: HTTPRequest? {
        guard !isDone else { return nil }
        let days: [WebAddress.Item] = [
            .init("startDate", "\(wanted.days.lowerBound)"), .init("endDate", "\(wanted.days.upperBound)"),
        ]
        let name = WebAddress.encoded(Tiingo.ticker(symbol))
        guard let minutes = wanted.span.minutes else {
            return tiingo.request("/tiingo/daily/\(name)/prices", days)
        }
        let span = minutes % 60 == 0 ? "\(minutes / 60)hour" : "\(minutes)min"
        return tiingo.request(
            "/iex/\(name)/prices",
            days + [.init("resampleFreq", span), .init("columns", "open,high,low,close,volume")])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = tiingo.failure(answer) { throw fault }
        var (bars, actions): ([Bar], [CorporateAction]) = ([], [])
        for row in try JSONBody(answer.body, of: tiingo.name).items() {
            let time = try row.get("date")
            let bar: Bar?
            if wanted.span.isDaily {
                let date = try BarWire.date(try time.text(), time)
                actions += try TiingoHistory.actions(row, symbol, date)
                bar = BarWire.daily(symbol, on: date)
            } else {
                bar = BarWire.bar(symbol, span: wanted.span.nanoseconds, at: try BarWire.moment(time))
            }
            guard var bar else { continue }
            bar.open = try row.get("open").decimal()
            bar.high = try row.get("high").decimal()
            bar.low = try row.get("low").decimal()
            bar.close = try row.get("close").decimal()
            bar.volume = try row.get("volume").decimal()
            bars.append(bar)
        }
        (self.bars, self.actions, isDone) = (bars, actions, true)
    }

    private static func actions(
        _ row: JSONBody, _ symbol: Symbol, _ date: CivilDate
    ) throws(ProviderFault) -> [CorporateAction] {
        var actions: [CorporateAction] = []
        if let split = row.find("splitFactor") {
            let factor: Price = try split.decimal()
            guard factor.isPositive, factor < Price(1_000_000) else {
                throw split.wrong("a split has shares above 0, and not a million")
            }
            if factor != Price(1) {
                let ratio = Ratio(nearest: factor)
                actions.append(ActionWire.split(symbol, on: date, ratio.numerator, ratio.denominator))
            }
        }
        if let cash = row.find("divCash") {
            let dividend = try ActionWire.dividend(symbol, on: date, cash)
            if dividend.amount.isPositive { actions.append(dividend) }
        }
        return actions
    }
}

struct TiingoQuotes: QuotesInquiry {
    let tiingo: Tiingo
    let symbols: [Symbol]
    private(set) var quotes: [MarketQuote] = []
    private var isDone = false

    init(tiingo: Tiingo, symbols: [Symbol]) { (self.tiingo, self.symbols) = (tiingo, symbols) }

    var question: HTTPRequest? {
        let names = symbols.map { Tiingo.ticker($0) }.joined(separator: ",")
        return isDone ? nil : tiingo.request("/iex/", [.init("tickers", names)])
    }

    mutating func take(_ answer: HTTPResponse) throws(ProviderFault) {
        if let fault = tiingo.failure(answer) { throw fault }
        var taken: [MarketQuote] = []
        for row in try JSONBody(answer.body, of: tiingo.name).items() {
            let name = try row.get("ticker").text().uppercased()
            guard let symbol = symbols.first(where: { Tiingo.ticker($0).uppercased() == name }),
                let time = row.find("timestamp")
            else { continue }
            // Outside the hours most of it is null.
            taken.append(
                MarketQuote(
                    symbol: symbol, at: try BarWire.moment(time),
                    bid: try row.find("bidPrice")?.decimal(Price.self).ifPositive,
                    ask: try row.find("askPrice")?.decimal(Price.self).ifPositive,
                    last: try (row.find("last") ?? row.find("tngoLast"))?.decimal(Price.self).ifPositive))
        }
        (quotes, isDone) = (taken, true)
    }
}

/// A ratio of a split that somebody wrote as a decimal: 0.333333 is 1 for 3.
struct Ratio {
    var numerator: Int64
    var denominator: Int64

    /// The fraction with the smallest denominator up to 100 that is written so with six digits, else the decimal.
    init(nearest factor: Price) {
        (numerator, denominator) = (factor.units, Price.scale)
        for small in Int64(1)...100 {
            let (whole, overflow) = factor.units.multipliedReportingOverflow(by: small)
            if overflow { return }
            let top = (whole + Price.scale / 2) / Price.scale
            if top > 0, (top * Price.scale - whole).magnitude <= small {
                (numerator, denominator) = (top, small)
                return
            }
        }
    }
}
