import Domain
import Testing

@testable import Backtesting
@testable import Risk

@Suite("A bar that stands in")
struct StandInTests {
    @Test(
        "is approved on while it is young, and refused with its age when it is older than the limit",
        arguments: [(nil, true), (0, true), (2, true), (3, false)] as [(Int64?, Bool)])
    func verdicts(minutes: Int64?, passes: Bool) throws {
        let each = Case.all[0]
        var settings = try each.settings()
        settings.risk.limits = [try ScopedLimit("data_age=2")]
        let symbol = try Symbol(validating: "S0")
        let plan = try DeskPlan(settings, each.strategies(), symbols: [symbol], span: Nanoseconds.minute)
        let opened = CivilDate(2024, 3, 11).midnightUTC + 15 * Nanoseconds.hour
        let bar = Bar(
            symbol: symbol, span: Nanoseconds.minute, openedAt: opened, open: Price(10), high: Price(10),
            low: Price(10), close: Price(10), volume: Volume(1_000))
        let now = bar.closesAt

        var risk = Meshlet.Station<RiskDesk>(plan.risk)
        func tell(_ body: Body, _ topic: Topic) throws {
            risk.take(
                Message(topic: topic, number: 1, epoch: 1, sentAt: now, originAt: now, body: body), at: now)
            try risk.restart(plan.risk)
        }
        try tell(bar.body, .bar("1m", symbol))
        if let minutes {
            let mark = DataFault(standIn: bar, from: "history", at: now + minutes * Nanoseconds.minute)
            try tell(mark.body, .standIn(symbol))
        }
        let account = Account(
            account: settings.account, cash: Money(10_000), equity: Money(10_000), buyingPower: Money(10_000))
        try tell(account.body, .account)
        let order = Order(
            account: settings.account, strategy: "sma-crossover", symbol: symbol, side: .buy,
            quantity: Quantity(5))
        try tell(OrderProposal(order: order, price: Price(10)).body, .proposal)
        let verdict = try #require(
            risk.sent.compactMap { if case .verdict(let verdict) = $0.body { verdict } else { nil } }.first)
        #expect(verdict.approved == passes)
        let check = try #require(verdict.checks.first { $0.name == "data age" })
        #expect(check.figure == Double(minutes ?? 0) && check.limit == 2 && check.passed == passes)
        guard !passes else { return }
        #expect(
            check.explanation
                == "the last bar is 3 intervals old, and stands in for one that did not come in time")
    }
}
