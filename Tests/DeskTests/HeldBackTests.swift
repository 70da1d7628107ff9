import Domain
import Testing

@testable import Backtesting
@testable import Portfolio

@Suite("Orders that are held back on their way")
struct HeldBackTests {
    @Test("a closing that is held back itself is proposed again after a rest, and at once for another halt")
    func closingRests() throws {
        var station = try portfolio(holding: 100)
        station.take(.halt(Halt(active: true, kind: "drawdown", flatten: true)))
        // By the minute: proposed, held back at once, and proposed again when its rest is over.
        var proposed: [Int] = []
        for minute in 1...20 {
            let before = station.closings.count
            station.take(.step(Step(time: Self.open + Int64(minute) * Nanoseconds.minute)))
            guard station.closings.count > before else { continue }
            proposed.append(minute)
            station.holdBack(station.closings[before], "closing \(minute)")
        }
        #expect(proposed == [1, 2, 4, 8, 16])
        #expect(station.machine.desk.exitsHeldBack == [0: 5] && station.machine.desk.heldBack.isEmpty)
        try station.restart(station.machine.desk.setup)
        station.take(.step(Step(time: Self.open + 21 * Nanoseconds.minute)))
        #expect(station.closings.count == 5)
        station.take(.halt(Halt(active: true, kind: "rejections", flatten: true)))
        station.take(.step(Step(time: Self.open + 22 * Nanoseconds.minute)))
        #expect(station.closings.count == 6)
    }

    @Test("keep no position from being closed by a halt")
    func halted() throws {
        var station = try portfolio(holding: 100)
        let symbol = station.machine.desk.setup.symbols[SymbolIndex(0)]
        let strategy = station.machine.desk.setup.parts[0].label
        station.holdBack(
            Order(strategy: strategy, symbol: symbol, side: .buy, quantity: Quantity(10)), "more")
        #expect(station.machine.desk.heldBack == [0: 1])
        station.take(.halt(Halt(active: true, kind: "drawdown", flatten: true)))
        station.take(.step(Step(time: Self.open + Nanoseconds.second)))
        #expect(station.closings.map(\.side) == [.sell])
        #expect(station.closings.map(\.quantity) == [Quantity(100)])
    }

    private static let open = CivilDate(2024, 3, 11).midnightUTC

    /// A portfolio whose one strategy holds some shares.
    private func portfolio(holding shares: Int) throws -> Meshlet.Station<PortfolioDesk> {
        let each = Case.all[0]
        let table = try each.table(1)
        let plan = try DeskPlan(
            each.settings(), each.strategies(), symbols: table.symbols, span: Nanoseconds.day)
        var station = Meshlet.Station<PortfolioDesk>(plan.portfolio)
        let symbol = table.symbols[0]
        station.take(
            .bar(Bar(symbol: symbol, open: Price(10), high: Price(10), low: Price(10), close: Price(10))))
        let bought = Fill(
            id: "1", orderId: "entry", account: plan.portfolio.account,
            strategy: plan.portfolio.parts[0].label, symbol: symbol, side: .buy,
            quantity: Quantity(shares), price: Price(10))
        station.take(.brokerReport(BrokerReport(kind: .filled, orderId: "entry", fill: bought)))
        station.take(.step(Step(time: Self.open)))
        return station
    }
}

extension Meshlet.Station<PortfolioDesk> {
    /// What was proposed.
    fileprivate var closings: [Order] {
        sent.compactMap {
            guard case .orderProposal(let proposal) = $0.body else { return nil }
            return proposal.order
        }
    }

    /// Risk approves an order, and it does not get through.
    fileprivate mutating func holdBack(_ order: Order, _ id: String) {
        var order = order
        order.name = OrderName(id)
        take(.verdict(Verdict(approved: true, order: order)))
        take(
            .brokerReport(BrokerReport(kind: .cancelled, orderId: order.id, explanation: "S0 is frozen")))
    }
}
