import Domain
import Testing

@testable import Risk

@Suite struct CheckTests {
    /// An account of 100,000 that holds 200 of instrument 0 at 100, and is short 100 of instrument 1 at 50.
    private var book: RiskBook {
        var book = RiskBook(instruments: 3)
        book.update(
            Account(cash: Money(85_000), equity: Money(100_000)), at: Timestamp(seconds: 1_000_000))
        book.update(Position(quantity: Quantity(200), marketPrice: Price(100)), of: 0)
        book.update(Position(quantity: Quantity(-100), marketPrice: Price(50)), of: 1)
        return book
    }

    private func question(_ side: Side, _ quantity: Int, of instrument: Int, at price: Int) -> RiskQuestion {
        RiskQuestion(
            order: Order(side: side, quantity: Quantity(quantity)), instrument: instrument,
            price: Price(price), now: Timestamp(seconds: 1_000_000))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var check: any RiskCheck
        var side: Side
        var quantity: Int
        var instrument: Int
        var price: Int
        var allowed: Int
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "a position below its limit passes", check: PositionSize(shareMax: 0.3), side: .buy,
            quantity: 50, instrument: 0, price: 100, allowed: 5_000),
        Case(
            name: "a position is trimmed to its limit", check: PositionSize(shareMax: 0.3), side: .buy,
            quantity: 150, instrument: 0, price: 100, allowed: 10_000),
        Case(
            name: "a position at its limit gets nothing more", check: PositionSize(shareMax: 0.2), side: .buy,
            quantity: 1, instrument: 0, price: 100, allowed: 0),
        Case(
            name: "what reduces a position is never held back", check: PositionSize(shareMax: 0.01),
            side: .sell, quantity: 200, instrument: 0, price: 100, allowed: 20_000),
        Case(
            name: "beyond zero the other side counts as new", check: PositionSize(shareMax: 0.1), side: .sell,
            quantity: 400, instrument: 0, price: 100, allowed: 30_000),
        Case(
            name: "gross counts longs and shorts", check: GrossExposure(shareMax: 0.3), side: .buy,
            quantity: 100, instrument: 2, price: 100, allowed: 5_000),
        Case(
            name: "buying back a short reduces gross", check: GrossExposure(shareMax: 0.1), side: .buy,
            quantity: 100, instrument: 1, price: 50, allowed: 5_000),
        Case(
            name: "shorts have a limit of their own", check: ShortShare(shareMax: 0.5, ofGross: 0.2),
            side: .sell, quantity: 200, instrument: 2, price: 100, allowed: 5_000),
        Case(
            name: "selling what is held is no short", check: ShortShare(shareMax: 0.5, ofGross: 0.1),
            side: .sell, quantity: 200, instrument: 0, price: 100, allowed: 20_000),
        Case(
            name: "one position too many is refused", check: PositionCount(countMax: 2), side: .buy,
            quantity: 1, instrument: 2, price: 100, allowed: 0),
        Case(
            name: "adding to a position makes no new one", check: PositionCount(countMax: 2), side: .buy,
            quantity: 1, instrument: 0, price: 100, allowed: 100),
        Case(
            name: "the reserve stays in cash", check: CashReserve(shareMin: 0.8), side: .buy, quantity: 100,
            instrument: 2, price: 100, allowed: 5_000),
        Case(
            name: "an order that looks like a mistake is refused",
            check: FatFinger(worthMax: Money(1_000), quantityMax: Quantity(1_000)), side: .buy, quantity: 11,
            instrument: 2, price: 100, allowed: 0),
        Case(
            name: "so is one of too many shares",
            check: FatFinger(worthMax: Money(1_000), quantityMax: Quantity(1_000)), side: .buy,
            quantity: 1_001, instrument: 2, price: 0, allowed: 0),
        Case(
            name: "no more trades than a day may have", check: TradesPerDay(countMax: 0), side: .buy,
            quantity: 1, instrument: 2, price: 100, allowed: 0),
        Case(
            name: "a position can be left after the last trade of the day", check: TradesPerDay(countMax: 0),
            side: .sell, quantity: 250, instrument: 0, price: 100, allowed: 20_000),
    ]

    @Test("each check lets through what its limit allows", arguments: cases)
    func limits(each: Case) {
        let question = question(each.side, each.quantity, of: each.instrument, at: each.price)
        let judgement = each.check.judge(question, book)
        #expect(judgement.allowed == Money(each.allowed), "\(judgement)")
    }

    @Test("a day that lost too much adds nothing, and the next day begins anew")
    func dailyDrawdown() {
        let check = DailyDrawdown(shareMax: 0.02)
        var book = book
        let now = Timestamp(seconds: 1_000_000)
        book.update(Account(cash: Money(85_000), equity: Money(97_900)), at: now)
        #expect(check.judge(question(.buy, 1, of: 2, at: 100), book).allowed == .zero)
        #expect(check.judge(question(.sell, 250, of: 0, at: 100), book).allowed == Money(20_000))
        book.update(Account(cash: Money(85_000), equity: Money(97_900)), at: now + Nanoseconds.day)
        #expect(check.judge(question(.buy, 1, of: 2, at: 100), book).allowed == Money(100))
    }

    @Test("the same order within the span is a duplicate, and another one is not")
    func duplicate() {
        let check = DuplicateOrder(within: Nanoseconds.second)
        var book = book
        var asked = question(.buy, 5, of: 2, at: 100)
        book.note(asked.order, worth: asked.worth, of: 2, at: asked.now)
        #expect(check.judge(asked, book).allowed == .zero)
        #expect(check.judge(question(.buy, 6, of: 2, at: 100), book).allowed == Money(600))
        asked.now += Nanoseconds.second
        #expect(check.judge(asked, book).allowed == Money(500))
    }
}
