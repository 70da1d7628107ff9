import Configuration

/// What a broker's mode starts with. Real money is traded only by somebody who has said so in three ways: by keys or the
/// account's name, by limits of his own, and in words.
public enum LiveGate {
    /// The setting that says the words, and by its last part the option.
    public static let words = "broker.i_understand_this_trades_real_money"

    /// `isSaid` is the command line's word.
    public static func check(_ settings: Configuration.Settings, isSaid: Bool) throws {
        let mode = settings.text("execution.mode")
        guard mode != "simulated" else {
            throw Failure(
                "execution.mode is simulated, and orders are filled by exchange; broker is for alpaca-paper, alpaca-live, "
                    + "interactive-brokers-paper and interactive-brokers-live", exitCode: 2)
        }
        let isLive = mode.hasSuffix("-live")
        var missing: [String] = []
        if mode.hasPrefix("alpaca") {
            if settings.text("providers.alpaca.key").isEmpty
                || settings.text("providers.alpaca.secret").isEmpty
            {
                missing.append(
                    "keys (providers.alpaca.key and .secret, or files with them in .key_file and .secret_file)"
                )
            }
        } else {
            if settings.text("broker.url").isEmpty,
                settings.text("providers.interactive_brokers.host").isEmpty
            {
                missing.append(
                    "a TWS or Gateway (broker.url: tws://127.0.0.1:4002, or providers.interactive_brokers.host and .port)"
                )
            }
            if isLive, settings.text("broker.account").isEmpty {
                missing.append("the account's name (broker.account)")
            }
        }
        if isLive, settings.text("risk.preset") == "none" {
            missing.append("a preset of limits (risk.preset: basic, dynamic or advanced)")
        }
        if isLive, !isSaid, !settings.flag(words) {
            missing.append("--i-understand-this-trades-real-money (\(words): true)")
        }
        guard missing.isEmpty else {
            throw Failure(
                "execution.mode \(mode) \(isLive ? "trades real money, and " : "")starts only with "
                    + missing.joined(separator: ", and ") + ": docs/brokers.md", exitCode: 2)
        }
    }
}
