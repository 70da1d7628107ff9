/// The broker that stands in the place of the simulated exchange: docs/brokers.md.
extension Schema {
    static let broker = SettingSection(
        "broker", help: "The broker of execution.mode: docs/brokers.md.",
        [
            SettingSpec(
                key: "broker.url", type: .text, default: .text(""),
                help:
                    "Where it is asked; empty for Alpaca's own address of the mode, or for the gateway of "
                    + "providers.interactive_brokers. A `tradewind exchange` of one's own, and tws://127.0.0.1:4002, are "
                    + "others."),
            SettingSpec(
                key: "broker.account", type: .text, default: .text(""),
                help: "Which account of a gateway of Interactive Brokers; empty where it has one alone."),
            SettingSpec(
                key: "broker.client_id", type: .integer(1...1_000_000), default: .integer(70),
                help: "Who orders at a gateway of Interactive Brokers: only the same one can cancel."),
            SettingSpec(
                key: "broker.i_understand_this_trades_real_money", type: .flag, default: .flag(false),
                help: "Without it nothing starts in a mode that ends with live."),
            SettingSpec(
                key: "broker.reconcile_interval", type: .duration(.seconds(1) ... .seconds(3600)),
                default: .duration(.seconds(60)),
                help: "How often orders, fills, positions and cash are held against the broker's."),
            SettingSpec(
                key: "broker.look_interval", type: .duration(.milliseconds(100) ... .seconds(60)),
                default: .duration(.seconds(2)),
                help: "The same for orders and fills, while the broker tells nothing of its own accord."),
            SettingSpec(
                key: "broker.back_off", type: .duration(.milliseconds(10) ... .seconds(60)),
                default: .duration(.seconds(1)),
                help: "How long a question waits that has to be asked again; each further one twice as long."),
            SettingSpec(
                key: "broker.patience", type: .duration(.milliseconds(100) ... .seconds(60)),
                default: .duration(.seconds(10)),
                help: "After so long without an answer nobody knows what became of a request."),
            SettingSpec(
                key: "broker.way_longest", type: .duration(.seconds(1) ... .seconds(3600)),
                default: .duration(.seconds(120)),
                help:
                    "After so long an order that the broker does not know is believed never to have come there."
            ),
            SettingSpec(
                key: "broker.skew_max", type: .duration(.zero ... .seconds(3600)),
                default: .duration(.seconds(2)),
                help: "How far the broker's clock and this machine's may be apart; 0 for any distance."),
            SettingSpec(
                key: "broker.cash_tolerance", type: .number(0...1_000_000), default: .number(1),
                help: "What cash may differ by: fees that come later, and rounding to the cent."),
            SettingSpec(
                key: "broker.per_minute", type: .integer(1...100_000), default: .integer(200),
                help: "How often Alpaca is asked in a minute, at most; a gateway takes 45 messages a second."),
            SettingSpec(
                key: "broker.families", type: .flag, default: .flag(true),
                help:
                    "Whether brackets, pairs of which one cancels the other, and orders that let loose another one are sent "
                    + "to the broker, who then holds them together; else they are refused."),
            SettingSpec(
                key: "broker.updates", type: .flag, default: .flag(true),
                help: "Whether Alpaca's stream of updates is listened to; else it is asked alone."),
        ])
}
