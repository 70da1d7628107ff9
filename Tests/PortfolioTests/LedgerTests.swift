import Domain
import Portfolio
import Testing

@Suite("The ledger")
struct LedgerTests {
    @Test("a round trip leaves its profit less fees in cash")
    func roundTrip() throws {
        var ledger = Ledger(symbols: 1, cash: Money(1_000))
        var closed: [ClosedLot] = []
        let symbol = SymbolIndex(0)
        ledger.book(
            Deal(symbol: symbol, side: .buy, quantity: Quantity(10), price: Price(50), fee: Money(1)), &closed
        )
        ledger.mark(symbol, at: Price(60))
        #expect(ledger.equity == Money(1_099) && ledger.cash == Money(499) && ledger.long == Money(600))
        ledger.book(
            Deal(symbol: symbol, side: .sell, quantity: Quantity(10), price: Price(60), fee: Money(1)),
            &closed)
        #expect(ledger.equity == Money(1_098) && ledger.cash == Money(1_098) && ledger.gross == .zero)
        #expect(closed.map(\.profit) == [Money(100)] && closed.map(\.fees) == [Money(2)])
    }
}
