import Domain
import Portfolio
import Testing

@Suite("The ledger, whatever is booked")
struct LedgerPropertyTests {
    @Test("cash and holdings are the equity after every message", arguments: LedgerRules.LotOrder.allCases)
    func identity(_ order: LedgerRules.LotOrder) throws {
        var generator = SplitMix64(for: "LedgerPropertyTests \(order)")
        for _ in 0..<40 { try run(order, &generator) }
    }

    private func run(_ order: LedgerRules.LotOrder, _ generator: inout SplitMix64) throws {
        var rules = LedgerRules()
        rules.lots = order
        if generator.one(in: 2) { rules.fractions = .cashInLieu }
        let symbols = 3
        var ledger = Ledger(rules: rules, symbols: symbols, strategies: 2, cash: Money(100_000))
        var slow = SlowLedger(order, symbols: symbols, cash: Money(100_000))
        // After a split the slow ledger, which knows none, no longer follows; the audit still does.
        var isComparable = true
        var closed: [ClosedLot] = []
        for _ in 0..<200 {
            let symbol = SymbolIndex(generator.below(symbols))
            switch generator.below(12) {
            case 0..<6:
                let isWhole = generator.one(in: 2)
                let deal = Deal(
                    symbol: symbol, strategy: generator.below(2), side: generator.one(in: 2) ? .buy : .sell,
                    quantity: Quantity(
                        units: isWhole
                            ? Int64(1 + generator.below(500)) * Quantity.scale
                            : Int64(1 + generator.below(50_000_000_000))),
                    price: Price(units: Int64(1 + generator.below(500_000_000))),
                    fee: Money(units: Int64(generator.below(5_000_000)) - 500_000))
                ledger.book(deal, &closed)
                slow.book(deal)
            case 6..<9:
                let price = Price(units: Int64(1 + generator.below(500_000_000)))
                ledger.mark(symbol, at: price)
                slow.prices[symbol.number] = price.units
            case 9:
                let amount = Money(units: Int64(generator.below(10_000_000)))
                ledger.chargeBorrow(amount, on: symbol, strategy: generator.below(2))
                slow.cash -= Int128(amount.units)
            case 10:
                let amount = Money(units: Int64(generator.below(100_000_000)) - 50_000_000)
                if generator.one(in: 2) { ledger.deposit(amount) } else { ledger.creditInterest(amount) }
                slow.cash += Int128(amount.units)
            default:
                isComparable = try act(&ledger, symbol, &slow, &generator, &closed) && isComparable
            }
            ledger.endInstant()
            #expect(ledger.audit() == nil)
            if isComparable {
                #expect(
                    Int128(ledger.equity.units) == slow.equity && Int128(ledger.gross.units) == slow.gross)
                #expect(Int128(-ledger.books.realised.units) == slow.realised)
            }
        }
        #expect(ledger.highWater >= ledger.equity)
        if isComparable {
            #expect(closed.reduce(Int128(0)) { $0 + Int128($1.profit.units) } == slow.realised)
        }
    }

    /// A dividend, which the slow ledger understands, or a split, merger or end, which it does not.
    private func act(
        _ ledger: inout Ledger, _ symbol: SymbolIndex, _ slow: inout SlowLedger,
        _ generator: inout SplitMix64, _ closed: inout [ClosedLot]
    ) throws -> Bool {
        let amount = Price(units: Int64(generator.below(3_000_000)))
        if !generator.one(in: 8) {
            try ledger.apply(CorporateAction(kind: .dividend, amount: amount), to: symbol, &closed)
            slow.cash += SlowLedger.rounded(
                slow.quantity(symbol.number) * Int128(amount.units), 1_000_000_000)
            return true
        }
        let ratio = (Int64(1 + generator.below(10)), Int64(1 + generator.below(10)))
        let kind: ActionKind = [.split, .merger, .delisting, .symbolChange][generator.below(4)]
        let other = SymbolIndex((symbol.number + 1) % 3)
        do {
            try ledger.apply(
                CorporateAction(kind: kind, numerator: ratio.0, denominator: ratio.1, amount: amount),
                to: symbol,
                becoming: other, &closed)
        } catch {
            // The other symbol is held already: refused, and nothing has changed.
        }
        return false
    }
}
