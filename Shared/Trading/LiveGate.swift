import Configuration

/// Real money is traded only by somebody who has said so in three ways: by keys or the account's name, by limits of his own, and in words.
public enum LiveGate {
    /// `isSaid` is the command line's word.
    public static func check(_ settings: Configuration.Settings, isSaid: Bool) throws {
        let mode = settings.text("execution.mode")
        guard mode.hasSuffix("-live") else { return }
        var missing: [String] = []
        if mode == "interactive-brokers-live" {
            if settings.text("broker.account").isEmpty {
                missing.append("the account's name (broker.account)")
            }
        } else if settings.text("providers.alpaca.key").isEmpty
            || settings.text("providers.alpaca.secret").isEmpty
        {
            missing.append("keys (providers.alpaca.key and .secret, or their files)")
        }
        if settings.text("risk.preset") == "none" {
            missing.append("a preset of limits (risk.preset: basic, dynamic or advanced)")
        }
        if !isSaid, !settings.flag("broker.i_understand_this_trades_real_money") {
            missing.append(
                "--i-understand-this-trades-real-money (broker.i_understand_this_trades_real_money: true)")
        }
        guard missing.isEmpty else {
            throw Failure(
                "execution.mode \(mode) trades real money, and starts only with "
                    + missing.joined(separator: ", and ") + ": docs/brokers.md", exitCode: 2)
        }
    }
}
