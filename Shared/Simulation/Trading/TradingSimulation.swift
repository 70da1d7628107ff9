import Backtesting
import Domain
import Mesh
import Risk
import Strategies
import Wire

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
        let table = try TradingSimulation.bars(&chance)
        let settings = TradingSimulation.settings(&chance)
        let participants = try TradingSimulation.participants(&chance)
        let plan = try DeskPlan(settings, participants, symbols: table.symbols, span: Nanoseconds.day)
        let record = try Backtest.run(participants, on: Market(table), settings)
        let world = try TradingWorld(plan, table, seed: seed, hasFaults: true)
        world.run()
        outcome.faults = world.faults
        outcome.time = world.now
        outcome.violation = world.violation
        guard outcome.violation == nil else { return }
        let calm = try TradingWorld(plan, table, seed: seed, hasFaults: false)
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

    private static func bars(_ chance: inout Chance) throws -> BarTable {
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

    private static func participants(_ chance: inout Chance) throws -> [Participant] {
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

/// What the transcripts of a simulated account say.
struct TradingRecord {
    private(set) var orders: [(order: Order, status: OrderStatus)] = []
    private(set) var fills: [Fill] = []
    private(set) var looks = 0
    private var requests: [String: Int] = [:]
    private var approvals: [String] = []
    private var fault: String?

    init(of world: TradingWorld) throws {
        let codec = Codec()
        var places: [String: Int] = [:]
        try world.members[5].walk { batch in
            for record in batch where record.kind != .taken {
                switch try codec.decode(record.payload).body {
                case .fill(let fill): fills.append(fill)
                case .venueRequest(let request) where request.verb == .submit:
                    requests[request.order.id, default: 0] += 1
                case .orderUpdate(let update):
                    if let place = places[update.order.id] {
                        orders[place].status = update.status
                    } else {
                        places[update.order.id] = orders.count
                        orders.append((update.order, update.status))
                    }
                default: break
                }
            }
        }
        try world.members[4].walk { batch in
            for record in batch where record.kind != .taken {
                guard case .verdict(let verdict) = try codec.decode(record.payload).body, verdict.approved
                else { continue }
                approvals.append(verdict.order.id)
            }
        }
        var oracle = TradingOracle(cash: world.plan.settings.cash)
        try world.members[3].walk { batch in
            if let sentence = try oracle.absorb(batch, codec), fault == nil { fault = sentence }
        }
        looks = oracle.checked
    }

    /// Where a service took something else than it does when nothing is disturbed: in a replay nothing may.
    static func difference(_ world: TradingWorld, _ calm: TradingWorld) throws -> String? {
        for (member, other) in zip(world.members, calm.members) {
            let (found, expected) = (try taken(by: member), try taken(by: other))
            guard found != expected else { continue }
            let place = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset
            let at = place ?? min(found.count, expected.count)
            return
                "\(member.settings.service) took \(found.count) messages, and \(expected.count) undisturbed; the "
                + "first other one is \(at < found.count ? found[at] : "none"), not "
                + "\(at < expected.count ? expected[at] : "none"), after \(at > 0 ? found[at - 1] : "nothing")"
        }
        return nil
    }

    /// The topics and times of what a service took, in order, but for what only numbers.
    private static func taken(by member: TradingMember) throws -> [String] {
        let codec = Codec()
        var taken: [String] = []
        try member.walk { batch in
            guard let first = batch.first, first.kind == .taken else { return }
            let message = try codec.decode(first.payload)
            switch message.body {
            case .step, .opened, .settings: return
            default: taken.append("\(message.topic) of \(message.sentAt)")
            }
        }
        return taken
    }

    /// The first thing that is wrong. Names are left out: after a power cut a proposal's number, of which the order's id
    /// is made, begins anew.
    func complaint(against record: BacktestRecord, until last: Timestamp) -> String? {
        if let fault { return "the oracle disagrees: \(fault)" }
        if let twice = requests.first(where: { $0.value > 1 }) { return "order \(twice.key) was sent twice" }
        if let lost = approvals.first(where: { requests[$0] == nil }) {
            return "order \(lost) was approved and never sent"
        }
        if requests.count != approvals.count {
            return "\(requests.count) orders were sent of \(approvals.count)"
        }
        let expected = record.orders.map { nameless($0.order) }
        let found = orders.map { nameless($0.order) }
        if let place = zip(found, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            return
                "order \(place + 1) is \(orders[place].order), and a backtest has \(record.orders[place].order)"
        }
        if found.count != expected.count {
            return "\(found.count) orders, and a backtest has \(expected.count)"
        }
        for (place, order) in orders.enumerated()
        where record.proposedAt[place] < last && order.status != record.orders[place].status {
            return "order \(place + 1) is \(order.status), and \(record.orders[place].status) in a backtest"
        }
        if fills.map(nameless) != record.fills.map(nameless) {
            return "the fills are not those of a backtest: \(fills.count) and \(record.fills.count)"
        }
        return nil
    }

    private func nameless(_ order: Order) -> Order {
        var order = order
        order.id = ""
        return order
    }

    private func nameless(_ fill: Fill) -> Fill {
        var fill = fill
        fill.orderId = ""
        return fill
    }
}
