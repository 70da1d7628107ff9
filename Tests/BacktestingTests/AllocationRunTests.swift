import Domain
import Portfolio
import Strategies
import Testing

@testable import Backtesting

@Suite struct AllocationRunTests {
    private func run(
        _ table: BarTable, _ rule: AllocationRule, _ rebalance: RebalanceRule = .monthly
    ) throws -> BacktestRecord {
        var settings = BacktestSettings()
        settings.allocation.rule = rule
        settings.allocation.rebalance = rebalance
        let arguments = try Arguments(BuyAndHold.parameters, of: BuyAndHold.name)
        return try Backtest.run(BuyAndHold.self, arguments, on: table, settings)
    }

    private static let names = AllocationRule.listed.map(\.name).filter {
        $0 != "all-in" && $0 != "risk-sized"
    }

    @Test(
        "no allocator knows the future: cut off anywhere, the days before stay as they were", arguments: names
    )
    func truncation(name: String) throws {
        let table = try Markets.walk(seed: 5, symbols: 4, days: 200)
        let rule = try AllocationRule(name)
        let whole = try run(table, rule)
        #expect(try run(table, rule).ordersHash == whole.ordersHash)
        var filled = 0
        for days in [90, 155] {
            let part = try run(table.prefix(days * 4), rule)
            #expect(whole.fills.starts(with: part.fills))
            #expect(whole.days.starts(with: part.days))
            filled += part.fills.count
        }
        #expect(filled > 1)
    }

    @Test("positions come once there is history enough; a record that ends before says what it waited for")
    func waits() throws {
        let table = try Markets.walk(seed: 6, symbols: 3, days: 80)
        let record = try run(table, try AllocationRule("hrp", given: [("least", "40")]), .never)
        let first = try #require(record.fills.first)
        // 40 returns are there after the 41st bar, and the next one fills.
        #expect(first.at.dateUTC == Timestamp(nanoseconds: table.openedAt[41 * 3]).dateUTC)
        #expect(record.fills.count == 3, "what came in at once is left alone")
        let waited = "it wants 40 days of returns, and there were 0"
        #expect(!record.notes.contains { $0.contains(waited) }, "what was waited for has come")
        let short = try run(table.prefix(30 * 3), try AllocationRule("hrp", given: [("least", "40")]), .never)
        #expect(short.fills.isEmpty)
        #expect(short.notes.contains { $0.contains(waited) })
    }

    @Test("limits that cannot be kept leave the positions as they were, and the record says so")
    func infeasible() throws {
        let table = try Markets.walk(seed: 7, symbols: 3, days: 150)
        let rule = try AllocationRule("mean-variance", given: [("aim", "return"), ("target_return", "9")])
        let record = try run(table, rule)
        #expect(record.fills.isEmpty)
        #expect(record.notes.contains { $0.contains("no weights keep all the limits: target_return 9.0") })
    }

    @Test("sectors of the settings limit what is in each")
    func sectors() throws {
        let table = try Markets.walk(seed: 8, symbols: 4, days: 120)
        var settings = BacktestSettings()
        settings.allocation.rule = try AllocationRule("min-variance", given: [("sector_max", "0.3")])
        settings.allocation.rebalance = .never
        settings.risk.sectors = table.symbols.enumerated().map {
            ($0.element, $0.offset == 0 ? "one" : "other")
        }
        let arguments = try Arguments(BuyAndHold.parameters, of: BuyAndHold.name)
        let record = try Backtest.run(BuyAndHold.self, arguments, on: table, settings)
        let orders = record.orders.map(\.order)
        var spent = Money.zero
        for order in orders.dropFirst() { spent += order.notional ?? .zero }
        #expect((spent - Money(30_000)).magnitude < Money(1), "three of one sector have no more than it may")
    }

    @Test("a sweep varies parameters of the allocation beside those of the strategy")
    func sweeps() throws {
        var settings = BacktestSettings()
        settings.allocation.rule = try AllocationRule("hrp", given: [("linkage", "ward")])
        let axes = ["allocation.history=60,100"]
        let parameters = try settings.parameters(of: axes)
        #expect(parameters.map(\.name) == ["allocation.history"])
        let plan = try SweepPlan(BuyAndHold.parameters + parameters, axes: axes, of: BuyAndHold.name)
        let second = try settings.with(plan.arguments(1))
        #expect(
            second.allocation.rule.description
                == "hrp linkage=ward covariance=sample span=180 history=100 least=60")
        let error = #expect(throws: ParameterError.self) {
            try settings.parameters(of: ["allocation.histroy=60"])
        }
        #expect(
            error?.description.hasPrefix("the allocation hrp has no parameter histroy; it has linkage")
                == true)
    }
}
