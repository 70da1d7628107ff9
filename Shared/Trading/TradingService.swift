import Backtesting
import Configuration
import Domain
import Mesh
import Risk
import Strategies

extension Service {
    /// The command line of a service of trading.
    public static func trading(
        _ name: String, summary: String, discussion: String, isDivided: Bool = false
    ) -> CommandSpec {
        command(
            name, summary: summary,
            discussion: discussion
                + " The account is described by the settings trading.*, backtest.* and risk.*: docs/trading.md.",
            isDivided: isDivided,
            examples: [.init("tradewind up --profile paper", "all services of a paper account")])
    }

    /// Runs a desk as a service that takes these flows; with `--verify`, re-runs a transcript by the settings that it
    /// was made with.
    public static func host<D: Desk>(
        _ parsed: Parsed, _ name: String, _ flows: (DeskPlan) -> [Flow],
        setup: (DeskPlan) throws -> D.Setup, as: D.Type
    ) throws {
        var service = try Service(name, parsed)
        let plan = try DeskPlan(service.recordedSettings() ?? service.settings)
        let machine = DeskMachine<D>(try setup(plan))
        let isCommanded = TradingFlows.watched[name] != nil
        let keys = CommandKeys(service.settings)
        let check = { keys.complaint(about: $0, for: name, afterwards: true) }
        if try service.verifies(machine, check: isCommanded ? check : nil) { return }
        try service.trade(flows(plan))
        service.node.readsPassedChecks = false
        service.obeyPeople()
        try service.run(machine)
    }

    /// Risk and execution hear what people command, if they have keys, and notice who is silent.
    public mutating func obeyPeople() {
        guard let others = TradingFlows.watched[name] else { return }
        let keys = CommandKeys(settings)
        node.commandCheck = { [name] in keys.complaint(about: $0, for: name) }
        if name == "risk" { node.commandObjection = { RiskDesk.objection(to: $0, at: $1) } }
        node.vigil = Vigil(others, silenceMax: settings.duration("control.silence_max"))
    }

    /// Lets strategies see what they warm up on, where the settings want that.
    public mutating func warmUp(_ strategist: StrategyDesk.Setup, span: Int64) throws {
        let when = settings.text("strategist.warm_up")
        let count = try strategist.barsBefore()
        guard when == "always" || when == "live" && settings.text("feed.source") == "stream", count > 0 else {
            return
        }
        node.prelude = Prelude(
            symbols: strategist.symbols.symbols, span: span, count: count,
            patience: settings.duration("strategist.warm_up_patience"))
    }

    /// Takes its place among the services of trading.
    public mutating func trade(_ flows: [Flow]) throws {
        guard node.isReplay else {
            throw Failure(
                "\(name) goes in lock-step by the data's instants, of a replay or a live feed: mesh.replay must be true"
            )
        }
        // A broker stands where the simulated exchange stands.
        let hasBroker = settings.text("execution.mode") != "simulated"
        node.flows = flows.map { hasBroker ? $0.ofBroker : $0 }
        node.replicas = [
            "feed": settings.list("mesh.feeds"),
            "strategist": Part.all(settings.integer("strategist.parts")).map { "strategist.\($0.number)" },
        ]
    }
}

extension Flow {
    /// The same of a broker, where it is of the simulated exchange.
    package var ofBroker: Flow {
        guard service == "exchange" else { return self }
        var flow = self
        flow.service = "broker"
        if prefix == "trading/step/exchange." { flow.prefix = "trading/step/broker." }
        return flow
    }
}
