import Domain
import Exchange
import Execution
import Portfolio
import Risk
import Strategies

/// What the desks of the mesh are made of, from the settings by which a backtest is run: what is tested is what is traded.
public struct DeskPlan: Sendable {
    public let settings: BacktestSettings
    /// The strategies with their labels.
    public let participants: [Participant]
    /// In alphabetical order, in which the mesh takes the bars of an instant.
    public let symbols: [Symbol]
    /// The length of the market's bars.
    public let span: Int64
    /// The silence of a service that execution must hear closes what is held.
    public var closesOnSilence = false
    /// A broker stands in the place of the simulated exchange.
    public var hasBroker = false
    private let rules: ExchangeRules

    /// Refuses what the desks do not do.
    public init(
        _ settings: BacktestSettings, _ participants: [Participant], symbols: [Symbol], span: Int64
    ) throws(DeskPlanError) {
        self.settings = settings
        self.participants = Participant.labelled(participants)
        self.symbols = symbols.sorted { $0.text < $1.text }
        self.span = span
        rules = settings.rules(areDaily: span == Nanoseconds.day)
        if let complaint { throw DeskPlanError(description: complaint) }
    }

    private var complaint: String? {
        if participants.isEmpty { return "no strategy is named" }
        if symbols.isEmpty { return "no symbol is named" }
        if Set(symbols).count < symbols.count { return "a symbol is named twice" }
        if works, !settings.stops.isEmpty {
            return
                "orders that are worked over time (execution.*) and stops or targets (risk.stops, risk.targets) go "
                + "together in backtests alone: one of them would be right"
        }
        if works, settings.rules.fill == .close {
            return
                "orders that are worked over time (execution.*) meet the market from the next bar on: a fill at the close is "
                + "for backtests alone"
        }
        if let complaint = complaintAboutStops { return complaint }
        if settings.rules.fill == .quote { return "there are bars, and no quotes to fill orders at" }
        let delays = settings.rules.latency
        if !(delays.feed is NoLatency) || !(delays.response is NoLatency) {
            return
                "bars and reports are not delayed: latency_feed and latency_response are for backtests alone"
        }
        for participant in participants where participant.span.map({ $0 != span }) ?? false {
            return "\(participant.label) asks for bars of another length than \(Interval(nanoseconds: span))"
        }
        return nil
    }

    private var complaintAboutStops: String? {
        guard !settings.stops.isEmpty else { return nil }
        if settings.rules.fill == .close {
            return
                "what is bought at a bar's close would be guarded a bar later than in a backtest: stops and targets "
                + "(risk.stops, risk.targets) need another fill (backtest.fill)"
        }
        if participants.count > 1, !settings.risk.limitedStrategies.isEmpty {
            return
                "what guards a position that several strategies hold counts for no limit of one of them: limits of the "
                + "account, or no stops and targets (risk.stops, risk.targets), would be right"
        }
        return nil
    }

    /// Approvals are worked over time.
    public var works: Bool { settings.execution != nil }

    public var exchange: ExchangeDesk.Setup {
        ExchangeDesk.Setup(account: settings.account, cash: settings.cash, symbols: symbols, rules: rules)
    }

    /// The strategies that `owns` names by their labels.
    public func strategist(owning owns: (String) -> Bool = { _ in true }) throws -> StrategyDesk.Setup {
        try StrategyDesk.Setup(
            symbols: symbols, members: participants.filter { owns($0.label) }.map(\.member),
            isAlone: participants.count == 1,
            sharers: participants.count == 1 || settings.stops.isEmpty ? [] : participants.map(\.label))
    }

    public var portfolio: PortfolioDesk.Setup {
        let parts = zip(participants, Participant.parts(of: settings.cash, for: participants))
        return PortfolioDesk.Setup(
            account: settings.account, cash: settings.cash,
            parts: parts.map { PortfolioDesk.Setup.Part(label: $0.label, cash: $1) }, symbols: symbols,
            span: span, allocation: settings.allocation,
            sectors: settings.risk.sectorNumbers(of: symbols), stops: settings.stops, hasBroker: hasBroker,
            works: works)
    }

    public var risk: RiskDesk.Setup {
        RiskDesk.Setup(
            account: settings.account, symbols: symbols, risk: settings.risk, lot: settings.allocation.lot,
            hours: rules.hours == .xnys ? .xnys : .continuous, span: span, works: works)
    }

    public var execution: ExecutionDesk.Setup {
        ExecutionDesk.Setup(
            account: settings.account, closesOnHalt: settings.risk.flattens.contains(.manual),
            closesOnSilence: closesOnSilence, isAtOnce: hasBroker, working: working)
    }

    /// How approvals are worked: in lots of the account, and with what the venue does of itself.
    private var working: ExecutionDesk.Working? {
        guard var execution = settings.execution else { return nil }
        execution.lot = settings.allocation.lot
        execution.venue = hasBroker ? .broker : VenueAbilities(brackets: true)
        return ExecutionDesk.Working(execution, symbols: symbols)
    }
}

/// Why there are no desks for some settings, in a sentence.
public struct DeskPlanError: Error, CustomStringConvertible {
    public let description: String
}
