import Domain
import Testing

@testable import Backtesting

@Suite("The desks of the mesh")
struct ParityTests {
    @Test("order and trade what a backtest does, to the last digit", arguments: Case.all, [1, 2] as [UInt64])
    func sameAsBacktest(_ each: Case, seed: UInt64) throws {
        let table = try each.table(seed)
        let settings = try each.settings()
        let participants = try each.strategies()
        let record = try Backtest.run(participants, on: Market(table), settings)

        let span = try #require(table.spans.first)
        var mesh = try Meshlet(DeskPlan(settings, participants, symbols: table.symbols, span: span))
        try table.eachInstant { try mesh.take($0, at: $1) }

        let outcome = Outcome(mesh.history)
        #expect(!record.fills.isEmpty)
        #expect(outcome.fills == record.fills)
        #expect(outcome.orders.map(\.order) == record.orders.map(\.order))
        // What was sent in the last instant is not answered any more.
        let last = table.range?.upperBound ?? .zero
        for (place, update) in outcome.orders.enumerated() where record.proposedAt[place] < last {
            #expect(update.status == record.orders[place].status, "order \(update.order.id)")
        }
        // Neither is what the end of that instant costs.
        guard settings.rules.borrow.annualRate == 0 else { return }
        #expect(outcome.account?.equity == record.finalEquity)
        #expect(outcome.account?.cash == record.finalCash)
    }
}

/// What came of a run through the desks.
struct Outcome: Equatable {
    var fills: [Fill] = []
    /// The last news of each order, in the order of their beginnings.
    var orders: [OrderUpdate] = []
    var account: Account?

    init(_ history: [Message]) {
        var places: [String: Int] = [:]
        for message in history {
            switch message.body {
            case .fill(let fill): fills.append(fill)
            case .orderUpdate(let update):
                if let place = places[update.order.id] {
                    orders[place] = update
                } else {
                    places[update.order.id] = orders.count
                    orders.append(update)
                }
            case .account(let account) where message.topic == .account: self.account = account
            default: break
            }
        }
    }
}
