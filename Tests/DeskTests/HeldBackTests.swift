import Domain
import Testing

@testable import Backtesting
@testable import Portfolio

@Suite("Orders that are held back on their way")
struct HeldBackTests {
    @Test("keep no position from being closed by a halt")
    func halted() throws {
        let each = Case.all[0]
        let table = try each.table(1)
        let plan = try DeskPlan(
            each.settings(), each.strategies(), symbols: table.symbols, span: Nanoseconds.day)
        var station = Meshlet.Station<PortfolioDesk>(plan.portfolio)
        let symbol = table.symbols[0]
        let strategy = plan.portfolio.parts[0].label
        let open = CivilDate(2024, 3, 11).midnightUTC
        station.take(
            .bar(Bar(symbol: symbol, open: Price(10), high: Price(10), low: Price(10), close: Price(10))))
        let bought = Fill(
            id: "1", orderId: "entry", account: plan.portfolio.account, strategy: strategy, symbol: symbol,
            side: .buy, quantity: Quantity(100), price: Price(10))
        station.take(.brokerReport(BrokerReport(kind: .filled, orderId: "entry", fill: bought)))
        station.take(.step(Step(time: open)))

        let more = Order(
            id: "more", account: plan.portfolio.account, strategy: strategy, symbol: symbol, side: .buy,
            quantity: Quantity(10))
        station.take(.verdict(Verdict(approved: true, order: more)))
        station.take(
            .brokerReport(BrokerReport(kind: .cancelled, orderId: more.id, explanation: "S0 is frozen")))
        #expect(station.machine.desk.heldBack == [0: 1])
        station.take(.halt(Halt(active: true, kind: "drawdown", flatten: true)))
        station.take(.step(Step(time: open + Nanoseconds.second)))

        let closings = station.sent.compactMap { message -> Order? in
            guard case .orderProposal(let proposal) = message.body else { return nil }
            return proposal.order
        }
        #expect(closings.map(\.side) == [.sell])
        #expect(closings.map(\.quantity) == [Quantity(100)])
    }
}
