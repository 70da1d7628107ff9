import Domain
import Exchange
import Portfolio
import Risk
import Stops
import Testing

@testable import Backtesting

@Suite("What guards positions on the mesh")
struct GuardTests {
    @Test("trades, in every account that is tried", arguments: Case.guarded)
    func trades(_ each: Case) throws {
        let mesh = try run(each, seed: 1)
        let guards = approved(mesh.history, on: .guardVerdict)
        let fills = Outcome(mesh.history).fills.filter { fill in guards.contains { $0.id == fill.orderId } }
        let closings = proposed(mesh.history, on: .proposal).filter { $0.reason.hasPrefix("stop: held") }
        #expect(!guards.isEmpty && fills.count + closings.count > 2, "\(guards.count) \(fills.count)")
        for order in guards {
            #expect(order.quantity.isPositive && order.timeInForce == .goodTillCancelled)
            #expect((order.stop == nil) == (order.kind == .limit))
        }
    }

    @Test("never closes more than there is, nor stands beside what makes the position smaller")
    func noMore() throws {
        for each in Case.guarded where each.testDescription.hasPrefix("a ") {
            let mesh = try run(each, seed: 2)
            let guards = Set(approved(mesh.history, on: .guardVerdict).map(\.id))
            var held: [Symbol: Quantity] = [:]
            for fill in Outcome(mesh.history).fills {
                let before = held[fill.symbol, default: .zero]
                let after = before + (fill.side == .buy ? fill.quantity : -fill.quantity)
                held[fill.symbol] = after
                guard guards.contains(fill.orderId) else { continue }
                #expect(
                    after.magnitude < before.magnitude
                        && (after == .zero || after.isNegative == before.isNegative))
            }
        }
    }

    @Test("is caused by the fill that made the position, and taken down because of what makes it smaller")
    func causes() throws {
        let mesh = try run(Case.guarded[2], seed: 1)
        var known: [Cause: Message] = [:]
        for message in mesh.history { known[message.asCause] = message }
        let guards = Set(approved(mesh.history, on: .guardVerdict).map(\.id))
        var (rested, makingWay) = (0, 0)
        for message in mesh.history {
            guard case .venueRequest(let request) = message.body, guards.contains(request.order.id) else {
                continue
            }
            let cause = try #require(message.cause.flatMap { known[$0] })
            guard case .verdict(let verdict) = cause.body else {
                Issue.record("\(cause.topic)")
                continue
            }
            if request.verb == .submit {
                rested += 1
                let proposal = try #require(cause.cause.flatMap { known[$0] })
                let fill = try #require(proposal.cause.flatMap { known[$0] })
                #expect(cause.topic == .guardVerdict && proposal.topic == .guardProposal)
                guard case .brokerReport(let report) = fill.body else {
                    Issue.record("\(fill.topic)")
                    continue
                }
                #expect(report.fill?.symbol == request.order.symbol)
            } else if cause.topic == .verdict {
                makingWay += 1
                #expect(
                    verdict.order.side == request.order.side && verdict.order.symbol == request.order.symbol)
            }
        }
        #expect(rested > 5 && makingWay > 2)
    }

    @Test("is refused where the mesh would not do as a backtest does")
    func refusals() throws {
        func complaint(_ change: (inout BacktestSettings) throws -> Void) throws -> String {
            var settings = BacktestSettings()
            settings.stops = try StopPlan(rules: ["fixed:3%"])
            try change(&settings)
            let participants = [try Case.crossover(), try Case.crossover(fast: 5, slow: 20)]
            do {
                _ = try DeskPlan(settings, participants, symbols: [Symbol("S0")!], span: Nanoseconds.day)
                return ""
            } catch { return "\(error)" }
        }
        #expect(try complaint { _ in } == "")
        #expect(try complaint { $0.rules.fill = .close }.contains("need another fill (backtest.fill)"))
        #expect(
            try complaint { $0.risk.limits = [try ScopedLimit("position_size@strategy:sma-crossover=2%")] }
                .contains("counts for no limit of one of them"))
    }

    private func run(_ each: Case, seed: UInt64) throws -> Meshlet {
        let table = try each.table(seed)
        let span = try #require(table.spans.first)
        let plan = try DeskPlan(each.settings(), each.strategies(), symbols: table.symbols, span: span)
        var mesh = try Meshlet(plan)
        try table.eachInstant { try mesh.take($0, at: $1) }
        return mesh
    }

    private func approved(_ history: [Message], on topic: Topic) -> [Order] {
        history.compactMap {
            guard $0.topic == topic, case .verdict(let verdict) = $0.body, verdict.approved else {
                return nil
            }
            return verdict.order
        }
    }

    private func proposed(_ history: [Message], on topic: Topic) -> [OrderProposal] {
        history.compactMap {
            guard $0.topic == topic, case .orderProposal(let proposal) = $0.body else { return nil }
            return proposal
        }
    }
}
