import Domain
import Portfolio
import Stops
import Testing

@testable import Backtesting
@testable import Execution

@Suite("What guards positions, when a person speaks")
struct GuardControlTests {
    private static let ladder = Case.guarded[1]

    /// Goes through a market of 180 days; `say` is called before each, with its number.
    private func run(_ each: Case, _ say: (Int, inout Meshlet) throws -> Void) throws -> Meshlet {
        let table = try each.table(3)
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

    private func working(_ mesh: Meshlet) -> [Order] {
        let desk = mesh.execution.machine.desk
        return desk.execution.orders.filter { !$0.state.hasEnded && desk.isGuard($0.order.id) }.map(\.order)
    }

    @Test("it stays through a pause, and makes way for what makes a position smaller then")
    func pause() throws {
        var (paused, stayed) = (Int.max, 0)
        let mesh = try run(Self.ladder) { day, mesh in
            if paused == .max, working(mesh).count >= 4 {
                paused = day
                try mesh.command("pause")
            }
            if day > paused { stayed = max(stayed, working(mesh).count) }
        }
        #expect(paused < 150 && stayed > 0)
        // In time what was held is closed by its guards and its strategy, and nothing is opened.
        #expect(mesh.execution.machine.desk.held.values.allSatisfy { $0 == .zero })
        #expect(working(mesh).isEmpty)
        #expect(Trail(mesh).turns == 0)
    }

    @Test("it is taken down before everything is closed, though strategist and portfolio be dead")
    func halt() throws {
        let mesh = try run(Self.ladder) { day, mesh in
            if day == 80 {
                #expect(!working(mesh).isEmpty)
                mesh.isHeadless = true
                try mesh.command("halt", ["close"])
            }
            if day > 84 { #expect(mesh.execution.machine.desk.held.values.allSatisfy { $0 == .zero }) }
        }
        #expect(working(mesh).isEmpty && mesh.execution.machine.desk.closing == nil)
        #expect(Trail(mesh).turns == 0)
    }

    @Test("what a person cancels is not put back before the position changes, and somebody is told")
    func cancel() throws {
        var bare = Timestamp.zero
        let mesh = try run(Self.ladder) { day, mesh in
            guard bare == .zero, working(mesh).count >= 4 else { return }
            bare = mesh.before
            try mesh.command("cancel", ["all"])
        }
        let alarms = mesh.history.compactMap { message -> (Timestamp, String)? in
            guard case .alarm(let alarm) = message.body, alarm.code == "guard" else { return nil }
            return (message.sentAt, alarm.explanation)
        }
        #expect(!alarms.isEmpty && alarms.allSatisfy { $0.0 > bare && $0.0 < bare + 5 * Nanoseconds.day })
        #expect(alarms.allSatisfy { $0.1.hasPrefix("nothing guards what is held of S") })
        #expect(Set(alarms.map(\.1)).count == alarms.count)
    }

    @Test(
        "an order that makes a position smaller leaves though nothing may be opened, and its guard before it goes"
    )
    func reducing() throws {
        var station = Meshlet.Station<ExecutionDesk>(ExecutionDesk.Setup(account: "a", isAtOnce: true))
        let symbol = try Symbol(validating: "S0")
        let fill = Fill(
            id: "1", orderId: "external", account: "a", symbol: symbol, quantity: Quantity(5),
            price: Price(10))
        station.take(
            .brokerReport(BrokerReport(kind: .filled, account: "a", orderId: "external", fill: fill)))
        let stop = Order(
            id: "stop", account: "a", symbol: symbol, side: .sell, kind: .stop, quantity: Quantity(5),
            stop: Price(9))
        station.take(
            Message(
                topic: .guardVerdict, number: 1, epoch: 1,
                body: .verdict(Verdict(approved: true, order: stop))), at: .zero)
        station.take(.command(Command(id: "1", verb: "pause", who: "anna", why: "a test")))
        let exit = Order(id: "exit", account: "a", symbol: symbol, side: .sell, quantity: Quantity(5))
        station.take(.verdict(Verdict(approved: true, order: exit)))
        let asked = station.sent.compactMap { message -> String? in
            guard case .venueRequest(let request) = message.body else { return nil }
            return "\(request.verb) \(request.order.id)"
        }
        #expect(asked == ["submit stop", "cancel stop", "submit exit"])
    }

    @Test("an account that had no stops before guards what it holds from now on")
    func begins() throws {
        let table = try Self.ladder.table(3)
        var settings = try Self.ladder.settings()
        let guarded = settings
        settings.stops = StopPlan()
        let strategies = try Self.ladder.strategies()
        let plan = try DeskPlan(settings, strategies, symbols: table.symbols, span: Nanoseconds.day)
        let other = try DeskPlan(guarded, strategies, symbols: table.symbols, span: Nanoseconds.day)
        var mesh = try Meshlet(plan)
        var day = 0
        var held: Set<Symbol> = []
        var since = Timestamp.zero
        try table.eachInstant { bars, now in
            if day == 80 {
                held = Set(mesh.execution.machine.desk.held.filter { $0.value != .zero }.keys)
                since = now
                try mesh.portfolio.restart(other.portfolio)
            }
            if day <= 80 { try mesh.take(bars, at: now) }
            day += 1
        }
        let proposed = mesh.history.compactMap { message -> Symbol? in
            guard message.topic == .guardProposal, case .orderProposal(let proposal) = message.body else {
                return nil
            }
            #expect(message.sentAt == since)
            return proposal.order.symbol
        }
        #expect(!held.isEmpty && held.isSubset(of: proposed))
    }
}
