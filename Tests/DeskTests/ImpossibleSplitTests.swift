import Domain
import Testing

@testable import Backtesting
@testable import Risk
@testable import Strategies

/// A split that cannot be applied is told to a person by each who takes it, with what becomes of it.
@Suite("A split that cannot be")
struct ImpossibleSplitTests {
    private static let symbol = Symbol("S0")!
    private let opened = CivilDate(2024, 3, 11).midnightUTC + 15 * Nanoseconds.hour

    private func plan() throws -> DeskPlan {
        let each = Case.all[0]
        return try DeskPlan(
            each.settings(), each.strategies(), symbols: [ImpossibleSplitTests.symbol],
            span: Nanoseconds.minute)
    }

    private func bar(_ price: Price, at minute: Int64 = 0) -> Bar {
        Bar(
            symbol: ImpossibleSplitTests.symbol, span: Nanoseconds.minute,
            openedAt: opened + minute * Nanoseconds.minute, open: price, high: price, low: price,
            close: price,
            volume: Volume(1_000))
    }

    private func split(_ numerator: Int64, _ denominator: Int64) -> CorporateAction {
        CorporateAction(
            symbol: ImpossibleSplitTests.symbol, kind: .split, exAt: opened, knownAt: opened,
            numerator: numerator,
            denominator: denominator)
    }

    private func message(_ body: Body, _ topic: Topic) -> Message {
        Message(topic: topic, number: 1, epoch: 1, sentAt: opened, originAt: opened, body: body)
    }

    private func alarms(_ sent: [Message]) -> [String] {
        sent.compactMap { if case .alarm(let alarm) = $0.body { alarm.explanation } else { nil } }
    }

    @Test(
        "leaves risk with what it knows",
        arguments: [(0, 1, "both would have to be above 0"), (1, 1 << 62, "the price")]
            as [(Int64, Int64, String)])
    func risk(numerator: Int64, denominator: Int64, reason: String) throws {
        var risk = Meshlet.Station<RiskDesk>(try plan().risk)
        risk.take(
            message(bar(Price(units: 1 << 40)).body, .bar("1m", ImpossibleSplitTests.symbol)), at: opened)
        risk.take(
            message(split(numerator, denominator).body, .action(ImpossibleSplitTests.symbol)), at: opened)
        let told = alarms(risk.sent)
        #expect(told.count == 1 && told[0].contains(reason) && told[0].contains("Risk goes on with"))
        // One that can be is no matter for a person.
        risk.take(message(split(2, 1).body, .action(ImpossibleSplitTests.symbol)), at: opened)
        #expect(alarms(risk.sent).count == 1)
    }

    @Test("leaves strategies with the prices as they are")
    func strategies() throws {
        var desk = Meshlet.Station<StrategyDesk>(try plan().strategist())
        desk.take(message(split(3, 1).body, .action(ImpossibleSplitTests.symbol)), at: opened)
        #expect(alarms(desk.sent).isEmpty)
        for (numerator, denominator) in [(Int64(0), Int64(1)), (Int64.max, 1)] {
            desk.take(
                message(split(numerator, denominator).body, .action(ImpossibleSplitTests.symbol)), at: opened)
        }
        let told = alarms(desk.sent)
        #expect(
            told.count == 2 && told[0].contains("above 0") && told[1].contains("one too many for 64 bits"))
        #expect(told.allSatisfy { $0.contains("Strategies see its prices as they are.") })
    }

    @Test("leaves the bars from before it out of the history on which strategies warm up")
    func warmUp() throws {
        var past = PastBars()
        past.bars = (0..<6).map { bar(Price(units: (10 + $0) * 1_000_000), at: $0 * 1_440) }
        var halving = split(2, 1)
        halving.exAt = past.bars[4].openedAt
        var wrong = split(0, 1)
        wrong.exAt = past.bars[2].openedAt
        past.splits = [wrong, halving]
        var faults: [CorporateActionError] = []
        let closes = past.instants(&faults).flatMap(\.bars).map(\.close)
        #expect(closes == [Price(6), Price(6) + Price(units: 500_000), Price(14), Price(15)])
        #expect(faults.map(\.description).count == 1 && faults[0].description.contains("above 0"))

        var desk = Meshlet.Station<StrategyDesk>(try plan().strategist())
        desk.take(message(.answer(Answer(id: "one", bars: past.bars, more: true)), .history), at: opened)
        desk.take(message(wrong.body, .history), at: opened)
        #expect(alarms(desk.sent).isEmpty)
        desk.take(message(.answer(Answer(id: "one")), .historyEnd), at: opened)
        try #require(alarms(desk.sent).count == 1)
        #expect(alarms(desk.sent)[0].contains("Strategies do not warm up on the bars from before it."))
    }

    @Test("leaves an order as it was")
    func orders() throws {
        var orders = WorkingOrders()
        for (id, name) in [("b", "S0"), ("a", "S0"), ("c", "S1")] {
            orders.begin(Order(id: id, symbol: Symbol(name)!, side: .buy, quantity: Quantity(5)))
        }
        let told = orders.apply(split(.max, 1))
        #expect(told.count == 2)
        #expect(
            told[0].hasSuffix("Order a stays as it was.") && told[1].hasSuffix("Order b stays as it was."))
        #expect(orders.orders["a"]?.order.quantity == Quantity(5))
        #expect(orders.apply(split(2, 1)).isEmpty)
        #expect(
            ["a", "b", "c"].map { orders.orders[$0]?.order.quantity } == [
                Quantity(10), Quantity(10), Quantity(5),
            ])
    }
}
