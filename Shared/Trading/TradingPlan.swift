import Backtesting
import Configuration
import Domain
import Exchange
import Execution
import Portfolio
import Risk
import Strategies

extension DeskPlan {
    /// What the settings say of the account that is traded. Account, exchange and risk go by the very keys that a backtest
    /// goes by. Other strategies than those that it trades are named for a shadow.
    public init(_ settings: Configuration.Settings, strategies named: [String] = []) throws {
        let command = CommandSpec(
            "trading", summary: "",
            options: AccountOptions.specs + RiskOptions.specs + ExecutionOptions.specs + ExchangeOptions.specs
                + [.option("quotes", value: "FILE", repeats: true, help: "")])
        let parsed = try command.parse([]).filled(from: settings, "backtest")
        var run = BacktestSettings()
        run.account = settings.text("trading.account")
        try AccountOptions.apply(parsed, to: &run)
        let strategies = try (named.isEmpty ? settings.list("trading.strategies") : named).map {
            try SpokenStrategy($0)
        }
        try RiskOptions.apply(parsed, settings, labels: SpokenStrategy.labels(of: strategies), to: &run)
        try ExecutionOptions.apply(parsed, settings, to: &run)
        try ExchangeOptions.apply(parsed, to: &run)
        let span = try OptionText.span(settings.text("feed.span"), of: "feed.span")
        let named = settings.list("trading.symbols")
        let symbols = try (named.isEmpty ? settings.list("feed.symbols") : named).map {
            try OptionText.symbol($0)
        }
        do {
            let participants = try strategies.map { try Enlisting.participant($0) }
            try self.init(run, participants, symbols: symbols, span: span)
            _ = try strategist()
            closesOnSilence = settings.flag("control.silence_flatten")
            hasBroker = settings.text("execution.mode") != "simulated"
            let complaint =
                TradingPlan.complaint(ofGuardsAtBroker: run, settings)
                ?? TradingPlan.complaint(ofWorkAtBroker: run, settings)
            if hasBroker, let complaint { throw Failure(complaint, exitCode: 2) }
        } catch let error as ParameterError {
            let near = error.unknown.flatMap { Spelling.nearest(to: $0, among: error.known) }
            throw Failure(
                "trading.strategies: \(error)" + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
        } catch let error as DeskPlanError {
            throw Failure(TradingPlan.sentence(error), exitCode: 2)
        }
    }
}

enum TradingPlan {
    /// Why stops and targets cannot rest at a broker; nothing where they can.
    static func complaint(
        ofGuardsAtBroker run: BacktestSettings, _ settings: Configuration.Settings
    ) -> String? {
        guard !run.stops.isEmpty else { return nil }
        if run.allocation.lot.units % Quantity.scale != 0 || run.allocation.lot == .zero {
            return
                "stops and targets (risk.stops, risk.targets) rest at a broker for whole shares: backtest.whole_shares true "
                + "would be right"
        }
        guard run.stops.hasPairs else { return nil }
        if run.stops.trails {
            return
                "at a broker a target (risk.targets) and a stop rest as a pair, in which no stop can trail: fixed, atr or "
                + "breakeven in risk.stops, or no risk.targets, would be right"
        }
        guard settings.flag("broker.families") else {
            return
                "at a broker a target (risk.targets) and a stop (risk.stops) rest as a pair, which broker.families false "
                + "refuses: one of risk.stops and risk.targets, or broker.families true, would be right"
        }
        return nil
    }

    /// What a broker does not take of orders that are worked: parts of a share at a limit, and brackets that it cannot keep.
    /// Execution does not keep them in its place there: while a stop of its own rested, Alpaca would refuse to buy more.
    static func complaint(
        ofWorkAtBroker run: BacktestSettings, _ settings: Configuration.Settings
    ) -> String? {
        guard let execution = run.execution else { return nil }
        if run.allocation.lot != Quantity(1) {
            return
                "at a broker whole shares are worked over time (execution.*): backtest.whole_shares true would be right"
        }
        guard let bracket = execution.bracket else { return nil }
        let broker = "the broker keeps the brackets of execution.bracket"
        if bracket.stop == nil || bracket.target == nil {
            return "\(broker), and takes none without stop and target: stop=2%,target=4% would be right"
        }
        if execution.slicing != .none {
            return
                "\(broker), and takes none of orders that are sliced: execution.slicing none would be right"
        }
        if !settings.flag("broker.families") {
            return "\(broker), where broker.families is true: that, or no bracket, would be right"
        }
        return nil
    }

    /// The complaint with the setting that would end it, where there is one.
    static func sentence(_ error: DeskPlanError) -> String {
        switch error.description {
        case "no strategy is named":
            "no strategy is named; TRADEWIND_TRADING_STRATEGIES=sma-crossover would be right"
        case "no symbol is named":
            "no symbol is named; TRADEWIND_TRADING_SYMBOLS=AAPL,MSFT would be right"
        default: error.description
        }
    }
}
