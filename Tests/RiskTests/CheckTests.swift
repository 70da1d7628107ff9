import Domain
import Testing

@testable import Risk

@Suite struct CheckTests {
    /// An account of 100,000 that holds 200 of instrument 0 at 100, and is short 100 of instrument 1 at 50.
    private var book: RiskBook {
        var book = RiskBook(instruments: 3)
        book.update(
            Account(cash: Money(85_000), equity: Money(100_000), buyingPower: Money(40_000)),
            at: Timestamp(seconds: 1_000_000))
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
            name: "what a position holds can be sold at once, however much it is",
            check: FatFinger(worthMax: Money(1_000), quantityMax: Quantity(100)), side: .sell, quantity: 200,
            instrument: 0, price: 100, allowed: 20_000),
        Case(
            name: "an order stays within the buying power", check: BuyingPower(shareMax: 0.5), side: .buy,
            quantity: 300, instrument: 2, price: 100, allowed: 20_000),
        Case(
            name: "what reduces a position needs no buying power", check: BuyingPower(shareMax: 0),
            side: .sell, quantity: 200, instrument: 0, price: 100, allowed: 20_000),
        Case(
            name: "no more orders than a minute may have", check: OrdersPerMinute(countMax: 0), side: .buy,
            quantity: 1, instrument: 2, price: 100, allowed: 0),
        Case(
            name: "a restricted symbol is not bought", check: Restricted([2]), side: .buy, quantity: 1,
            instrument: 2, price: 100, allowed: 0),
        Case(
            name: "a restricted symbol that is held can be sold", check: Restricted([0]), side: .sell,
            quantity: 250, instrument: 0, price: 100, allowed: 20_000),
        Case(
            name: "what is hard to borrow is not sold short", check: HardToBorrow([0]), side: .sell,
            quantity: 250, instrument: 0, price: 100, allowed: 20_000),
        Case(
            name: "what is hard to borrow can be bought", check: HardToBorrow([2]), side: .buy, quantity: 1,
            instrument: 2, price: 100, allowed: 100),
        Case(
            name: "a sector counts all of its positions, long and short",
            check: SectorExposure(shareMax: 0.3, sectors: ["tech", "tech", "tech"]), side: .buy,
            quantity: 100, instrument: 2, price: 100, allowed: 5_000),
        Case(
            name: "other sectors do not count",
            check: SectorExposure(shareMax: 0.3, sectors: ["tech", "oil", "oil"]), side: .buy,
            quantity: 300, instrument: 2, price: 100, allowed: 25_000),
        Case(
            name: "where no sector is known none is limited",
            check: SectorExposure(shareMax: 0, sectors: [nil, nil, nil]), side: .buy, quantity: 1,
            instrument: 2, price: 100, allowed: 100),
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
        book.note(asked, asked.order, worth: asked.worth, quantity: asked.quantity)
        book.forget(asked.order.id)
        #expect(check.judge(asked, book).allowed == .zero)
        #expect(check.judge(question(.buy, 6, of: 2, at: 100), book).allowed == Money(600))
        asked = RiskQuestion(
            order: asked.order, instrument: 2, price: Price(100), now: asked.now + Nanoseconds.second)
        #expect(check.judge(asked, book).allowed == Money(500))
    }

    @Test("three lost trades in a row make a pause, and the next session ends it")
    func losses() {
        let check = LossesInARow(countMax: 3)
        var book = book
        let asked = question(.buy, 5, of: 2, at: 100)
        for outcome in [-10, -5, -1] {
            #expect(check.judge(asked, book).allowed == Money(500))
            book.hold(Quantity(5), at: Price(100), of: 2)
            // A round trip may close its lots one by one.
            book.close(Money(outcome), of: 2)
            book.close(Money(outcome), of: 2)
            book.hold(.zero, at: Price(100), of: 2)
        }
        #expect(check.judge(asked, book).allowed == .zero)
        #expect(check.judge(question(.sell, 250, of: 0, at: 100), book).allowed == Money(20_000))
        book.look(at: Money(100_000), at: Timestamp(seconds: 1_000_000) + Nanoseconds.day)
        #expect(check.judge(asked, book).allowed == Money(500))
    }

    @Test("a gain between losses begins the row anew")
    func gains() {
        var book = book
        for outcome in [-10, -5, 1, -1] {
            book.hold(Quantity(5), at: Price(100), of: 2)
            book.close(Money(outcome), of: 2)
            book.hold(.zero, at: Price(100), of: 2)
        }
        #expect(book.day.lossesInARow == 1)
    }

    @Test("at its stop a position loses no more than its share of the equity")
    func lossPerTrade() {
        let check = LossPerTrade(shareMax: 0.004, ranges: 2)
        var asked = question(.buy, 100, of: 2, at: 100)
        asked.stopDistance = Price(8)
        // 0.4 % of 100,000 are 400, which 50 shares lose at 8 each.
        let judgement = check.judge(asked, book)
        #expect(judgement.allowed == Money(5_000))
        #expect(judgement.figure == 0.008)
        asked.stopDistance = nil
        let blind = check.judge(asked, book)
        #expect(blind.allowed == asked.worth && blind.explanation.contains("no stop"))
        // Without a stop it is two average ranges: 14 bars of a range of 2 make 4.
        var market = MarketBook(instruments: 3)
        for day in 0..<14 {
            market.onBar(
                high: Price(101), low: Price(99), close: Price(100), volume: Volume(1), span: Nanoseconds.day,
                closingAt: Timestamp(seconds: Int64(day) * 86_400), of: 2)
        }
        asked.market = market.lines[2]
        #expect(check.judge(asked, book).allowed == Money(10_000))
        asked = question(.buy, 200, of: 2, at: 100)
        asked.market = market.lines[2]
        #expect(check.judge(asked, book).allowed == Money(10_000))
    }

    @Test("below the first rung of the ladder half of the exposure is left")
    func ladder() {
        let check = DrawdownLadder(drawdownMax: 0.1, ofGross: 0.6)
        var book = book
        let asked = question(.buy, 100, of: 2, at: 100)
        let now = Timestamp(seconds: 1_000_000)
        book.update(Account(equity: Money(100_000), highWater: Money(111_000)), at: now)
        #expect(check.judge(asked, book).allowed == asked.worth)
        book.update(Account(equity: Money(100_000), highWater: Money(112_000)), at: now)
        #expect(check.judge(asked, book).allowed == Money(5_000), "25,000 of 30,000 are there")
        #expect(check.judge(question(.sell, 200, of: 0, at: 100), book).allowed == Money(20_000))
    }

    @Test("orders of the last minute count, and older ones do not")
    func ordersPerMinute() {
        let check = OrdersPerMinute(countMax: 2)
        var book = book
        for (second, allowed) in [(0, true), (30, true), (59, false), (60, true)] {
            var order = Order(id: "\(second)", side: .buy, quantity: Quantity(1))
            order.symbol = Symbol("A") ?? Symbol()
            let asked = RiskQuestion(
                order: order, instrument: 2, price: Price(100),
                now: Timestamp(seconds: 1_000_000 + Int64(second)))
            #expect((check.judge(asked, book).allowed == asked.worth) == allowed, "\(second)")
            if allowed { book.note(asked, order, worth: asked.worth, quantity: asked.quantity) }
        }
    }

    @Test("a price too far from the market is refused, of orders that reduce as well")
    func collar() {
        let check = PriceCollar(shareMax: 0.05)
        func judge(_ side: Side, limit: Int?, stop: Int? = nil, bid: Int = 0, ask: Int = 0) -> Judgement {
            var order = Order(side: side, quantity: Quantity(10))
            order.limit = limit.map { Price($0) }
            order.stop = stop.map { Price($0) }
            var market = MarketBook(instruments: 3)
            if bid > 0 { market.onQuote(bid: Price(bid), ask: Price(ask), at: .zero, of: 0) }
            return check.judge(
                RiskQuestion(
                    order: order, instrument: 0, price: Price(100), now: .zero, market: market.lines[0]), book
            )
        }
        #expect(judge(.buy, limit: 105).allowed == Money(1_050))
        #expect(judge(.buy, limit: 106).allowed == .zero)
        #expect(judge(.sell, limit: 94).allowed == .zero)
        #expect(judge(.sell, limit: nil, stop: 94).allowed == .zero)
        #expect(judge(.sell, limit: nil).allowed == Money(1_000))
        // A quote is nearer to the truth than the last trade: the ask for who buys, the bid for who sells.
        #expect(judge(.buy, limit: 109, bid: 100, ask: 110).allowed == Money(1_090))
        #expect(judge(.sell, limit: 109, bid: 100, ask: 110).allowed == .zero)
    }
}
