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
        setup.takesFamilies = settings.flag("broker.families")
        // A gateway tells of cash anew every three minutes.
        if settings.text("execution.mode").hasPrefix("interactive-brokers") {
            setup.cashLag = 4 * Nanoseconds.minute
        }
        return setup
    }

    /// The way to the broker that the mode names, once `LiveGate` has let it through.
    static func broker(
        _ settings: Configuration.Settings, _ says: @escaping (String) -> Void
    ) throws -> any Brokerage {
        let mode = settings.text("execution.mode")
        switch mode {
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
                rest(settings),
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
        return TWSLine.Address(
            host: settings.text("providers.interactive_brokers.host"),
            port: settings.integer("providers.interactive_brokers.port"), client: client)
    }

    private static func rest(_ settings: Configuration.Settings) -> AlpacaRest {
        var rest = AlpacaRest(
            url: url(settings), key: settings.text("providers.alpaca.key"),
            secret: settings.text("providers.alpaca.secret"))
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
