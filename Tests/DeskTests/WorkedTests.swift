import Domain
import Testing

@testable import Backtesting

@Suite("Orders that are worked over time by the desks")
struct WorkedTests {
    @Test(
        "are those of a backtest, to the last digit, through splits and dividends", arguments: Case.worked,
        [1, 2, 4] as [UInt64])
    func sameAsBacktest(_ each: Case, seed: UInt64) throws {
        for market in [Market(try each.table(seed)), try Markets.acted(each.table(seed), seed: seed)] {
            let record = try Backtest.run(each.strategies(), on: market, each.settings())
            var mesh = try Meshlet(plan(each, market))
            try market.eachInstant { try mesh.take($0, $1, at: $2) }
            // Nobody is alarmed but where a backtest notes that a person would have to look.
            let alarms = mesh.history.compactMap {
                if case .alarm(let alarm) = $0.body { alarm } else { nil }
            }
            let noted = record.interventions.filter { $0.check.hasPrefix("halt of execution: ") }
            #expect(
                alarms.map(\.explanation)
                    == noted.flatMap { note in
                        Array(
                            repeating: "nothing is opened any more: "
                                + note.check.dropFirst("halt of execution: ".count),
                            count: note.count)
                    })

            let outcome = Outcome(mesh.history)
            #expect(record.fills.count > 3)
            #expect(difference(outcome.fills, record.fills) == nil)
            #expect(difference(outcome.orders.map(\.order), record.orders.map(\.order)) == nil)
            let last = market.range?.upperBound ?? .zero
            for (place, update) in outcome.orders.enumerated()
            where place < record.orders.count && record.proposedAt[place] < last {
                #expect(update.status == record.orders[place].status, "order \(update.order.id)")
            }
            // What the end of the last instant costs nobody is told of.
            guard try each.settings().rules.borrow.annualRate == 0 else { continue }
            #expect(outcome.account?.equity == record.finalEquity)
            #expect(outcome.account?.cash == record.finalCash)
        }
    }

    @Test("meet a bar before they give way to the next part")
    func meetsBars() throws {
        let each = try #require(
            Case.worked.first { $0.testDescription.contains("a share of what is traded") })
        let market = Market(try each.table(1))
        let record = try Backtest.run(each.strategies(), on: market, each.settings())
        let traded = record.orders.filter { $0.fills.quantity.isPositive }
        #expect(
            traded.count * 2 > record.orders.count, "\(traded.count) of \(record.orders.count) orders trade")
    }

    @Test("go on from a snapshot of any desk as if nothing had happened", arguments: Case.worked)
    func goesOn(_ each: Case) throws {
        let market = try Markets.acted(each.table(4), seed: 4)
        let plan = try plan(each, market)
        var whole = try Meshlet(plan)
        try market.eachInstant { try whole.take($0, $1, at: $2) }

        var random = SplitMix64(seed: 4)
        var restarts = 0
        var broken = try Meshlet(plan)
        broken.interrupt = { mesh in
            switch random.next() % 100 {
            case 0: try mesh.exchange.restart(plan.exchange)
            case 1: try mesh.portfolio.restart(plan.portfolio)
            case 2: try mesh.risk.restart(plan.risk)
            case 3, 4: try mesh.execution.restart(plan.execution)
            default: return
            }
            restarts += 1
        }
        try market.eachInstant { try broken.take($0, $1, at: $2) }
        #expect(restarts > 20)
        #expect(broken.history == whole.history)
        #expect(broken.execution.machine.snapshot() == whole.execution.machine.snapshot())
    }

    /// Where two lists part, in words: whole they would fill pages.
    private func difference<Element: Equatable>(_ one: [Element], _ other: [Element]) -> String? {
        for (place, pair) in zip(one, other).enumerated() where pair.0 != pair.1 {
            return "at \(place) of \(one.count) and \(other.count): \(pair.0) or \(pair.1)"
        }
        return one.count == other.count ? nil : "\(one.count) or \(other.count)"
    }

    private func plan(_ each: Case, _ market: Market) throws -> DeskPlan {
        let table = market.bars
        let span = try #require(table.spans.first)
        return try DeskPlan(each.settings(), each.strategies(), symbols: table.symbols, span: span)
    }
}
