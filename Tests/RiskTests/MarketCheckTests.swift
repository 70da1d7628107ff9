import Domain
import Testing

@testable import Risk

/// Checks that look at the market: its hours, the age of its data, its volume, and its past days.
@Suite struct MarketCheckTests {
    private let monday = Timestamp(seconds: 1_704_724_200)  // 2024-01-08 14:30 UTC: the open in New York

    private func question(
        _ market: MarketBook, at now: Timestamp, side: Side = .buy, quantity: Int = 10, price: Int = 100
    ) -> RiskQuestion {
        RiskQuestion(
            order: Order(side: side, quantity: Quantity(quantity)), instrument: 0, price: Price(price),
            now: now, market: market.lines[0])
    }

    private func book(_ equity: Int = 100_000) -> RiskBook {
        var book = RiskBook(instruments: 2)
        book.update(Account(cash: Money(equity), equity: Money(equity)), at: monday)
        return book
    }

    /// A market of one instrument whose days close at those prices.
    private func market(_ closes: [Int], volume: Int = 1_000, second: [Int] = []) -> MarketBook {
        var market = MarketBook(instruments: 2)
        for (day, close) in closes.enumerated() {
            for (instrument, price) in [(0, close)] + (second.isEmpty ? [] : [(1, second[day])]) {
                market.onBar(
                    high: Price(price), low: Price(price), close: Price(price), volume: Volume(volume),
                    span: Nanoseconds.day, closingAt: Timestamp(seconds: Int64(day) * 86_400),
                    of: instrument)
            }
        }
        return market
    }

    private func minuteBar(at: Timestamp, span: Int64 = Nanoseconds.minute) -> MarketBook {
        var market = MarketBook(instruments: 1)
        market.onBar(
            high: Price(1), low: Price(1), close: Price(1), volume: Volume(1), span: span, closingAt: at,
            of: 0)
        return market
    }

    @Test(
        "a bar that stands in is as old as it was when it came: fresh, young and too old",
        arguments: [
            (0, true), (2, true), (3, false),
        ])
    func standIn(minutes: Int64, passes: Bool) {
        let check = DataAge(intervalsMax: 2, .xnys)
        let closed = monday + 10 * Nanoseconds.minute
        var market = minuteBar(at: closed)
        // It is judged at the data's time, at which no bar is old.
        #expect(check.judge(question(market, at: closed), book()).figure == 0)
        market.onStandIn(cameAt: closed + minutes * Nanoseconds.minute, of: 0)
        let judgement = check.judge(question(market, at: closed), book())
        #expect(judgement.figure == Double(minutes) && (judgement.allowed > .zero) == passes)
        #expect(judgement.explanation.hasSuffix("stands in for one that did not come in time") == !passes)
        // The next bar that comes in time is fresh.
        market.onBar(
            high: Price(1), low: Price(1), close: Price(1), volume: Volume(1), span: Nanoseconds.minute,
            closingAt: closed + Nanoseconds.minute, of: 0)
        #expect(check.judge(question(market, at: closed + Nanoseconds.minute), book()).figure == 0)
    }

    @Test("the age of data is counted in intervals of the bar, while the market is open")
    func age() {
        let check = DataAge(intervalsMax: 2, .xnys)
        func age(_ last: Timestamp, _ now: Timestamp, _ span: Int64) -> Double {
            check.judge(question(minuteBar(at: last, span: span), at: now), book()).figure
        }
        let minute = Nanoseconds.minute
        #expect(age(monday + minute, monday + 4 * minute, minute) == 3)
        // Over night and over the weekend nothing grows older: Friday's close is 21:00 UTC.
        let friday = Timestamp(seconds: 1_704_488_400)
        #expect(age(friday, monday, minute) == 0)
        #expect(age(friday, monday + minute, minute) == 1)
        #expect(age(friday, monday, Nanoseconds.day) == 0)
        let tuesdayClose = Timestamp(seconds: 1_704_834_000)
        #expect(age(friday, tuesdayClose, Nanoseconds.day) == 2)
        #expect(
            DataAge(intervalsMax: 2, .continuous).judge(
                question(minuteBar(at: friday), at: friday + 90 * minute), book()
            ).figure == 90)
    }

    @Test("nothing is added on data that is too old, or on none")
    func stale() {
        let check = DataAge(intervalsMax: 2, .xnys)
        let now = monday + 10 * Nanoseconds.minute
        let old = question(minuteBar(at: monday), at: now)
        #expect(check.judge(old, book()).allowed == .zero)
        #expect(
            check.judge(question(minuteBar(at: now - Nanoseconds.minute), at: now), book()).allowed
                == old.worth)
        #expect(check.judge(question(MarketBook(instruments: 1), at: now), book()).allowed == .zero)
        var holding = book()
        holding.hold(Quantity(10), at: Price(100), of: 0)
        #expect(
            check.judge(question(minuteBar(at: monday), at: now, side: .sell), holding).allowed
                == Money(1_000))
    }

    @Test("orders go out while the market is open, and on the bar that ends its session")
    func hours() {
        let check = MarketHours(.xnys)
        let close = Timestamp(seconds: 1_704_747_600)
        func passes(_ now: Timestamp, span: Int64 = Nanoseconds.minute) -> Bool {
            check.judge(question(minuteBar(at: now, span: span), at: now), book()).allowed.isPositive
        }
        #expect(passes(monday) && passes(close) && passes(close + Nanoseconds.minute))
        #expect(!passes(monday - 1) && !passes(close + 2 * Nanoseconds.minute))
        #expect(!passes(monday - 2 * Nanoseconds.day), "a Saturday")
        #expect(passes(close + 2 * Nanoseconds.minute, span: Nanoseconds.day))
        #expect(
            MarketHours(.continuous).judge(
                question(minuteBar(at: monday), at: monday - Nanoseconds.hour), book()
            ).allowed.isPositive)
    }

    @Test("an order is no more than its share of an average day's volume")
    func liquidity() {
        let check = Liquidity(shareMax: 0.1)
        let known = market(Array(repeating: 100, count: 21), volume: 500)
        #expect(check.judge(question(known, at: monday, quantity: 80), book()).allowed == Money(5_000))
        #expect(check.judge(question(known, at: monday, quantity: 50), book()).allowed == Money(5_000))
        let young = check.judge(
            question(market(Array(repeating: 100, count: 20)), at: monday, quantity: 500), book())
        #expect(young.allowed == Money(50_000) && young.explanation.contains("20 days"))
        var holding = book()
        holding.hold(Quantity(80), at: Price(100), of: 0)
        #expect(
            check.judge(question(known, at: monday, side: .sell, quantity: 80), holding).allowed
                == Money(8_000))
    }

    // MARK: Past days

    /// 100 days, of which the worst lose 10, 9, 8 … %, the others nothing.
    private var falls: MarketBook {
        var market = MarketBook(instruments: 2)
        var price = 1_000_000.0
        for day in 0...101 {
            if day > 0, day % 10 == 0 { price *= 1 - Double(day / 10) / 100 }
            market.onBar(
                high: Price(units: Int64(price)), low: Price(units: Int64(price)),
                close: Price(units: Int64(price)), volume: Volume(1), span: Nanoseconds.day,
                closingAt: Timestamp(seconds: Int64(day) * 86_400), of: 0)
        }
        return market
    }

    private func withScenarios(_ asked: RiskQuestion, _ book: RiskBook, _ market: MarketBook) -> RiskQuestion
    {
        var asked = asked
        asked.scenarios = Scenarios(asked, book, market)
        return asked
    }

    @Test("value at risk and its conditional are read off the past days")
    func tails() throws {
        let market = falls
        #expect(market.lines[0].days.count == 100)
        let asked = withScenarios(question(market, at: monday, quantity: 100), book(), market)
        func figure(_ measure: TailLoss.Measure, _ tail: Double) -> Double {
            TailLoss("", measure, tail: tail, shareMax: 1).judge(asked, book()).figure
        }
        // 10,000 of 100,000: of 100 days the worst five lose 10, 9, 8, 7 and 6 %, the worst one 10 %.
        #expect((figure(.valueAtRisk, 0.05) - 0.006).magnitude < 1e-5)
        #expect((figure(.conditional, 0.05) - 0.008).magnitude < 1e-5)
        #expect((figure(.valueAtRisk, 0.01) - 0.01).magnitude < 1e-5)
        #expect((figure(.conditional, 0.01) - 0.01).magnitude < 1e-5)
    }

    @Test("an order is trimmed to the loss that a bad day may bring, and what makes it smaller passes")
    func tailLimit() {
        let market = falls
        let check = TailLoss("VaR 95 %", .valueAtRisk, tail: 0.05, shareMax: 0.002)
        let asked = withScenarios(question(market, at: monday, quantity: 100), book(), market)
        let allowed = check.judge(asked, book()).allowed
        #expect(allowed > Money(3_320) && allowed <= Money(3_334), "\(allowed)")
        var holding = book()
        holding.hold(Quantity(100), at: Price(100), of: 0)
        let sale = withScenarios(question(market, at: monday, side: .sell, quantity: 50), holding, market)
        #expect(check.judge(sale, holding).allowed == sale.worth)
        let young = question(MarketBook(instruments: 2), at: monday, quantity: 100)
        let blind = check.judge(withScenarios(young, book(), MarketBook(instruments: 2)), book())
        #expect(blind.allowed == young.worth && blind.explanation.contains("60 days"))
    }

    @Test("a position and those that move with it count together; opposite ones too where they move apart")
    func correlation() {
        let zigzag = (0..<80).map { 100 + ($0 * $0 * 7) % 11 }
        let opposite = zigzag.map { 200 - $0 }
        let check = CorrelatedExposure(shareMax: 0.3, correlationMin: 0.8)
        func allowed(_ second: [Int], held: Int, side: Side = .buy) -> Money {
            var book = book()
            book.hold(Quantity(held), at: Price(100), of: 1)
            var asked = question(market(zigzag, second: second), at: monday, side: side, quantity: 200)
            asked.alike = DayHistory.correlation(
                market(zigzag, second: second).lines[0].days, market(zigzag, second: second).lines[1].days,
                days: 60
            ).map { [(1, $0)] }
            return check.judge(asked, book).allowed
        }
        #expect(allowed(zigzag, held: 200) == Money(10_000))
        #expect(allowed(zigzag, held: -200) == Money(20_000))
        #expect(allowed(opposite, held: -200) == Money(10_000))
        #expect(allowed((0..<80).map { 100 + ($0 * 5) % 13 }, held: 200) == Money(20_000))
        #expect(
            check.judge(question(market(zigzag), at: monday), book()).explanation.contains("60 days"))
    }

    @Test("after a month that was wilder than the year positions are smaller by as much")
    func regime() {
        // 200 calm days, then 20 that move ten times as much.
        var closes = (0..<200).map { 10_000 + ($0 % 2) * 10 }
        closes += (0..<22).map { 10_000 + ($0 % 2) * 100 }
        let wild = market(closes)
        let days = wild.lines[0].days
        let ratio = days.deviation(ofLast: 20) / days.deviation(ofLast: days.count)
        #expect(ratio > 2.5 && ratio < 4)
        let check = VolatilityRegime(ratioMax: 1.5, positionMax: 0.5)
        let asked = question(wild, at: monday, quantity: 10, price: 10_000)
        let judgement = check.judge(asked, book())
        #expect(judgement.figure == ratio)
        #expect((Double(judgement.allowed) - 50_000 * 1.5 / ratio).magnitude < 0.01)
        #expect(
            check.judge(question(market((0..<100).map { 100 + $0 % 2 }), at: monday), book()).explanation
                .isEmpty)
    }
}
