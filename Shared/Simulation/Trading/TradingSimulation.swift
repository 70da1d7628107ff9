import Backtesting
import Domain
import Risk
import Strategies

/// One seed's paper account, traded by the services under faults. Whatever goes wrong, they order and trade what the same
/// account does in a backtest: no order twice, none lost, and books that an oracle agrees with after every instant.
public struct TradingSimulation {
    public struct Outcome: Sendable {
        public var seed: UInt64
        public var orders = 0
        public var fills = 0
        public var faults = 0
        /// Simulated nanoseconds.
        public var time: Int64 = 0
        /// How often the oracle has looked at the account.
        public var looks = 0
        public var violation: String?
        /// What was done to whom.
        public var story: [String] = []
    }

    private let seed: UInt64

    public init(seed: UInt64) { self.seed = seed }

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
        var chance = Chance(seed: seed ^ 0x7261_6465)
        let bars = try TradingSimulation.bars(&chance)
        let settings = TradingSimulation.settings(&chance)
        let participants = try TradingSimulation.participants(&chance)
        let market = try TradingSimulation.acted(bars, &chance)
        let (table, actions) = (market.bars, market.actions.map(\.action))
        let plan = try DeskPlan(settings, participants, symbols: table.symbols, span: Nanoseconds.day)
        let record = try Backtest.run(participants, on: market, settings)
        let world = try TradingWorld(plan, table, actions, seed: seed, hasFaults: true)
        world.run()
        outcome.faults = world.faults
        outcome.time = world.now
        outcome.violation = world.violation
        guard outcome.violation == nil else { return }
        let calm = try TradingWorld(plan, table, actions, seed: seed, hasFaults: false)
        calm.run()
        outcome.story = world.story
        outcome.violation = try TradingRecord.difference(world, calm)
        guard outcome.violation == nil else { return }
        let ledger = try TradingRecord(of: world)
        outcome.orders = ledger.orders.count
        outcome.fills = ledger.fills.count
        outcome.looks = ledger.looks
        outcome.violation = ledger.complaint(against: record, until: table.range?.upperBound ?? .zero)
    }

    // MARK: what a seed stands for

    static func bars(_ chance: inout Chance) throws -> BarTable {
        var table = BarTable()
        let symbols = 1 + chance.below(3)
        var closes = (0..<symbols).map { _ in chance.within(3_000...20_000) }
        let days = 40 + chance.below(80)
        let sessions = TradingCalendar.xnys.sessions(from: CivilDate(2018, 1, 1), to: CivilDate(2019, 12, 31))
        for session in sessions.prefix(days) {
            for symbol in 0..<symbols where table.symbols.count < symbols || chance.below(20) != 0 {
                let open = max(100, closes[symbol] + chance.within(-50...50))
                let close = max(100, open + chance.within(-300...300))
                closes[symbol] = close
                table.append(
                    Bar(
                        symbol: try Symbol(validating: "T\(symbol)"), span: Nanoseconds.day,
                        openedAt: session.open, open: cents(open),
                        high: cents(max(open, close) + chance.within(0...60)),
                        low: cents(min(open, close) - chance.within(0...60)), close: cents(close),
                        volume: Volume(units: chance.within(1_000...5_000_000))), closingAt: session.close)
            }
        }
        return table
    }

    /// The same market with splits, which its prices show from then on, and with dividends: each on some days.
    private static func acted(_ table: BarTable, _ chance: inout Chance) throws -> Market {
        var market = Market()
        var shares = table.symbols.map { _ in Measure() }
        var day = CivilDate(1970, 1, 1)
        for row in 0..<table.count {
            var bar = table.bar(row)
            let date = EasternTime.local(at: bar.openedAt).date
            if date > day {
                day = date
                for (instrument, symbol) in table.symbols.enumerated() where row > 0 && chance.below(40) == 0
                {
                    var action = CorporateAction(symbol: symbol, exAt: EasternTime.moment(on: date, at: 0))
                    if chance.below(2) == 0 {
                        (action.numerator, action.denominator) = chance.pick([(2, 1), (3, 2), (1, 4), (7, 1)])
                        try shares[instrument].split(action)
                    } else {
                        action.kind = .dividend
                        action.amount = cents(chance.within(1...300))
                    }
                    market.actions.append(MarketAction(instrument: instrument, action: action))
                }
            }
            let measure = shares[Int(table.symbol[row])]
            for path in [\Bar.open, \.high, \.low, \.close] {
                bar[keyPath: path] = measure.real(bar[keyPath: path])
            }
            market.bars.append(bar, closingAt: Timestamp(nanoseconds: table.closesAt[row]))
        }
        return market
    }

    private static func cents(_ amount: Int64) -> Price { Price(units: amount * 10_000) }

    private static func settings(_ chance: inout Chance) -> BacktestSettings {
        var settings = BacktestSettings()
        settings.rules.margin.kind = chance.below(2) == 0 ? .cash : .regulationT
        settings.rules.borrow.annualRate = chance.below(2) == 0 ? 0 : 0.05
        settings.rules.participation = chance.below(2) == 0 ? nil : 0.2
        settings.allocation.rule = chance.pick([.allIn, .equalWeight, .signalWeighted])
        settings.allocation.rebalance = chance.pick([.never, .weekly])
        if chance.below(2) == 0 {
            settings.risk = RiskSettings(.basic)
            settings.risk.limits = [ScopedLimit(.drawdownLiquidate, nil), ScopedLimit(.drawdownHalt, nil)]
        }
        return settings
    }

    static func participants(_ chance: inout Chance) throws -> [Participant] {
        let fast = 2 + chance.below(4)
        func crossover(_ fast: Int) throws -> Participant {
            Participant(
                SMACrossover.self,
                try Arguments(
                    SMACrossover.parameters,
                    given: [("fast", "\(fast)"), ("slow", "\(fast + 6)"), ("short", "true")],
                    of: SMACrossover.name))
        }
        return try chance.below(2) == 0 ? [crossover(fast)] : [crossover(fast), crossover(fast + 1)]
    }
}
