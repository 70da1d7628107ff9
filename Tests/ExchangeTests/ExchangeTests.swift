import Domain
import Exchange
import Testing

@Suite("The simulated exchange")
struct ExchangeTests {
    @Test("a market order placed on a bar trades at the open of the next")
    func nextOpen() throws {
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        var exchange = Exchange(rules: rules, symbols: 1)
        var reports: [Report] = []
        let symbol = SymbolIndex(0)
        let open = TradingCalendar.xnys.session(on: CivilDate(2024, 3, 11))!.open
        func candle(_ minute: Int, _ open0: Int, _ high: Int, _ low: Int, _ close: Int) -> Candle {
            let at = open + Int64(minute) * Nanoseconds.minute
            return Candle(
                openedAt: at, closesAt: at + Nanoseconds.minute, open: Price(open0), high: Price(high),
                low: Price(low), close: Price(close), volume: Volume(1_000))
        }
        exchange.take(candle(0, 100, 102, 99, 101), of: symbol, &reports)
        exchange.submit(
            Ticket(tag: 7, symbol: symbol, side: .buy, quantity: Quantity(10)), at: open + Nanoseconds.minute,
            &reports)
        exchange.take(candle(1, 103, 104, 100, 101), of: symbol, &reports)
        #expect(reports.map(\.kind) == [.accepted, .filled])
        #expect(
            reports.last?.price == Price(103) && reports.last?.tag == 7 && reports.last?.remaining == .zero)
        #expect(exchange.workingCount == 0)
    }
}
