import Backtesting
import Brokers
import Domain
import Mesh
import Risk
import Stops
import Strategies
import Wire

/// One seed's account at a hostile broker, traded by the services under faults. The venue's own books are the truth: at
/// the end ours are the same to the millionth, no order was lost or doubled, no limit was broken at any message, and
/// whenever the desk called itself reconciled it was right.
public struct BrokerSimulation {
    public typealias Outcome = TradingSimulation.Outcome

    private let seed: UInt64
    private let guards: BrokerGuards
    private let fault: TradingFault?

    public init(seed: UInt64) { self.init(seed: seed, guards: .all) }

    init(seed: UInt64, guards: BrokerGuards, fault: TradingFault? = nil) {
        self.seed = seed
        self.guards = guards
        self.fault = fault
    }

    public func run() -> Outcome {
        var outcome = Outcome(seed: seed)
        do {
            try run(&outcome)
        } catch {
            outcome.violation = outcome.violation ?? "\(error)"
        }
        return outcome
    }

    private func run(_ outcome: inout Outcome) throws {
        var chance = Chance(seed: seed ^ 0x6272_6f6b)
        let table = try TradingSimulation.bars(&chance)
        var settings = BrokerSimulation.settings(&chance)
        settings.execution = BrokerSimulation.execution(seed)
        if settings.execution == nil { settings.stops = try BrokerSimulation.stops(seed) }
        var plan = try DeskPlan(
            settings, try TradingSimulation.participants(&chance), symbols: table.symbols,
            span: Nanoseconds.day)
        plan.hasBroker = true
        let line = line(plan, &chance)
        outcome.story = [
            "the broker knows \(line.venue.mischief.map(\.rawValue).sorted().joined(separator: ", "))"
        ]
        let world = try TradingWorld(plan, table, seed: seed, hasFaults: true, line: line)
        world.run()
        outcome.story += world.story
        outcome.faults = world.faults + line.venue.mischiefDone.values.reduce(0, +)
        outcome.time = world.now
        outcome.violation = world.violation
        outcome.orders = line.venue.orders.count
        outcome.fills = line.venue.executions.count
        if outcome.violation == nil {
            let audit = try VenueAudit(of: world, line)
            outcome.looks = audit.looks
            outcome.violation = audit.complaint
        }
        if let complaint = outcome.violation, let order = try OrderStory(of: complaint, world, line.venue) {
            outcome.story += order.lines + (world.members[1].node?.whatIsAwaited ?? [])
        }
    }

    private func line(_ plan: DeskPlan, _ chance: inout Chance) -> VenueLine {
        let end = chance.within(4...9) * TradingWorld.second
        var mischief = Set(Mischief.allCases.filter { _ in chance.below(4) == 0 })
        // One thing over night is enough.
        if mischief.contains(.symbolChange) { mischief.remove(.nightSplit) }
        let venue = HostileVenue(
            cash: plan.settings.cash, mischief: mischief, hasGuards: !plan.settings.stops.isEmpty,
            begin: TradingWorld.begin, until: end, chance: chance.split())
        var setup = BrokerSetup(
            account: plan.settings.account, symbols: plan.symbols, cash: plan.settings.cash)
        setup.interval = Nanoseconds.second
        setup.look = 200 * Nanoseconds.millisecond
        setup.backOff = 100 * Nanoseconds.millisecond
        setup.backOffLongest = Nanoseconds.second
        setup.wayLongest = 2 * Nanoseconds.second
        setup.skewMax = 0
        setup.guards = guards
        return VenueLine(
            venue, setup, fault: fault, isRestless: chance.below(2) == 0, until: end, chance: chance.split())
    }

    /// Every second account of those that send orders as they are guards its positions: a chance of its own leaves all else as it was.
    private static func stops(_ seed: UInt64) throws -> StopPlan {
        var chance = Chance(seed: seed ^ 0x6775_6172_6473)
        guard chance.below(2) == 0 else { return StopPlan() }
        let rules = chance.pick([
            ["fixed:2%"], ["trailing:3%"], ["fixed:4%", "time:5"], ["fixed:3%", "breakeven:1%"],
        ])
        // In a pair no stop trails.
        let targets = rules == ["trailing:3%"] ? "" : chance.pick(["", "3%", "1%:50%,3%:50%", "2%:40%"])
        return try StopPlan(rules: rules, targets: targets)
    }

    static let orderWorth = 70_000
    static let positionShare = 0.6

    private static func settings(_ chance: inout Chance) -> BacktestSettings {
        var settings = BacktestSettings()
        settings.allocation.lot = Quantity(1)
        settings.allocation.rule = chance.pick([.allIn, .equalWeight, .signalWeighted])
        settings.allocation.rebalance = chance.pick([.never, .weekly])
        settings.risk = RiskSettings(chance.below(2) == 0 ? .none : .basic)
        settings.risk.limits = [
            ScopedLimit(.orderWorth, Double(orderWorth)), ScopedLimit(.positionSize, positionShare),
            ScopedLimit(.drawdownHalt, chance.below(2) == 0 ? 0.05 : nil),
            ScopedLimit(.drawdownLiquidate, chance.below(2) == 0 ? 0.08 : nil),
        ]
        return settings
    }
}
