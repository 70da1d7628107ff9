/// Who is asked for market data, in which order, and how: docs/providers.md.
extension Schema {
    static let providers = SettingSection(
        "providers",
        help:
            "Who is asked for market data. A list is an order: the next is asked where one before it fails, lacks a key "
            + "or lacks the data.",
        [
            order(
                "history", "bars of the past", ["alpaca", "tiingo", "polygon", "yahoo", "alphavantage"],
                orElse: ["alpaca_spare", "interactive_brokers"]),
            order(
                "stream", "market data as they happen", ["alpaca"],
                orElse: ["alpaca_spare", "interactive_brokers"]),
            order(
                "actions", "splits and dividends", ["alpaca", "polygon", "tiingo", "yahoo"],
                orElse: ["alpaca_spare"]),
            order(
                "quotes", "the latest quotes", ["alpaca", "polygon", "tiingo", "yahoo"],
                orElse: ["alpaca_spare", "interactive_brokers"]),
            order("chains", "options", ["alpaca", "polygon", "yahoo"], orElse: ["alpaca_spare"]),
            order("fundamentals", "what a company is and earns", ["yahoo", "alphavantage"]),
            order(
                "universe", "what there is to trade", ["nasdaq", "alpaca", "polygon"],
                orElse: ["alpaca_spare"]),
            order("volatility_index", "the VIX", ["cboe", "fred", "yahoo"]),
            order("ticks", "each trade and quote of the past", ["alpaca"], orElse: ["alpaca_spare"]),
            order("news", "headlines", ["alpaca"], orElse: ["alpaca_spare"]),
            order("earnings", "when companies tell what they earned", ["nasdaq", "alphavantage"]),
            order("calendar", "when the exchange is open", ["alpaca"], orElse: ["alpaca_spare"]),
            order("trending", "what is looked at most", ["yahoo", "alpaca"], orElse: ["alpaca_spare"]),
        ] + manners + cache + alpaca("alpaca") + alpaca("alpaca_spare") + yahoo + tiingo + polygon
            + alphaVantage + interactiveBrokers + others)

    /// `others` can be named too, and are not asked unless they are.
    private static func order(
        _ what: String, _ meaning: String, _ names: [String], orElse others: [String] = []
    ) -> SettingSpec {
        SettingSpec(
            key: "providers.\(what)", type: .names(names + others, gone: ProviderNames.gone),
            default: .list(names),
            help: "Who is asked for \(meaning).")
    }

    private static let manners = [
        SettingSpec(
            key: "providers.retries", type: .integer(0...3), default: .integer(3),
            help: "How often a question that failed is asked again before the next provider is."),
        SettingSpec(
            key: "providers.back_off", type: .duration(.milliseconds(1) ... .seconds(60)),
            default: .duration(.milliseconds(500)),
            help: "How long about the first repetition waits; each further one waits twice as long."),
        SettingSpec(
            key: "providers.patience", type: .duration(.zero ... .seconds(86_400)),
            default: .duration(.seconds(120)),
            help: "A provider that wants to be left alone for longer has failed for now."),
        SettingSpec(
            key: "providers.time_limit", type: .duration(.milliseconds(100) ... .seconds(600)),
            default: .duration(.seconds(30)), help: "How long a request may take."),
        SettingSpec(
            key: "providers.parallel", type: .integer(1...64), default: .integer(8),
            help: "How many requests may be under way at once, to all providers together."),
        SettingSpec(
            key: "providers.proxy", type: .text, default: .text(""),
            help: "The address of a proxy; empty leaves it to the variable https_proxy."),
    ]

    private static let cache = [
        SettingSpec(
            key: "providers.cache_folder", type: .path, default: .text(""),
            help: "Where answers are kept; empty for cache in state.folder."),
        SettingSpec(
            key: "providers.cache_size", type: .size, default: .size(256 << 20),
            help: "How much of them is kept; 0 keeps none."),
        SettingSpec(
            key: "providers.cache_redis", type: .text, default: .text(""),
            help:
                "A Redis in which machines share what was answered, redis://HOST:PORT/DATABASE; empty for none."
        ),
        .secret("providers.cache_redis_password", help: "The password of that Redis."),
        SettingSpec(
            key: "providers.cache_answers", type: .duration, default: .duration(.seconds(3600)),
            help: "How long an answer about options stands."),
        SettingSpec(
            key: "providers.cache_companies", type: .duration, default: .duration(.seconds(86_400)),
            help: "How long stands what a company or the universe is."),
        SettingSpec(
            key: "providers.cache_quotes", type: .duration, default: .duration(.seconds(300)),
            help: "How long a quote stands, in memory only."),
    ]

    private static func url(_ provider: String, _ text: String, _ key: String = "url") -> SettingSpec {
        SettingSpec(
            key: "providers.\(provider).\(key)", type: .text, default: .text(text),
            help: "The address of \(provider)\(key == "url" ? "" : "'s other interface").")
    }

    private static func rate(_ provider: String, _ period: String, _ count: Int) -> SettingSpec {
        SettingSpec(
            key: "providers.\(provider).per_\(period)", type: .integer(0...1_000_000),
            default: .integer(count),
            help: "How often \(provider) is asked in a \(period); 0 sets no limit.")
    }

    /// Alpaca, or a second place that speaks the same.
    private static func alpaca(_ name: String) -> [SettingSpec] {
        [
            url(name, "https://data.alpaca.markets"),
            url(name, "https://paper-api.alpaca.markets", "trading_url"),
            .secret("providers.\(name).key", help: "The key's id."),
            .secret("providers.\(name).secret", help: "The key's secret."),
            SettingSpec(
                key: "providers.\(name).feed", type: .choice(["iex", "sip", "otc", "boats"]),
                default: .text("iex"),
                help: "iex is free, sip the whole market by subscription."),
            rate(name, "minute", 200),
            url(name, "wss://stream.data.alpaca.markets", "stream_url"),
            SettingSpec(
                key: "providers.\(name).stream_feed",
                type: .choice(["iex", "sip", "delayed_sip", "boats", "overnight", "test"]),
                default: .text("iex"),
                help:
                    "What the stream tells: iex is free, sip the whole market; test has the symbol FAKEPACA."),
            SettingSpec(
                key: "providers.\(name).stream_format", type: .choice(["json", "msgpack"]),
                default: .text("json"),
                help: "In which letters the stream comes: msgpack is shorter."),
        ]
    }

    private static let yahoo = [
        url("yahoo", "https://query2.finance.yahoo.com"), url("yahoo", "https://fc.yahoo.com", "cookie_url"),
        rate("yahoo", "minute", 60),
    ]

    private static let tiingo = [
        url("tiingo", "https://api.tiingo.com"), .secret("providers.tiingo.key", help: "The token."),
        rate("tiingo", "hour", 50), rate("tiingo", "day", 1000),
    ]

    private static let polygon = [
        url("polygon", "https://api.polygon.io"), .secret("providers.polygon.key", help: "The key."),
        rate("polygon", "minute", 5),
    ]

    private static let alphaVantage = [
        url("alphavantage", "https://www.alphavantage.co"),
        .secret("providers.alphavantage.key", help: "The key."), rate("alphavantage", "minute", 60),
        rate("alphavantage", "day", 25),
    ]

    private static let interactiveBrokers = [
        SettingSpec(
            key: "providers.interactive_brokers.host", type: .text, default: .text(""),
            help: "Where a TWS or Gateway runs, such as 127.0.0.1; empty where there is none."),
        SettingSpec(
            key: "providers.interactive_brokers.port", type: .integer(1...65_535), default: .integer(4002),
            help: "4001 is a live Gateway, 4002 one on paper, 7496 and 7497 are TWS."),
        SettingSpec(
            key: "providers.interactive_brokers.client_id", type: .integer(1...1_000_000),
            default: .integer(71),
            help: "Who asks for data; where others have it, the next seven are tried."),
        rate("interactive_brokers", "minute", 50),
    ]

    private static let others = [
        url("nasdaq", "https://api.nasdaq.com"), rate("nasdaq", "minute", 10),
        url("cboe", "https://cdn.cboe.com"), rate("cboe", "minute", 10),
        url("fred", "https://fred.stlouisfed.org"), rate("fred", "minute", 10),
    ]
}
