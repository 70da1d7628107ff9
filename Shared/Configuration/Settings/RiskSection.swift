extension Schema {
    /// What an account's risk goes by. The limits are those of `RiskLimit`, which a test compares with these.
    static let risk = SettingSection(
        "risk",
        help:
            "What an account may do. A limit that is not given is that of the preset; docs/risk.md has them all.",
        lists + limits)

    private static let lists = [
        SettingSpec(
            key: "risk.preset", type: .choice(["none", "basic", "dynamic", "advanced"]),
            default: .text("none"), help: "The limits that hold where nothing else is said."),
        SettingSpec(
            key: "risk.limits", type: .list, default: .list([]),
            help:
                "Limits for one symbol, strategy or account: position_size@AAPL=0.02, positions@strategy:momentum=5."
        ),
        SettingSpec(
            key: "risk.restricted", type: .list, default: .list([]),
            help: "Symbols that are neither bought nor sold short."),
        SettingSpec(
            key: "risk.hard_to_borrow", type: .list, default: .list([]),
            help: "Symbols that are not sold short."),
        SettingSpec(
            key: "risk.sectors", type: .list, default: .list([]),
            help: "The sectors of symbols, for sector_exposure: AAPL=technology."),
        SettingSpec(
            key: "risk.stops", type: .list, default: .list([]),
            help: "When positions are given up: fixed:5%, trailing:3atr, atr:3, breakeven:4%, time:10."),
        SettingSpec(
            key: "risk.targets", type: .list, default: .list([]),
            help: "Where parts of a position are closed with profit: 5%:50%, 10%:50%."),
        SettingSpec(
            key: "risk.halt_lift", type: .text, default: .text("never"),
            help: "How a backtest goes on after a halt: never, session, or days such as 30d."),
        SettingSpec(
            key: "risk.halt_flatten", type: .list, default: .list([]),
            help:
                "Kinds of halt that close every position: rejections, broker_errors, data_loss, drawdown, manual."
        ),
        SettingSpec(
            key: "risk.per_trade", type: .number(0...1), default: .number(0.004),
            help: "What a position of the allocation risk-sized loses at its stop, as a share of the equity."),
        SettingSpec(
            key: "risk.per_trade_size", type: .number(0...10), default: .number(1),
            help: "No position of risk-sized is worth more than this share of the equity."),
    ]

    private static let limits = [
        limit("position_size", 0...1, "A position, as a share of the equity."),
        limit("gross_exposure", 0...10, "All positions together, long and short."),
        limit("short_share", 0...1, "What is short, as a share of gross_exposure."),
        limit("positions", 0...1_000_000, isWhole: true, "How many positions there are at a time."),
        limit("sector_exposure", 0...10, "The positions of one sector."),
        limit("correlated_exposure", 0...10, "A position and those that move with it."),
        limit("correlation", 0...1, "The correlation from which on positions move together."),
        limit("cash_reserve", 0...1, "What stays in cash, as a share of the equity."),
        limit("buying_power", 0...1, "An order, as a share of the account's buying power."),
        limit("liquidity", 0...1, "An order, as a share of what a day trades on average."),
        limit("daily_drawdown", 0...1, "The day's loss from its high: then nothing is added."),
        limit("loss_per_trade", 0...1, "What a position loses at its stop, of the equity."),
        limit(
            "stop_ranges", 0.1...100,
            "How many average ranges away the stop is thought to be where there is none."),
        limit(
            "losses_in_a_row", 0...1_000_000, isWhole: true,
            "Lost trades in a row: then a pause until the next session."),
        limit("var_95", 0...1, "The loss that 95 % of days stay within, of the equity."),
        limit("var_99", 0...1, "The loss that 99 % of days stay within, of the equity."),
        limit("cvar_95", 0...1, "The mean loss of the worst 5 % of days, of the equity."),
        limit("cvar_99", 0...1, "The mean loss of the worst 1 % of days, of the equity."),
        limit(
            "volatility_regime", 1...100,
            "The last month's volatility over the year's: beyond it positions shrink."),
        limit("trades_a_day", 0...1_000_000, isWhole: true, "Orders that are approved in a day."),
        limit("orders_a_minute", 0...1_000_000, isWhole: true, "Orders that are approved in a minute."),
        limit("order_worth", 0...1e12, "An order's worth: more looks like a mistake."),
        limit("order_quantity", 0...9e9, "An order's quantity: more looks like a mistake."),
        limit("duplicate_seconds", 0...86_400, "For so long the same order again is a duplicate."),
        limit("price_collar", 0...1, "How far a limit or stop may be from the market."),
        limit("data_age", 0...10_000, "How many of its intervals the last bar may be old."),
        limit(
            "market_hours", 0...1, isWhole: true,
            "1: orders only while the market is open, or on its last bar."),
        limit("drawdown_reduce", 0...1, "The fall from the highest equity that halves gross_exposure."),
        limit("drawdown_halt", 0...1, "The fall from the highest equity that halts trading."),
        limit(
            "drawdown_liquidate", 0...1,
            "The fall from the highest equity that closes every position, and halts."),
        limit(
            "halt_rejections", 0...1_000_000, isWhole: true,
            "The broker's rejections in a row that halt trading."),
        limit(
            "halt_broker_errors", 0...1_000_000, isWhole: true,
            "Errors of the broker in a row that halt trading."),
        limit(
            "halt_data_gap", 1...1_000_000,
            "Intervals without any bar, while the market is open, that halt trading."),
    ]

    private static func limit(
        _ name: String, _ range: ClosedRange<Double>, isWhole: Bool = false, _ help: String
    ) -> SettingSpec {
        SettingSpec(
            key: "risk.\(name)", type: .limit(range, isWhole: isWhole), default: .text(""), help: help)
    }
}
