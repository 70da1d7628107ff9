import Domain
import Testing

@testable import Backtesting
@testable import Portfolio

@Suite("Money that moves without a deal")
struct PaymentTests {
    private static let open = CivilDate(2024, 3, 11).midnightUTC

    /// What portfolio tells of an account of 100,000 that holds 100 shares at 10, after a report.
    private func account(after report: BrokerReport) throws -> (account: Account, desk: PortfolioDesk) {
        let each = Case.all[0]
        let table = try each.table(1)
        var plan = try DeskPlan(
            each.settings(), each.strategies(), symbols: table.symbols, span: Nanoseconds.day)
        plan.hasBroker = true
        var setup = plan.portfolio
        setup.cash = Money(100_000)
        var station = Meshlet.Station<PortfolioDesk>(setup)
        let symbol = setup.symbols[SymbolIndex(0)]
        let bought = Fill(
            id: "1", orderId: "entry", account: setup.account, strategy: setup.parts[0].label,
            symbol: symbol, side: .buy, quantity: Quantity(100), price: Price(10))
        station.take(.brokerReport(BrokerReport(kind: .filled, orderId: "entry", fill: bought)))
        station.take(.step(Step(time: Self.open)))
        station.take(.brokerReport(report))
        station.take(.step(Step(time: Self.open + Nanoseconds.minute)))
        let told = station.sent.compactMap { message -> Account? in
            if case .account(let account) = message.body { account } else { nil }
        }
        return (try #require(told.last), station.machine.desk)
    }

    @Test("a dividend that a broker has paid is profit of its symbol")
    func dividend() throws {
        let symbol = try Case.all[0].table(1).symbols[0]
        let (account, desk) = try account(
            after: BrokerReport(kind: .state, explanation: "DIV", symbol: symbol, charge: Money(-50)))
        #expect(account.cash == Money(99_050) && account.equity == Money(100_050))
        #expect(account.highWater == Money(100_050))
        #expect(desk.ledger.books.dividends == Money(-50) && desk.ledger.books.borrow == .zero)
    }

    @Test("what a person took out of the account is no loss")
    func transfer() throws {
        let (account, desk) = try account(
            after: BrokerReport(kind: .state, explanation: "rent", charge: Money(500)))
        #expect(account.cash == Money(98_500) && account.equity == Money(99_500))
        #expect(account.highWater == Money(99_500))
        #expect(desk.ledger.books.capital == Money(-99_500) && desk.ledger.audit() == nil)
    }
}
