/// How approved orders are worked. The texts are those of the options of `tradewind backtest`.
extension Schema {
    static let execution = SettingSection(
        "execution",
        help:
            "How approved orders are worked: docs/execution.md. A backtest heeds what is given here or by its options.",
        [
            SettingSpec(
                key: "execution.mode",
                type: .choice([
                    "alpaca-live", "alpaca-paper", "interactive-brokers-live", "interactive-brokers-paper",
                    "simulated",
                ]),
                default: .text("simulated"),
                help:
                    "Who fills the orders of the mesh: the simulated exchange, or a broker (docs/brokers.md)."
            ),
            SettingSpec(
                key: "execution.style", type: .choice(["limit", "market", "none"]), default: .text("none"),
                help:
                    "limit stays near the market's price, market pays whatever it is; none leaves it to the other settings."
            ),
            SettingSpec(
                key: "execution.offset", type: .text, default: .text("none"),
                help:
                    "How far beyond the market's price a limit lies: 5bps (as with none), -5bps to wait, adaptive."
            ),
            SettingSpec(
                key: "execution.slicing", type: .text, default: .text("none"),
                help: "How an order is divided over time: none, twap:30m/6, vwap:30m/6 or pov:10%."),
            SettingSpec(
                key: "execution.bracket", type: .text, default: .text("none"),
                help: "Where an entry is left again: none, or stop=2%,target=4%."),
            SettingSpec(
                key: "execution.entry_window", type: .duration(.zero ... .seconds(3 * 3600)),
                default: .duration(.zero),
                help: "No entry so soon after the open of a session, nor so shortly before its close."),
            SettingSpec(
                key: "execution.patience", type: .duration(.seconds(1) ... .seconds(86_400)),
                default: .duration(.seconds(60)),
                help: "How long an order may work before it is placed anew; one bar at least."),
            SettingSpec(
                key: "execution.enough", type: .number(0.01...1), default: .number(0.8),
                help: "The share of an entry that is enough after that; the rest is cancelled."),
            SettingSpec(
                key: "execution.reprices_max", type: .integer(0...1000), default: .integer(3),
                help: "How often an order is placed at a new price before an entry is given up."),
            SettingSpec(
                key: "execution.retries_max", type: .integer(0...1000), default: .integer(3),
                help: "How often an order is sent again that the venue rejected."),
            SettingSpec(
                key: "execution.back_off", type: .duration(.milliseconds(1) ... .seconds(3600)),
                default: .duration(.seconds(1)),
                help: "How long the first retry waits; each further one waits twice as long."),
            SettingSpec(
                key: "execution.rejections_max", type: .integer(1...1000), default: .integer(5),
                help: "After so many rejections in a row nothing is opened any more."),
        ])
}
