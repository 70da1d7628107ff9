import Domain
import Portfolio
import Testing

@testable import Backtesting

@Suite("A desk's snapshot")
struct SnapshotTests {
    @Test("taken at any point and gone on from makes the whole run", arguments: Case.all, [4] as [UInt64])
    func goesOn(_ each: Case, seed: UInt64) throws {
        let market = try Markets.acted(each.table(seed), seed: seed)
        let table = market.bars
        let span = try #require(table.spans.first)
        let plan = try DeskPlan(each.settings(), each.strategies(), symbols: table.symbols, span: span)
        var whole = try Meshlet(plan)
        try market.eachInstant { try whole.take($0, $1, at: $2) }

        var random = SplitMix64(seed: seed)
        var restarts = 0
        var broken = try Meshlet(plan)
        broken.interrupt = { mesh in
            switch random.next() % 120 {
            case 0: try mesh.exchange.restart(plan.exchange)
            case 1: try mesh.strategist.restart(plan.strategist())
            case 2: try mesh.portfolio.restart(plan.portfolio)
            case 3: try mesh.risk.restart(plan.risk)
            case 4: try mesh.execution.restart(plan.execution)
            default: return
            }
            restarts += 1
        }
        try market.eachInstant { try broken.take($0, $1, at: $2) }
        #expect(restarts > 20)
        #expect(broken.history == whole.history)
        #expect(broken.exchange.machine.snapshot() == whole.exchange.machine.snapshot())
        #expect(broken.strategist.machine.snapshot() == whole.strategist.machine.snapshot())
        #expect(broken.portfolio.machine.snapshot() == whole.portfolio.machine.snapshot())
        #expect(broken.risk.machine.snapshot() == whole.risk.machine.snapshot())
        #expect(broken.execution.machine.snapshot() == whole.execution.machine.snapshot())
    }

    @Test("cannot be that of another layout, nor be cut")
    func refusals() throws {
        let table = try Markets.walk(seed: 1, symbols: 2, days: 40)
        let each = Case.all[0]
        let plan = try DeskPlan(
            each.settings(), each.strategies(), symbols: table.symbols, span: Nanoseconds.day)
        var mesh = try Meshlet(plan)
        try table.eachInstant { try mesh.take($0, at: $1) }
        let bytes = mesh.portfolio.machine.snapshot()
        var fresh = Meshlet.Station<PortfolioDesk>(plan.portfolio).machine
        #expect(throws: SnapshotMismatch.self) { try fresh.restore(bytes, version: 99) }
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: SnapshotMismatch.self) {
                try fresh.restore(Array(bytes[..<count]), version: PortfolioDesk.snapshotVersion)
            }
        }
        #expect(throws: SnapshotMismatch.self) {
            try fresh.restore(bytes + [0], version: PortfolioDesk.snapshotVersion)
        }
    }

    @Test("is what a copy goes its own way from")
    func copies() throws {
        let table = try Markets.walk(seed: 2, symbols: 2, days: 60)
        let each = Case.all[0]
        let plan = try DeskPlan(
            each.settings(), each.strategies(), symbols: table.symbols, span: Nanoseconds.day)
        var mesh = try Meshlet(plan)
        try table.eachInstant { try mesh.take($0, at: $1) }
        let kept = mesh.portfolio.machine.snapshot()
        var copy = mesh.portfolio.machine
        var outbox = Outbox()
        let bar = Bar(symbol: table.symbols[0], span: Nanoseconds.day, close: Price(7))
        copy.receive(Message(topic: .bar("1d", bar.symbol), body: .bar(bar)), at: .zero, &outbox)
        #expect(mesh.portfolio.machine.snapshot() == kept)
    }
}
