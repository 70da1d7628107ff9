import Domain
import Testing

@testable import Exchange

/// Margin calls and interest, with figures reckoned by hand.
@Suite struct CarryingTests {
    private static let first = SymbolIndex(0)
    private static let second = SymbolIndex(1)

    private func exchange(_ change: (inout ExchangeRules) -> Void = { _ in }) -> Exchange {
        var rules = ExchangeRules()
        rules.margin.kind = .regulationT
        rules.hours = .continuous
        change(&rules)
        return Exchange(rules: rules, symbols: 2, cash: [Money(10_000)])
    }

    /// A minute at one price, for one symbol.
    private func candle(_ minute: Int, _ price: Int) -> Candle {
        let at = Timestamp(seconds: 1_700_000_000) + Int64(minute) * Nanoseconds.minute
        return Candle(
            openedAt: at, closesAt: at + Nanoseconds.minute, open: Price(price), high: Price(price),
            low: Price(price), close: Price(price), volume: Volume(100_000))
    }

    private func ticket(_ symbol: SymbolIndex, _ side: Side, _ quantity: Int) -> Ticket {
        Ticket(
            tag: 1, symbol: symbol, side: side, timeInForce: .goodTillCancelled, quantity: Quantity(quantity))
    }

    /// Each minute the two symbols have these prices.
    private func play(
        _ exchange: inout Exchange, _ prices: [(Int, Int)], buying orders: [Ticket]
    ) -> [Report] {
        var reports: [Report] = []
        for (minute, price) in prices.enumerated() {
            let at = candle(minute, price.0).closesAt
            exchange.take(candle(minute, price.0), of: CarryingTests.first, &reports)
            exchange.take(candle(minute, price.1), of: CarryingTests.second, &reports)
            if minute == 0 { for order in orders { exchange.submit(order, at: at, &reports) } }
            exchange.advance(to: at, &reports)
        }
        return reports.filter { $0.kind == .filled }
    }

    @Test(
        "equity at a quarter of the worth is enough, a cent below it is not; the largest goes first, and no more"
    )
    func largestFirst() {
        var exchange = exchange()
        // 100 and 90 at 100 cost 19,000: 9,000 are borrowed. At 65 and 65 the equity is 12,350 - 9,000 = 3,350, above
        // 3,087.50. At 60 and 62 it is 11,580 - 9,000 = 2,580, below 2,895: the first, worth 6,000, is closed. The
        // rest is worth 5,580, of which 2,580 is more than a quarter.
        let fills = play(
            &exchange, [(100, 100), (100, 100), (65, 65), (60, 62), (59, 61), (59, 61)],
            buying: [ticket(CarryingTests.first, .buy, 100), ticket(CarryingTests.second, .buy, 90)])
        #expect(fills.count == 3)
        #expect(fills[2].reason == .liquidation && fills[2].symbol == CarryingTests.first)
        #expect(fills[2].side == .sell && fills[2].quantity == Quantity(100) && fills[2].price == Price(59))
        // -9,000 and 5,900 for what was sold.
        #expect(exchange.funds(of: 0).cash == Money(-3_100))
        #expect(exchange.holding(of: 0, in: CarryingTests.second) == Quantity(90))
    }

    @Test("a short position is closed by buying, beyond the price at which a quarter is left")
    func shortSqueeze() {
        var exchange = exchange()
        // 100 sold at 100: cash of 20,000. At 160 the equity is 4,000, a quarter of 16,000 and enough. At 161 it is 3,900
        // and below 4,025. Bought back at 170, 3,000 are left.
        let fills = play(
            &exchange, [(100, 1), (100, 1), (160, 1), (161, 1), (170, 1)],
            buying: [ticket(CarryingTests.first, .sell, 100)])
        #expect(fills.map(\.price) == [Price(100), Price(170)])
        #expect(fills[1].side == .buy && fills[1].reason == .liquidation)
        #expect(exchange.funds(of: 0).cash == Money(3_000))
    }

    @Test("everything goes where nothing less is enough, and a debt stays a debt")
    func everything() {
        var exchange = exchange()
        // 40,000 of stock for 10,000 within a session, four times the equity; it halves at once.
        let fills = play(
            &exchange, [(100, 100), (100, 100), (50, 50), (50, 50)],
            buying: [ticket(CarryingTests.first, .buy, 200), ticket(CarryingTests.second, .buy, 200)])
        #expect(fills.filter { $0.reason == .liquidation }.map(\.symbol.number).sorted() == [0, 1])
        // -30,000 and twice 200 × 50.
        #expect(exchange.funds(of: 0).cash == Money(-10_000))
    }

    @Test(
        "interest: each day of the calendar to the next session, by the rate of the symbol, on shorts alone")
    func interest() throws {
        let calendar = TradingCalendar.xnys
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        rules.borrow.annualRate = 0.36
        rules.borrow.ratesBySymbol = [(symbol: CarryingTests.second, annualRate: 0.72)]
        var exchange = Exchange(rules: rules, symbols: 2, cash: [Money(10_000)])
        var reports: [Report] = []
        // Wednesday before Independence Day 2024, a half day; Thursday is closed.
        for date in [
            CivilDate(2024, 7, 2), CivilDate(2024, 7, 3), CivilDate(2024, 7, 5), CivilDate(2024, 7, 8),
        ] {
            let session = try #require(calendar.session(on: date))
            for symbol in [CarryingTests.first, CarryingTests.second] {
                let at = session.close - Nanoseconds.minute
                exchange.take(
                    Candle(
                        openedAt: at, closesAt: session.close, open: Price(50), high: Price(50),
                        low: Price(50),
                        close: Price(50), volume: Volume(1_000)), of: symbol, &reports)
            }
            if date == CivilDate(2024, 7, 2) {
                exchange.submit(ticket(CarryingTests.first, .sell, 100), at: session.close, &reports)
                exchange.submit(ticket(CarryingTests.second, .sell, 10), at: session.close, &reports)
            }
            exchange.advance(to: session.close, &reports)
        }
        let charges = reports.filter { $0.reason == .borrow }
        // 100 × 50 at 36 % over 360 is 5 a day, 10 × 50 at 72 % is 1 a day: two days to Friday, three to Monday, one.
        #expect(
            charges.map { "\($0.at.dateUTC) \($0.symbol.number) \($0.fee)" } == [
                "2024-07-03 0 10", "2024-07-03 1 2", "2024-07-05 0 15", "2024-07-05 1 3", "2024-07-08 0 5",
                "2024-07-08 1 1",
            ])
    }
}
