import Domain
import HTTP

/// Who gives market data over the network, and how it likes to be asked. What it can do is told by the protocols that it
/// follows: one a capability.
public protocol Provider: Sendable {
    /// The name in settings and on the command line.
    var name: String { get }
    /// How often it lets itself be asked, as its service says.
    var rates: [Rate] { get }
    /// How many requests it gets at once.
    var parallelMax: Int { get }
    /// What is missing before it can be asked: a sentence that says which key, and how to give it.
    var lacks: String? { get }
}

/// Bars of the past, raw: as they were traded, without adjustment for splits and dividends.
public protocol HistoryProvider: Provider {
    /// Why it has no such bars; nothing where it has.
    func objection(to wanted: HistoryWanted) -> String?
    /// How many symbols one inquiry may name.
    var symbolsMax: Int { get }
    /// A range of days in pieces that are each asked for alone.
    func pieces(of days: ClosedRange<CivilDate>, span: Interval) -> [ClosedRange<CivilDate>]
    func history(_ wanted: HistoryWanted) -> any HistoryInquiry
}

extension HistoryProvider {
    public var symbolsMax: Int { 1 }

    public func pieces(of days: ClosedRange<CivilDate>, span: Interval) -> [ClosedRange<CivilDate>] { [days] }
}

/// Splits and dividends.
public protocol ActionsProvider: Provider {
    func actions(of symbol: Symbol, _ days: ClosedRange<CivilDate>) -> any ActionsInquiry
    /// How many symbols one inquiry may name.
    var actionSymbolsMax: Int { get }
    func actions(of symbols: [Symbol], _ days: ClosedRange<CivilDate>) -> any ActionsInquiry
}

extension ActionsProvider {
    public var actionSymbolsMax: Int { 1 }

    public func actions(of symbols: [Symbol], _ days: ClosedRange<CivilDate>) -> any ActionsInquiry {
        precondition(symbols.count == 1, "\(name) is asked symbol by symbol")
        return actions(of: symbols[0], days)
    }
}

/// The latest quotes and prices.
public protocol QuotesProvider: Provider {
    func quotes(of symbols: [Symbol]) -> any QuotesInquiry
}

/// What a company is and earns.
public protocol FundamentalsProvider: Provider {
    func fundamentals(of symbol: Symbol) -> any FundamentalsInquiry
}

/// Options on an underlying.
public protocol ChainsProvider: Provider {
    func chain(of underlying: Symbol) -> any ChainInquiry
}

/// What there is to trade.
public protocol UniverseProvider: Provider {
    func universe() -> any UniverseInquiry
}

/// The index of expected volatility, VIX, day by day.
public protocol VolatilityIndexProvider: Provider {
    func volatilityIndex(_ days: ClosedRange<CivilDate>, now: Timestamp) -> any VolatilityIndexInquiry
}

/// Every trade and every quote of the past.
public protocol TicksProvider: Provider {
    /// What happened from the first moment up to the last, that one not included.
    func ticks(_ kind: TickKind, of symbol: Symbol, _ moments: Range<Timestamp>) -> any TicksInquiry
}

/// What was written about companies.
public protocol NewsProvider: Provider {
    func news(of symbols: [Symbol], _ days: ClosedRange<CivilDate>) -> any NewsInquiry
}

/// When companies tell what they earned; of all of them where none is named.
public protocol EarningsProvider: Provider {
    func earnings(of symbols: [Symbol], _ days: ClosedRange<CivilDate>) -> any EarningsInquiry
}

/// When the exchange is open.
public protocol CalendarProvider: Provider {
    func calendar(_ days: ClosedRange<CivilDate>) -> any CalendarInquiry
}

/// What everybody looks at, or trades, today.
public protocol TrendingProvider: Provider {
    func trending() -> any TrendingInquiry
}

/// Which bars are wanted: whole sessions, the first and last day included.
public struct HistoryWanted: Hashable, Sendable {
    public var symbols: [Symbol]
    public var span: Interval
    public var days: ClosedRange<CivilDate>
    /// What lies after it has not happened, whatever a provider says.
    public var now: Timestamp
    /// Bars before it need not be given: what is left of the first day is enough.
    public var since: Timestamp?

    public init(
        symbols: [Symbol], span: Interval, days: ClosedRange<CivilDate>, now: Timestamp,
        since: Timestamp? = nil
    ) {
        self.symbols = symbols
        self.span = span
        self.days = days
        self.now = now
        self.since = since
    }
}

public protocol HistoryInquiry: Inquiry {
    /// What came, in the order in which it came, doubles included.
    var bars: [Bar] { get }
    /// What came along about splits and dividends.
    var actions: [CorporateAction] { get }
}

public protocol ActionsInquiry: Inquiry { var actions: [CorporateAction] { get } }
public protocol QuotesInquiry: Inquiry { var quotes: [MarketQuote] { get } }
public protocol FundamentalsInquiry: Inquiry { var fundamentals: Fundamentals? { get } }
public protocol ChainInquiry: Inquiry { var contracts: [OptionContract] { get } }
public protocol VolatilityIndexInquiry: Inquiry { var closes: [IndexClose] { get } }
public protocol UniverseInquiry: Inquiry { var instruments: [Instrument] { get } }
public protocol TicksInquiry: Inquiry { var ticks: [MarketTick] { get } }
public protocol NewsInquiry: Inquiry { var news: [NewsItem] { get } }
public protocol EarningsInquiry: Inquiry { var earnings: [EarningsDate] { get } }
public protocol CalendarInquiry: Inquiry {
    var wanted: ClosedRange<CivilDate> { get }
    var days: [CalendarDay] { get }
}
public protocol TrendingInquiry: Inquiry { var trending: [TrendingSymbol] { get } }

/// The latest that is known of a market: a quote where both sides are known, and the last price.
public struct MarketQuote: Equatable, Sendable {
    public var symbol: Symbol
    public var at: Timestamp
    public var bid: Price?
    public var ask: Price?
    public var last: Price?

    public init(symbol: Symbol, at: Timestamp, bid: Price? = nil, ask: Price? = nil, last: Price? = nil) {
        self.symbol = symbol
        self.at = at
        self.bid = bid
        self.ask = ask
        self.last = last
    }
}

/// What is told of a company, by the provider's own figures.
public struct Fundamentals: Equatable, Sendable {
    public var symbol: Symbol
    public var name = ""
    public var sector = ""
    public var industry = ""
    public var marketCap: Double?
    public var priceToEarnings: Double?
    public var dividendYield: Double?
    public var sharesOutstanding: Double?

    public init(symbol: Symbol) { self.symbol = symbol }
}

/// An option and what was last known of its market.
public struct OptionContract: Equatable, Sendable {
    /// `AAPL271217C00200000`.
    public var name: String
    public var expires: CivilDate
    public var isCall: Bool
    public var strike: Price
    public var bid: Price?
    public var ask: Price?
    public var last: Price?
    public var openInterest: Int?
    public var impliedVolatility: Double?
    public var delta: Double?
    public var gamma: Double?
    public var theta: Double?
    public var vega: Double?
    public var rho: Double?

    /// Those of the greeks that an answer has.
    mutating func take(greeks: JSONBody?) throws(ProviderFault) {
        delta = try greeks?.find("delta")?.number()
        gamma = try greeks?.find("gamma")?.number()
        theta = try greeks?.find("theta")?.number()
        vega = try greeks?.find("vega")?.number()
        rho = try greeks?.find("rho")?.number()
    }
}

/// What an index closed at.
public struct IndexClose: Equatable, Sendable {
    public var date: CivilDate
    public var value: Price
}

/// Something that can be traded.
public struct Instrument: Equatable, Sendable {
    public var symbol: Symbol
    public var name: String
    public var exchange = ""
    public var sector = ""
    public var industry = ""
    public var marketCap: Double?
    public var volume: Double?
}
