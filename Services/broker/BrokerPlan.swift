import Backtesting
import Brokers
import BrokerEdges
import Configuration
import Domain
import Trading
import WebSocketClient

/// What the settings say of the broker.
enum BrokerPlan {
    static func setup(_ settings: Configuration.Settings) throws -> BrokerSetup {
        let plan = try DeskPlan(settings)
        var setup = BrokerSetup(
            account: plan.settings.account, symbols: plan.symbols, cash: plan.settings.cash)
        setup.interval = settings.duration("broker.reconcile_interval")
        setup.look = settings.duration("broker.look_interval")
        setup.backOff = settings.duration("broker.back_off")
        setup.wayLongest = settings.duration("broker.way_longest")
        setup.skewMax = settings.duration("broker.skew_max")
        setup.cashTolerance = Money(
            units: Int64((settings.number("broker.cash_tolerance") * Double(Money.scale)).rounded()))
        return setup
    }

    static func rest(_ settings: Configuration.Settings) throws -> AlpacaRest {
        let mode = settings.text("execution.mode")
        guard mode != "simulated" else {
            throw Failure(
                "execution.mode is simulated, and orders are filled by exchange; broker is for alpaca-paper and "
                    + "alpaca-live", exitCode: 2)
        }
        let key = settings.text("providers.alpaca.key")
        let secret = settings.text("providers.alpaca.secret")
        guard !key.isEmpty, !secret.isEmpty else {
            throw Failure(
                "execution.mode \(mode) needs keys: providers.alpaca.key and providers.alpaca.secret, or files with them "
                    + "in providers.alpaca.key_file and providers.alpaca.secret_file", exitCode: 2)
        }
        var rest = AlpacaRest(url: url(settings), key: key, secret: secret)
        rest.patience = settings.duration("broker.patience")
        return rest
    }

    private static func url(_ settings: Configuration.Settings) -> String {
        let given = settings.text("broker.url")
        guard given.isEmpty else { return given }
        return settings.text("execution.mode") == "alpaca-live"
            ? "https://api.alpaca.markets" : "https://paper-api.alpaca.markets"
    }

    /// How the stream of updates is opened; nothing where the broker is asked alone.
    static func opening(_ settings: Configuration.Settings) -> (() -> (any UpdateSocket)?)? {
        guard settings.flag("broker.updates") else { return nil }
        let stream = "ws" + url(settings).dropFirst("http".count) + "/stream"
        guard let address = WebSocketAddress(stream) else { return nil }
        return { UpdateClient(address) }
    }
}
