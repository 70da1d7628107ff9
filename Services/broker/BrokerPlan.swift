import Backtesting
import Brokers
import BrokerEdges
import Configuration
import Domain
import HTTP
import TWS
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
        // A gateway tells of cash anew every three minutes.
        if settings.text("execution.mode").hasPrefix("interactive-brokers") {
            setup.cashLag = 4 * Nanoseconds.minute
        }
        return setup
    }

    /// The way to the broker that the mode names.
    static func broker(
        _ settings: Configuration.Settings, _ says: @escaping (String) -> Void
    ) throws -> any Brokerage {
        let mode = settings.text("execution.mode")
        switch mode {
        case "simulated":
            throw Failure(
                "execution.mode is simulated, and orders are filled by exchange; broker is for alpaca-paper, alpaca-live, "
                    + "interactive-brokers-paper and interactive-brokers-live", exitCode: 2)
        case "interactive-brokers-paper", "interactive-brokers-live":
            var setup = GatewayBroker.Setup(try gateway(settings))
            setup.account = settings.text("broker.account")
            setup.isPaper = mode == "interactive-brokers-paper"
            setup.patience = settings.duration("broker.patience")
            setup.backOff = settings.duration("broker.back_off")
            let transport = CurlTransport()
            return try GatewayBroker(
                setup,
                file: try NumbersFile(in: settings.path("state.folder"), client: setup.address.client),
                clock: { transport.now }, log: says)
        default:
            return AlpacaBroker(
                try rest(settings),
                rate: Rate(settings.integer("broker.per_minute"), per: Nanoseconds.minute),
                transport: CurlTransport(), open: opening(settings))
        }
    }

    private static func gateway(_ settings: Configuration.Settings) throws -> TWSLine.Address {
        let client = settings.integer("broker.client_id")
        let url = settings.text("broker.url")
        guard url.isEmpty else {
            let parts = url.hasPrefix("tws://") ? url.dropFirst("tws://".count).split(separator: ":") : []
            guard parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port) else {
                throw Failure(
                    "broker.url is \(url); tws://127.0.0.1:4002 would be right where execution.mode is "
                        + settings.text("execution.mode"), exitCode: 2)
            }
            return TWSLine.Address(host: String(parts[0]), port: port, client: client)
        }
        let host = settings.text("providers.interactive_brokers.host")
        guard !host.isEmpty else {
            throw Failure(
                "execution.mode \(settings.text("execution.mode")) needs a TWS or Gateway: broker.url "
                    + "(tws://127.0.0.1:4002), or providers.interactive_brokers.host and .port", exitCode: 2)
        }
        return TWSLine.Address(
            host: host, port: settings.integer("providers.interactive_brokers.port"), client: client)
    }

    private static func rest(_ settings: Configuration.Settings) throws -> AlpacaRest {
        let key = settings.text("providers.alpaca.key")
        let secret = settings.text("providers.alpaca.secret")
        guard !key.isEmpty, !secret.isEmpty else {
            throw Failure(
                "execution.mode \(settings.text("execution.mode")) needs keys: providers.alpaca.key and providers.alpaca.secret, or files with them "
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
    private static func opening(_ settings: Configuration.Settings) -> (() -> (any UpdateSocket)?)? {
        guard settings.flag("broker.updates") else { return nil }
        let stream = "ws" + url(settings).dropFirst("http".count) + "/stream"
        guard let address = WebSocketAddress(stream) else { return nil }
        return { UpdateClient(address) }
    }
}
