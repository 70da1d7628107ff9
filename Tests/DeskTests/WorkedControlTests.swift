import Domain
import Testing

@testable import Backtesting
@testable import Execution

@Suite("What people say, where orders are worked over time")
struct WorkedControlTests {
    @Test(
        "to close everything ends plans and takes protection down, and then nothing is held",
        arguments: [1, 2, 3] as [UInt64])
    func flatten(seed: UInt64) throws {
        for each in Self.protected {
            var (mesh, rest) = try Self.meshUntilProtected(each, seed)
            let orders = mesh.execution.machine.look { $0.execution.orders.count }
            try mesh.command("flatten", to: ["execution"])
            for (bars, now) in rest.prefix(8) {
                try mesh.take(bars, at: now)
                if mesh.execution.machine.look({ $0.closing == nil }) { break }
            }
            let (open, held, closing) = mesh.execution.machine.look { desk in
                (
                    desk.execution.orders.prefix(orders).filter { !$0.state.hasEnded },
                    desk.held.values.filter { $0 != .zero }, desk.closing
                )
            }
            #expect(open.isEmpty, "\(open)")
            #expect(closing == nil)
            #expect(held.isEmpty)
            let turned = mesh.history.contains {
                if case .position(let position) = $0.body { position.quantity.isNegative } else { false }
            }
            #expect(!turned)
        }
    }

    @Test("to halt ends entries, and what is held stays protected", arguments: [1, 2, 3] as [UInt64])
    func halt(seed: UInt64) throws {
        for each in Self.protected {
            var (mesh, rest) = try Self.meshUntilProtected(each, seed)
            try mesh.command("halt", ["hold"])
            let plans = mesh.execution.machine.look { $0.execution.plans.count }
            for (bars, now) in rest.prefix(40) {
                try mesh.take(bars, at: now)
                let bare = mesh.execution.machine.look { desk in
                    desk.execution.guards.contains {
                        $0.held.isPositive && !$0.standsDown && $0.legs.isEmpty && !$0.wantsTarget
                    }
                }
                #expect(!bare)
            }
            let entries = mesh.execution.machine.look { desk in
                desk.execution.plans.dropFirst(plans).filter { $0.intent == .enter && !$0.parts.isEmpty }
            }
            #expect(entries.isEmpty)
            #expect(
                !mesh.execution.machine.look {
                    $0.execution.plans.contains { $0.intent == .enter && $0.phase != .ended }
                })
        }
    }

    @Test("to cancel an order ends the approval behind it, and no leg of what is held")
    func cancel() throws {
        let each = try #require(
            Case.worked.first { $0.testDescription.contains("equal parts within the day") })
        var mesh: Meshlet?
        var cancelled: Int?
        try each.table(1).eachInstant { bars, now in
            if mesh == nil { mesh = try Meshlet(Self.plan(each, 1)) }
            try mesh?.take(bars, at: now)
            guard cancelled == nil,
                let (plan, order) = mesh?.execution.machine.look({ desk -> (Int, String)? in
                    guard let plan = desk.execution.activePlans.first,
                        let part = desk.execution.plans[plan].parts.dropFirst().last
                    else { return nil }
                    return (plan, desk.execution.orders[part].order.id)
                })
            else { return }
            cancelled = plan
            try mesh?.command("cancel", [order], to: ["execution"])
        }
        let plan = try #require(cancelled)
        let end = mesh?.execution.machine.look { $0.execution.plans[plan] }
        #expect(end?.phase == .ended && end?.outcome == "taken back")
        let told = mesh?.history.contains {
            if case .planEnd(let told) = $0.body {
                told.orderId == end?.order.id && told.outcome == "taken back"
            } else {
                false
            }
        }
        #expect(told == true)
    }

    @Test(
        "to resume lifts the halt of execution's own breaker",
        arguments: [(nil, true), ("manual", false), ("rejections", false)] as [(String?, Bool)])
    func resume(kind: String?, lifts: Bool) {
        var station = Self.breakerStation
        #expect((1...3).map { Self.leaves($0, &station) } == [true, true, false])
        #expect(station.machine.look { $0.execution.isHalted })
        let arguments = kind.map { [$0] } ?? []
        station.take(
            .command(Command(id: "1", verb: "resume", arguments: arguments, who: "anna", why: "a test")))
        #expect((4...5).map { Self.leaves($0, &station) } == [lifts, lifts])
    }

    @Test("to resume lifts nothing of execution's before risk says that it halts no longer")
    func resumeBesideRisk() {
        var station = Self.breakerStation
        #expect((1...2).map { Self.leaves($0, &station) } == [true, true])
        station.take(.halt(Halt(active: true, kind: "drawdown", reason: "a test")))
        station.take(.command(Command(id: "1", verb: "resume", who: "anna", why: "a test")))
        #expect(!Self.leaves(3, &station))
        station.take(.halt(Halt(active: false, kind: "drawdown", by: "anna")))
        #expect(Self.leaves(4, &station))
    }

    /// Execution beside a venue that takes commands at once, and a breaker that two rejections trip.
    private static var breakerStation: Meshlet.Station<ExecutionDesk> {
        var settings = ExecutionSettings()
        settings.style = .market
        settings.entryWindow = 0
        settings.rejectionsMax = 2
        settings.retriesMax = 0
        return Meshlet.Station(
            ExecutionDesk.Setup(
                account: "a", isAtOnce: true,
                working: ExecutionDesk.Working(settings, symbols: [Symbol("S0")!])))
    }

    /// Risk approves an entry: whether something leaves for it, which the venue then rejects.
    private static func leaves(_ number: Int, _ station: inout Meshlet.Station<ExecutionDesk>) -> Bool {
        let before = station.sent.count
        let order = Order(id: "\(number)", account: "a", symbol: Symbol("S0")!, quantity: Quantity(5))
        station.take(.verdict(Verdict(approved: true, order: order)))
        let sent = station.sent[before...].compactMap { message -> Order? in
            guard case .venueRequest(let request) = message.body, request.verb == .submit else { return nil }
            return request.order
        }
        for order in sent {
            station.take(
                .brokerReport(
                    BrokerReport(
                        kind: .rejected, account: "a", orderId: order.id, explanation: "no",
                        symbol: order.symbol)))
        }
        return !sent.isEmpty
    }

    private static let protected = Case.worked.filter {
        $0.testDescription.contains("brackets within the day")
            || $0.testDescription.contains("each protected")
    }

    private static func plan(_ each: Case, _ seed: UInt64) throws -> DeskPlan {
        let table = try each.table(seed)
        return try DeskPlan(
            each.settings(), each.strategies(), symbols: table.symbols, span: try #require(table.spans.first))
    }

    /// A mesh up to where something is held and protected, and the instants after that.
    private static func meshUntilProtected(
        _ each: Case, _ seed: UInt64
    ) throws -> (Meshlet, ArraySlice<([Bar], Timestamp)>) {
        var instants: [([Bar], Timestamp)] = []
        try each.table(seed).eachInstant { instants.append(($0, $1)) }
        var mesh = try Meshlet(plan(each, seed))
        for (place, (bars, now)) in instants.enumerated() {
            try mesh.take(bars, at: now)
            let isProtected = mesh.execution.machine.look { desk in
                desk.execution.activeGuards.contains {
                    desk.execution.guards[$0].held.isPositive && !desk.execution.guards[$0].legs.isEmpty
                }
            }
            if isProtected, place > 60 { return (mesh, instants[(place + 1)...]) }
        }
        Issue.record("nothing is ever protected")
        return (mesh, [])
    }
}
