import Configuration

/// Real money is traded only by somebody who has said so in three ways: by keys, by limits of his own, and in words.
public enum LiveGate {
    /// `isSaid` is the command line's word.
    public static func check(_ settings: Configuration.Settings, isSaid: Bool) throws {
        guard settings.text("execution.mode") == "alpaca-live" else { return }
        var missing: [String] = []
        if settings.text("providers.alpaca.key").isEmpty || settings.text("providers.alpaca.secret").isEmpty {
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
                "execution.mode alpaca-live trades real money, and starts only with "
                    + missing.joined(separator: ", and ") + ": docs/brokers.md", exitCode: 2)
        }
    }
}
