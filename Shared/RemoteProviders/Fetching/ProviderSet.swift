import Configuration
import Domain
import HTTP

/// The providers as the settings have them.
public struct ProviderSet: Sendable {
    public let alpaca: Alpaca
    /// A second place that speaks as Alpaca does: its other feed, another account, or an exchange of one's own.
    public let alpacaSpare: Alpaca
    public let yahoo: Yahoo
    public let tiingo: Tiingo
    public let polygon: Polygon
    public let alphaVantage: AlphaVantage
    public let nasdaq: Nasdaq
    public let cboe: Cboe
    public let fred: Fred
    public var interactiveBrokers: InteractiveBrokers
    private let orders: [String: [String]]

    public static let capabilities = [
        "history", "stream", "actions", "quotes", "chains", "fundamentals", "universe", "volatility_index",
        "ticks", "news", "earnings", "calendar", "trending",
    ]

    public init(_ all: Configuration.Settings) {
        let settings = all.section("providers")
        func rates(_ name: String) -> [Rate] {
            let periods: [(String, Int64)] = [
                ("minute", Nanoseconds.minute), ("hour", Nanoseconds.hour), ("day", Nanoseconds.day),
            ]
            return periods.compactMap { period, length in
                let key = "\(name).per_\(period)"
                guard all.schema.declares("providers.\(key)"), settings.integer(key) > 0 else { return nil }
                return Rate(settings.integer(key), per: length)
            }
        }
        func url(_ name: String, _ key: String = "url") -> String { settings.text("\(name).\(key)") }
        func alpaca(_ name: String) -> Alpaca {
            Alpaca(
                name: name, url: url(name), tradingURL: url(name, "trading_url"),
                key: settings.secret("\(name).key"), secret: settings.secret("\(name).secret"),
                feed: settings.text("\(name).feed"), rates: rates(name), streamURL: url(name, "stream_url"),
                streamFeed: settings.text("\(name).stream_feed"),
                isPacked: settings.text("\(name).stream_format") == "msgpack")
        }
        self.alpaca = alpaca("alpaca")
        alpacaSpare = alpaca("alpaca_spare")
        yahoo = Yahoo(url: url("yahoo"), cookieURL: url("yahoo", "cookie_url"), rates: rates("yahoo"))
        tiingo = Tiingo(url: url("tiingo"), key: settings.secret("tiingo.key"), rates: rates("tiingo"))
        polygon = Polygon(url: url("polygon"), key: settings.secret("polygon.key"), rates: rates("polygon"))
        alphaVantage = AlphaVantage(
            url: url("alphavantage"), key: settings.secret("alphavantage.key"), rates: rates("alphavantage"))
        nasdaq = Nasdaq(url: url("nasdaq"), rates: rates("nasdaq"))
        cboe = Cboe(url: url("cboe"), rates: rates("cboe"))
        fred = Fred(url: url("fred"), rates: rates("fred"))
        interactiveBrokers = InteractiveBrokers(
            host: settings.text("interactive_brokers.host"),
            port: settings.integer("interactive_brokers.port"),
            client: settings.integer("interactive_brokers.client_id"), rates: rates("interactive_brokers"))
        orders = ProviderSet.capabilities.reduce(into: [:]) { $0[$1] = settings.list($1) }
    }

    public var all: [any Provider] {
        [
            alpaca, alpacaSpare, yahoo, tiingo, polygon, alphaVantage, nasdaq, cboe, fred, interactiveBrokers,
        ]
    }

    /// Those that can do something, in the order of the settings.
    public func ordered<Capability>(_ what: String, as type: Capability.Type) -> [Capability] {
        let all = all
        return (orders[what] ?? []).compactMap { name in all.first { $0.name == name } as? Capability }
    }

    public var history: [any HistoryProvider] { ordered("history", as: (any HistoryProvider).self) }
    public var actions: [any ActionsProvider] { ordered("actions", as: (any ActionsProvider).self) }
    public var ticks: [any TicksProvider] { ordered("ticks", as: (any TicksProvider).self) }
    public var universe: [any UniverseProvider] { ordered("universe", as: (any UniverseProvider).self) }
    public var volatilityIndex: [any VolatilityIndexProvider] {
        ordered("volatility_index", as: (any VolatilityIndexProvider).self)
    }

    /// What a provider can do, in words.
    public func capabilities(of provider: any Provider) -> [String] {
        var found: [String] = []
        if provider is any HistoryProvider { found.append("history") }
        if provider is any StreamProvider { found.append("stream") }
        if provider is any ActionsProvider { found.append("actions") }
        if provider is any QuotesProvider { found.append("quotes") }
        if provider is any ChainsProvider { found.append("chains") }
        if provider is any FundamentalsProvider { found.append("fundamentals") }
        if provider is any UniverseProvider { found.append("universe") }
        if provider is any VolatilityIndexProvider { found.append("volatility_index") }
        if provider is any TicksProvider { found.append("ticks") }
        if provider is any NewsProvider { found.append("news") }
        if provider is any EarningsProvider { found.append("earnings") }
        if provider is any CalendarProvider { found.append("calendar") }
        if provider is any TrendingProvider { found.append("trending") }
        return found
    }

    /// A courier that knows them all, with manners as the settings have them.
    public func courier(_ transport: any Transport, _ all: Configuration.Settings, seed: UInt64) -> Courier {
        let settings = all.section("providers")
        var manners = Courier.Manners()
        manners.retriesMax = settings.integer("retries")
        manners.backOff = settings.duration("back_off")
        manners.patience = settings.duration("patience")
        manners.timeLimit = settings.duration("time_limit")
        manners.parallelMax = settings.integer("parallel")
        let lanes = self.all.reduce(into: [:]) { $0[$1.name] = Lane($1.rates, parallelMax: $1.parallelMax) }
        return Courier(transport, lanes: lanes, manners, seed: seed)
    }
}
