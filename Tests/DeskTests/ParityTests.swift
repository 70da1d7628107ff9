import Domain
import Testing

@testable import Backtesting

@Suite("The desks of the mesh")
struct ParityTests {
    @Test("order and trade what a backtest does, to the last digit", arguments: Case.all, [1, 2] as [UInt64])
    func sameAsBacktest(_ each: Case, seed: UInt64) throws {
        try expectSame(each, on: Market(try each.table(seed)))
    }

    @Test("the same through splits and dividends", arguments: Case.all, [1, 2, 3] as [UInt64])
    func sameThroughActions(_ each: Case, seed: UInt64) throws {
        let market = try Markets.acted(each.table(seed), seed: seed)
        #expect(!market.actions.isEmpty)
        try expectSame(each, on: market)
    }

    private func expectSame(_ each: Case, on market: Market) throws {
        let table = market.bars
        let settings = try each.settings()
        let participants = try each.strategies()
        let record = try Backtest.run(participants, on: market, settings)

        let span = try #require(table.spans.first)
        var mesh = try Meshlet(DeskPlan(settings, participants, symbols: table.symbols, span: span))
        try market.eachInstant { try mesh.take($0, $1, at: $2) }
        let alarms = mesh.history.filter { if case .alarm = $0.body { true } else { false } }
        #expect(alarms.isEmpty, "\(alarms)")

        let outcome = Outcome(mesh.history)
        #expect(!record.fills.isEmpty)
        #expect(outcome.fills == record.fills)
        #expect(outcome.orders.count == record.orders.count)
        for (live, tested) in zip(outcome.orders, record.orders) { #expect(live.order == tested.order) }
        // What was asked in the last instant is not answered any more.
        let last = table.range?.upperBound ?? .zero
        let unanswered = Set(
            mesh.history.compactMap { message -> String? in
                guard message.sentAt == last, case .venueRequest(let request) = message.body else {
                    return nil
                }
                return request.order.id
            })
        for (place, update) in outcome.orders.enumerated()
        where !unanswered.contains(update.order.id) && !unanswered.contains(update.order.parent) {
            #expect(update.status == record.orders[place].status, "order \(update.order.id)")
        }
        // Neither is what the end of that instant costs.
        guard settings.rules.borrow.annualRate == 0 else { return }
        #expect(outcome.account?.equity == record.finalEquity)
        #expect(outcome.account?.cash == record.finalCash)
    }

    @Test("name for each order the proposal, the signal and the bar behind it", arguments: [0, 4])
    func causes(number: Int) throws {
        let each = Case.all[number]
        let table = try each.table(1)
        let plan = try DeskPlan(
            each.settings(), each.strategies(), symbols: table.symbols, span: Nanoseconds.day)
        var mesh = try Meshlet(plan)
        try table.eachInstant { try mesh.take($0, at: $1) }
        var known: [Cause: Message] = [:]
        for message in mesh.history { known[message.asCause] = message }
        var orders = 0
        for message in mesh.history {
            guard case .venueRequest(let request) = message.body else { continue }
            orders += 1
            var chain: [String] = []
            var cause = message.cause
            while let next = cause {
                chain.append(next.topic.text.split(separator: "/").prefix(2).joined(separator: "/"))
                cause = known[next]?.cause
            }
            #expect(chain == ["trading/verdict", "trading/proposal", "trading/signal", "market/bar"])
            // The bar is of the instrument that is ordered, and the order is as old as the bar.
            #expect(message.originAt > .zero, "\(request.order.symbol)")
        }
        #expect(orders > 5)
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
