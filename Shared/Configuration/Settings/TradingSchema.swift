extension Schema {
    /// The account that the services of trading trade. What it has, what it may do and how the exchange fills its orders
    /// say `backtest.*` and `risk.*`: what is tested is what is traded.
    static let trading = SettingSection(
        "trading", help: "The account that the mesh trades: docs/trading.md.",
        [
            SettingSpec(
                key: "trading.account", type: .text, default: .text("paper"),
                help: "The account's name, of which order ids are made."),
            SettingSpec(
                key: "trading.strategies", type: .list, default: .list([]),
                help:
                    "The strategies with their parameters and their share of the money: "
                    + "sma-crossover fast=10 slow=30 share=2."),
            SettingSpec(
                key: "trading.shadow", type: .list, default: .list([]),
                help:
                    "The strategies of the service shadow, which decides beside the live ones and trades nothing; "
                    + "empty for trading.strategies."),
            SettingSpec(
                key: "trading.symbols", type: .list, default: .list([]),
                help: "What is traded; empty for feed.symbols."),
        ])

    static let control = SettingSection(
        "control",
        help: "What people may tell the services of trading, and who watches whom: docs/control.md.",
        [
            SettingSpec(
                key: "control.keys_folder", type: .text, default: .text(""),
                help: "The keys of the people whom services obey; empty for control/ in state.folder."),
            SettingSpec(
                key: "control.silence_max", type: .duration, default: .duration(.seconds(120)),
                help:
                    "How long risk or a feed may be silent before execution takes back what would open a position, and a "
                    + "feed before risk halts for data_loss; 0 never minds."),
            SettingSpec(
                key: "control.silence_flatten", type: .flag, default: .flag(false),
                help: "Such a silence closes what is held, too."),
        ])

    static let strategist = SettingSection(
        "strategist", help: "How strategies share processes.",
        [
            SettingSpec(
                key: "strategist.parts", type: .integer(1...256), default: .integer(1),
                help:
                    "Into how many parts the strategies are divided, so that up to as many processes can share them; "
                    + "fixed once there is a transcript."),
            SettingSpec(
                key: "strategist.warm_up", type: .choice(["live", "always", "never"]), default: .text("live"),
                help:
                    "When a strategist that starts for the first time asks the historian for the bars that its "
                    + "strategies warm up on: with live data, where a replay begins with its first bar; always; or never."
            ),
            SettingSpec(
                key: "strategist.warm_up_patience", type: .duration, default: .duration(.seconds(20)),
                help:
                    "How long it waits for these bars; then it begins with those that came. Where no historian is "
                    + "heard it waits for four beats."),
        ])
}
