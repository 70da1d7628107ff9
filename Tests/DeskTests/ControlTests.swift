import Domain
import Testing

@testable import Backtesting
@testable import Execution
@testable import Portfolio
@testable import Risk

@Suite("What a person says")
struct ControlTests {
    /// Three strategies on one account, with orders that take days to fill.
    private static let many = Case.all[4]
    private static let slow = Case.all[2]

    /// Goes through a market of 180 days; `say` is called before each, with its number.
    private func run(
        _ each: Case, seed: UInt64 = 3, _ say: (Int, inout Meshlet) throws -> Void
    ) throws -> Meshlet {
        let table = try each.table(seed)
        var mesh = try Meshlet(
            DeskPlan(each.settings(), each.strategies(), symbols: table.symbols, span: Nanoseconds.day))
        var day = 0
        try table.eachInstant { bars, now in
            try say(day, &mesh)
            try mesh.take(bars, at: now)
            day += 1
        }
        return mesh
    }

    @Test(
        "a pause opens nothing until somebody resumes",
        arguments: [["execution", "risk"], ["execution"], ["risk"]])
    func pause(told: [String]) throws {
        var from = Timestamp.zero
        var to = Timestamp.zero
        let mesh = try run(Self.many) { day, mesh in
            if day == 60 { from = mesh.before }
            if day == 60 { try mesh.command("pause", to: told) }
            if day == 120 { to = mesh.before }
            if day == 120 { try mesh.command("resume", ["manual"], to: told) }
        }
        // What had left by then may still trade in the next instant.
        let trail = Trail(mesh)
        #expect(trail.openings.contains { $0.at < from })
        let within = trail.openings.filter { $0.at > from + 4 * Nanoseconds.day && $0.at <= to }
        #expect(within.isEmpty)
        #expect(trail.openings.contains { $0.at > to })
        #expect(
            trail.orders.contains { $0.reason.contains("anna said pause: a test") } == (told == ["execution"])
        )
        // Nobody goes on waiting for what was not sent.
        let working = mesh.portfolio.machine.desk.orders.orders.values.filter { !$0.state.hasEnded }
        #expect(working.count <= 4)
    }

    @Test(
        "a halt closes everything, though strategist and portfolio be dead",
        arguments: [Case.all[4], Case.all[2]])
    func halt(_ each: Case) throws {
        let mesh = try run(each) { day, mesh in
            if day == 80 {
                #expect(!mesh.execution.machine.desk.held.values.filter { $0 != .zero }.isEmpty)
                mesh.isHeadless = true
                try mesh.command("halt", ["close"])
            }
            if day > 140 { #expect(mesh.execution.machine.desk.held.values.allSatisfy { $0 == .zero }) }
        }
        #expect(mesh.execution.machine.desk.closing == nil)
        #expect(mesh.risk.machine.desk.gate.halts.active.map(\.halt.kind) == ["manual"])
        // Two orders never close the same shares: no position has turned.
        #expect(Trail(mesh).turns == 0)
    }

    @Test("a halt keeps what is held where the policy says so")
    func keep() throws {
        let mesh = try run(Self.many) { day, mesh in
            if day == 80 { try mesh.command("halt", ["keep"]) }
        }
        #expect(mesh.history.allSatisfy { !Trail.isCloser($0) })
    }

    @Test("one symbol is closed, and strategies open it again when they want to")
    func flatten() throws {
        var at = Timestamp.zero
        let mesh = try run(Self.many) { day, mesh in
            guard day >= 80, at == .zero else { return }
            guard mesh.execution.machine.desk.held.filter({ $0.value != .zero }).count > 1 else { return }
            at = mesh.before
            let symbols = mesh.execution.machine.desk.held.filter { $0.value != .zero }.keys
            let symbol = try #require(symbols.min { $0.text < $1.text })
            try mesh.command("flatten", [symbol.text], to: ["execution"])
        }
        let closers = mesh.history.filter(Trail.isCloser)
        #expect(closers.count == 1)
        guard case .venueRequest(let request)? = closers.first?.body else { return }
        let fills = Trail(mesh).fills.filter { $0.symbol == request.order.symbol && $0.at > at }
        #expect(fills.first?.orderId == request.order.id)
        #expect(fills.count > 1)
        // Portfolio's books and execution's agree.
        let held = mesh.execution.machine.desk.held
        for (place, symbol) in mesh.plan.symbols.enumerated() {
            #expect(mesh.portfolio.machine.desk.ledger[SymbolIndex(place)].quantity == held[symbol] ?? .zero)
        }
    }

    @Test("orders that work are cancelled, all or by their ids")
    func cancel() throws {
        var asked: [String] = []
        let mesh = try run(Self.slow) { day, mesh in
            guard day >= 50, asked.isEmpty else { return }
            let orders = mesh.execution.machine.desk.execution.orders.filter { !$0.state.hasEnded }
            guard let first = orders.first else { return }
            asked = [first.order.id]
            try mesh.command("cancel", asked, to: ["execution"])
        }
        let id = try #require(asked.first)
        let order = mesh.execution.machine.desk.execution.orders.first { $0.order.id == id }
        #expect(order?.status == .cancelled || order?.status == .filled)
        #expect(
            mesh.history.contains {
                guard case .venueRequest(let request) = $0.body else { return false }
                return request.verb == .cancel && request.order.id == id
                    && $0.cause?.topic == .command(to: "execution", from: "anna")
            })
    }

    @Test("a limit holds until its time, and then those of the settings do")
    func limit() throws {
        var from = Timestamp.zero
        var until = Timestamp.zero
        let mesh = try run(Self.many) { day, mesh in
            guard day == 60 else { return }
            from = mesh.before
            until = from + 40 * Nanoseconds.day
            try mesh.command("limit", ["position_size=0.5%", "\(until.nanoseconds)"], to: ["risk"])
        }
        var limited: [Timestamp] = []
        var free: [Timestamp] = []
        for message in mesh.history {
            guard case .verdict(let verdict) = message.body else { continue }
            if verdict.checks.contains(where: { $0.name == "position size" }) {
                limited.append(message.sentAt)
            } else {
                free.append(message.sentAt)
            }
        }
        #expect(limited.count > 3 && limited.allSatisfy { $0 > from && $0 < until })
        #expect(free.allSatisfy { $0 <= from || $0 >= until } && free.contains { $0 >= until })
        let alarms = mesh.history.compactMap { message -> String? in
            guard case .alarm(let alarm) = message.body else { return nil }
            return alarm.explanation
        }
        #expect(alarms.count == 2 && alarms[0].hasPrefix("anna set position_size=0.5% until"))
        #expect(alarms.last == "position_size=0.5%, which anna had set, is over")
    }

    @Test("survives any restart, to the byte", arguments: [Case.all[4], Case.all[2]], [5, 6] as [UInt64])
    func restarts(_ each: Case, seed: UInt64) throws {
        let say: (Int, inout Meshlet) throws -> Void = { day, mesh in
            switch day {
            case 40:
                try mesh.command(
                    "limit", ["position_size=20%", "\((mesh.before + 30 * Nanoseconds.day).nanoseconds)"],
                    to: ["risk"])
            case 60: try mesh.command("halt", ["close"])
            case 75: try mesh.command("resume")
            case 100: try mesh.command("flatten", [], to: ["execution"])
            case 101: try mesh.command("cancel", ["all"], to: ["execution"])
            case 120: try mesh.command("pause", to: ["execution"])
            case 130: try mesh.tell(Self.silence, on: { _ in Vigilance.topic }, to: ["execution", "risk"])
            case 140: try mesh.command("resume")
            default: break
            }
        }
        let whole = try run(each, seed: seed, say)
        #expect(whole.history.contains(where: Trail.isCloser))
        var random = SplitMix64(seed: seed)
        var restarts = 0
        let broken = try run(each, seed: seed) { day, mesh in
            let plan = mesh.plan
            mesh.interrupt = { mesh in
                switch random.next() % 12 {
                case 0: try mesh.risk.restart(plan.risk)
                case 1: try mesh.execution.restart(plan.execution)
                default: return
                }
                restarts += 1
            }
            try say(day, &mesh)
        }
        #expect(restarts > 100)
        #expect(broken.history == whole.history)
        #expect(broken.risk.machine.snapshot() == whole.risk.machine.snapshot())
        #expect(broken.execution.machine.snapshot() == whole.execution.machine.snapshot())
    }

    private static let silence = Body.alarm(
        Alarm(level: .critical, code: Vigilance.silent, explanation: "feed has been silent for 121000 ms"))

    @Test("silence halts for loss of data, and closes by policy", arguments: [false, true])
    func silent(closes: Bool) throws {
        let each = Self.many
        let table = try each.table(3)
        var plan = try DeskPlan(
            each.settings(), each.strategies(), symbols: table.symbols, span: Nanoseconds.day)
        plan.closesOnSilence = closes
        var mesh = try Meshlet(plan)
        var day = 0
        try table.eachInstant { bars, now in
            if day == 80 {
                try mesh.tell(Self.silence, on: { _ in Vigilance.topic }, to: ["execution", "risk"])
            }
            try mesh.take(bars, at: now)
            day += 1
        }
        let halts = mesh.risk.machine.desk.gate.halts.active
        #expect(halts.map(\.halt.kind) == ["data_loss"])
        #expect(mesh.history.contains(where: Trail.isCloser) == closes)
        #expect(Trail(mesh).openings.allSatisfy { $0.at <= halts[0].since + 5 * Nanoseconds.day })
    }
}

/// What fills made of positions.
struct Trail {
    var fills: [Fill] = []
    /// Fills that made a position larger.
    var openings: [Fill] = []
    /// How often a position has gone through nothing to the other side.
    var turns = 0
    var orders: [OrderUpdate] = []

    init(_ mesh: Meshlet) {
        var held: [Symbol: Quantity] = [:]
        for message in mesh.history {
            if case .orderUpdate(let update) = message.body { orders.append(update) }
            guard case .fill(let fill) = message.body else { continue }
            fills.append(fill)
            let before = held[fill.symbol] ?? .zero
            let after = fill.side == .buy ? before + fill.quantity : before - fill.quantity
            held[fill.symbol] = after
            if after.magnitudeUnits > before.magnitudeUnits { openings.append(fill) }
            if before.units.signum() * after.units.signum() < 0 { turns += 1 }
        }
    }

    /// An order by which execution closes of its own accord.
    static func isCloser(_ message: Message) -> Bool {
        guard case .venueRequest(let request) = message.body else { return false }
        return request.verb == .submit && request.order.strategy.isEmpty
    }
}

extension Quantity {
    fileprivate var magnitudeUnits: UInt64 { units.magnitude }
}
