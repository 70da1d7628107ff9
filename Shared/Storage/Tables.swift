/// The tables that messages become rows of. Their columns are those of `Schema`.
enum Tables {
    static let bars = SQLTable(
        "bars", key: [("symbol", .text), ("span", .integer), ("opened_at", .integer)],
        [
            ("open", .integer), ("high", .integer), ("low", .integer), ("close", .integer),
            ("volume", .integer), ("trades", .integer),
        ], clash: .takesItsPlace)

    /// Bars that took the place of others, each since a moment; the first one stays where it is.
    static let corrections = SQLTable(
        "corrections",
        key: [("symbol", .text), ("span", .integer), ("opened_at", .integer), ("known_at", .integer)],
        [
            ("open", .integer), ("high", .integer), ("low", .integer), ("close", .integer),
            ("volume", .integer), ("trades", .integer),
        ], clash: .isTheSame)

    static let signals = message(
        "signals",
        [
            ("strategy", .text), ("symbol", .text), ("strength", .real), ("confidence", .real),
            ("quantity", .integer), ("stop", .integer), ("target", .integer), ("horizon", .integer),
            ("reason", .text), ("figures", .text),
        ])
    static let proposals = message(
        "proposals", order + [("reason", .text), ("price", .integer), ("stop_distance", .integer)])
    static let verdicts = message("verdicts", order + [("approved", .integer), ("checks", .text)])
    static let halts = message(
        "halts",
        [
            ("account", .text), ("active", .integer), ("kind", .text), ("reason", .text),
            ("halted_by", .text), ("flatten", .integer), ("figures", .text),
        ])
    static let orders = message(
        "orders",
        order + [("status", .text), ("filled", .integer), ("average_price", .integer), ("reason", .text)])
    static let fills = message(
        "fills",
        [
            ("fill_id", .text), ("order_id", .text), ("account", .text), ("strategy", .text),
            ("symbol", .text), ("side", .text), ("quantity", .integer), ("price", .integer),
            ("fee", .integer), ("filled_at", .integer),
        ])
    static let positions = message(
        "positions",
        [
            ("account", .text), ("symbol", .text), ("quantity", .integer), ("average_price", .integer),
            ("market_price", .integer), ("realised", .integer), ("unrealised", .integer),
            ("fill_id", .text), ("closed", .integer),
        ])
    static let accounts = message(
        "accounts",
        [
            ("account", .text), ("cash", .integer), ("equity", .integer), ("high_water", .integer),
            ("buying_power", .integer), ("gross", .integer), ("net", .integer),
        ])

    static let actions = SQLTable(
        "actions", key: [("symbol", .text), ("kind", .text), ("ex_at", .integer)],
        [
            ("known_at", .integer), ("numerator", .integer), ("denominator", .integer),
            ("amount", .integer), ("new_symbol", .text),
        ], clash: .takesItsPlace)
    static let origins = SQLTable(
        "origins", key: [("symbol", .text), ("closes_at", .integer)], [("provider", .text)],
        clash: .takesItsPlace)
    static let instruments = SQLTable(
        "instruments", key: [("symbol", .text)],
        [
            ("name", .text), ("exchange", .text), ("sector", .text), ("industry", .text),
            ("provider", .text), ("seen_at", .integer),
        ], clash: .takesItsPlace)
    static let fundamentals = SQLTable(
        "fundamentals", key: [("symbol", .text), ("name", .text), ("at", .integer)],
        [("value", .real), ("provider", .text)], clash: .takesItsPlace)
    static let universe = SQLTable(
        "universe", key: [("name", .text), ("symbol", .text), ("at", .integer)], [], clash: .isTheSame)
    static let runs = SQLTable(
        "runs", key: [("name", .text)],
        [("kind", .text), ("made_at", .integer), ("command", .text), ("summary", .text)],
        clash: .takesItsPlace)

    static let all = [
        bars, corrections, signals, proposals, verdicts, halts, orders, fills, positions, accounts, actions,
        origins, instruments, fundamentals, universe, runs,
    ]

    private static let order: [(String, SQLKind)] = [
        ("order_id", .text), ("account", .text), ("strategy", .text), ("symbol", .text), ("side", .text),
        ("kind", .text), ("quantity", .integer), ("limit_price", .integer), ("stop_price", .integer),
        ("trail", .integer), ("trail_share", .real), ("time_in_force", .text), ("order_class", .text),
        ("parent", .text), ("valid_until", .integer), ("notional", .integer),
    ]

    /// What was said under a name is never said otherwise.
    private static func message(_ name: String, _ columns: [(String, SQLKind)]) -> SQLTable {
        SQLTable(
            name, key: [("topic", .text), ("epoch", .integer), ("number", .integer)],
            [
                ("sent_at", .integer), ("sender", .text), ("cause_topic", .text), ("cause_epoch", .integer),
                ("cause_number", .integer),
            ] + columns, clash: .isTheSame)
    }
}
