extension Schema {
    /// What `tradewind backtest` does where its command line says nothing: the option `--cash-reserve` is the setting
    /// `backtest.cash_reserve`. What is empty is as though nobody had said anything.
    static let backtest = SettingSection(
        "backtest",
        help:
            "How strategies are tried on the past. An option of `tradewind backtest` is stronger than its setting.",
        [
            SettingSpec(
                key: "backtest.runs", type: .path, default: .text("runs"),
                help: "The folder in which every backtest is kept by name."),
            SettingSpec(
                key: "backtest.and", type: .list, default: .list([]),
                help: "Further strategies on the same account."),
        ] + data + account + exchange)

    private static let data = [
        SettingSpec(
            key: "backtest.csv", type: .list, default: .list([]),
            help: "Files or folders of bars: IBM=ibm.csv."),
        SettingSpec(
            key: "backtest.quotes", type: .list, default: .list([]), help: "Files of quotes."),
        SettingSpec(
            key: "backtest.trades", type: .list, default: .list([]), help: "Files of trades."),
        SettingSpec(
            key: "backtest.actions", type: .list, default: .list([]),
            help: "Files or folders of splits, dividends and delistings."),
        SettingSpec(
            key: "backtest.benchmark", type: .text, default: .text(""),
            help: "The symbol that runs are held against, with a file of its own after an = where it has one."
        ),
        SettingSpec(
            key: "backtest.symbols", type: .list, default: .list([]),
            help: "Only these symbols; empty takes all."),
        SettingSpec(key: "backtest.from", type: .text, default: .text(""), help: "The first day."),
        SettingSpec(key: "backtest.to", type: .text, default: .text(""), help: "The last day."),
        SettingSpec(
            key: "backtest.span", type: .text, default: .text(""),
            help: "The length of bars with a time of day, such as 5m; empty finds it."),
    ]

    private static let account = [
        SettingSpec(
            key: "backtest.cash", type: .text, default: .text("100000"), help: "What the account begins with."
        ),
        SettingSpec(
            key: "backtest.allocation", type: .text, default: .text("all-in"),
            help:
                "How the money is spread over the signals: an allocator, or with its parameters 'hrp linkage=ward'."
        ),
        SettingSpec(
            key: "backtest.rebalance", type: .choice(["never", "daily", "weekly", "monthly", "drift"]),
            default: .text("never"), help: "When positions are brought back to their shares."),
        SettingSpec(
            key: "backtest.drift", type: .number(0...1), default: .number(0.05),
            help: "How far a position may be from its share of the equity, where drift rebalances."),
        SettingSpec(
            key: "backtest.order_min", type: .text, default: .text("0"),
            help: "Orders for less money are not sent."),
        SettingSpec(
            key: "backtest.cash_reserve", type: .number(0...1), default: .number(0),
            help: "The share of the equity that is never spent."),
        SettingSpec(
            key: "backtest.no_trade_band", type: .number(0...1), default: .number(0),
            help: "Smaller differences to a target are left alone."),
        SettingSpec(
            key: "backtest.positions_max", type: .text, default: .text(""),
            help: "No more positions than that; empty sets no limit."),
        SettingSpec(
            key: "backtest.whole_shares", type: .flag, default: .flag(false), help: "No fractions of shares."),
        SettingSpec(
            key: "backtest.margin", type: .choice(["cash", "reg_t", "unlimited"]), default: .text("cash"),
            help: "What the account may borrow."),
    ]

    private static let exchange = [
        SettingSpec(
            key: "backtest.fill", type: .choice(["next_open", "quote", "close"]), default: .text("next_open"),
            help: "When a market order trades; close is the deciding bar's own, which is optimistic."),
        SettingSpec(
            key: "backtest.commission", type: .text, default: .text("none"), help: "20bps, or a model."),
        SettingSpec(
            key: "backtest.slippage", type: .text, default: .text("none"), help: "5bps, or a model."),
        SettingSpec(
            key: "backtest.borrow", type: .number(0...10), default: .number(0),
            help: "A year's interest on shares that are sold short."),
        SettingSpec(
            key: "backtest.participation", type: .text, default: .text(""),
            help: "The largest share of a bar's volume that orders take; empty looks at no volume."),
        SettingSpec(
            key: "backtest.queue", type: .choice(["none", "volume", "risk_averse"]), default: .text("none"),
            help: "When a limit at the touch trades."),
        SettingSpec(
            key: "backtest.latency_feed", type: .text, default: .text("none"),
            help: "From the market to the strategy: 5ms, or a model."),
        SettingSpec(
            key: "backtest.latency_order", type: .text, default: .text("none"),
            help: "From the strategy to the exchange."),
        SettingSpec(
            key: "backtest.latency_response", type: .text, default: .text("none"),
            help: "From the exchange back."),
        SettingSpec(
            key: "backtest.chance", type: .integer(0...Int.max), default: .integer(1),
            help: "The seed of latencies that are drawn by chance."),
        SettingSpec(
            key: "backtest.hours", type: .text, default: .text(""),
            help: "When the exchange is open: XNYS or continuous; empty goes by the data."),
    ]
}
