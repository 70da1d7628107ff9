import Domain
import Portfolio
import Testing

@Suite("The ledger")
struct LedgerTests {
    static let symbol = SymbolIndex(0)

    static func deal(_ side: Side, _ quantity: Int, at price: Int, fee: Int = 0, strategy: Int = 0) -> Deal {
        Deal(
            symbol: symbol, strategy: strategy, side: side, quantity: Quantity(quantity), price: Price(price),
            fee: Money(fee))
    }

    @Test(
        "a deal closes the lots that the rule names",
        arguments: zip(LedgerRules.LotOrder.allCases, [10, -10, -15]))
    func lotOrder(_ order: LedgerRules.LotOrder, _ profit: Int) throws {
        var rules = LedgerRules()
        rules.lots = order
        var ledger = Ledger(rules: rules, symbols: 1, cash: Money(10_000))
        var closed: [ClosedLot] = []
        // Bought at 10, 12.5 and 12; sold at 11.
        ledger.book(LedgerTests.deal(.buy, 10, at: 10), &closed)
        ledger.book(
            Deal(symbol: LedgerTests.symbol, side: .buy, quantity: Quantity(10), price: try Price("12.5")),
            &closed)
        ledger.book(LedgerTests.deal(.buy, 10, at: 12), &closed)
        ledger.book(LedgerTests.deal(.sell, 10, at: 11), &closed)
        #expect(closed.map(\.profit).first == Money(profit))
        #expect(ledger.books.realised == Money(-profit))
        #expect(ledger.audit() == nil)
    }

    @Test("a deal through zero closes the long and opens a short")
    func throughZero() {
        var ledger = Ledger(symbols: 1, cash: Money(1_000))
        var closed: [ClosedLot] = []
        ledger.book(LedgerTests.deal(.buy, 10, at: 50, fee: 1), &closed)
        ledger.mark(LedgerTests.symbol, at: Price(60))
        #expect(ledger.equity == Money(1_099) && ledger.cash == Money(499) && ledger.long == Money(600))
        ledger.book(LedgerTests.deal(.sell, 30, at: 60, fee: 3), &closed)
        #expect(closed.map(\.profit) == [Money(100)] && closed.map(\.fees) == [Money(2)])
        #expect(ledger.short == Money(-1_200) && ledger.gross == Money(1_200) && ledger.net == Money(-1_200))
        #expect(ledger[LedgerTests.symbol].averagePrice == Price(60) && ledger.equity == Money(1_096))
        ledger.mark(LedgerTests.symbol, at: Price(70))
        #expect(ledger.unrealised == Money(-200) && ledger[LedgerTests.symbol].unrealised == Money(-200))
        #expect(ledger.audit() == nil)
    }

    @Test("drawdown counts from the highest equity at the end of an instant")
    func drawdown() {
        var ledger = Ledger(symbols: 1, cash: Money(1_000))
        var closed: [ClosedLot] = []
        ledger.book(LedgerTests.deal(.buy, 10, at: 100), &closed)
        for (price, highWater, drawdown) in [
            (110, 1_100, 0.0), (99, 1_100, 0.1), (120, 1_200, 0), (114, 1_200, 0.05),
        ] {
            ledger.mark(LedgerTests.symbol, at: Price(price))
            ledger.endInstant()
            #expect(ledger.highWater == Money(highWater) && abs(ledger.drawdown - drawdown) < 1e-12)
        }
        #expect(abs(ledger.deepestDrawdown - 0.1) < 1e-12)
    }

    @Test("dividends credit longs and debit shorts, and each strategy has its own share of everything")
    func shares() throws {
        var ledger = Ledger(symbols: 2, strategies: 2, cash: Money(10_000))
        var closed: [ClosedLot] = []
        ledger.book(LedgerTests.deal(.buy, 100, at: 10, strategy: 0), &closed)
        ledger.book(LedgerTests.deal(.sell, 40, at: 10, strategy: 1), &closed)
        try ledger.apply(CorporateAction(kind: .dividend, amount: Price(1)), to: LedgerTests.symbol, &closed)
        #expect(ledger.cash == Money(9_460) && ledger.books.dividends == Money(-60))
        ledger.mark(LedgerTests.symbol, at: Price(12))
        #expect(ledger.profit(of: 0) == Money(300) && ledger.profit(of: 1) == Money(-120))
        #expect(ledger.equity == Money(10_180))
        ledger.chargeBorrow(Money(5), on: LedgerTests.symbol, strategy: 1)
        #expect(ledger.profit(of: 1, in: LedgerTests.symbol) == Money(-125) && ledger.equity == Money(10_175))
    }

    @Test(
        "what a company paid is divided by what each holds, and is the first one's where nobody does any more"
    )
    func paidDividend() {
        var ledger = Ledger(symbols: 2, strategies: 3, cash: Money(10_000))
        var closed: [ClosedLot] = []
        ledger.book(LedgerTests.deal(.buy, 100, at: 10, strategy: 0), &closed)
        ledger.book(LedgerTests.deal(.sell, 40, at: 10, strategy: 1), &closed)
        ledger.book(LedgerTests.deal(.buy, 200, at: 10, strategy: 2), &closed)
        ledger.creditDividend(shared: Money(100), on: LedgerTests.symbol)
        let parts = (0..<3).map { ledger.attribution(of: $0, in: LedgerTests.symbol).cash }
        #expect(parts == [Money(units: -966_666_667), Money(400), Money(units: -1_933_333_333)])
        #expect(ledger.cash == Money(7_500) && ledger.books.dividends == Money(-100))
        ledger.creditDividend(shared: Money(7), on: SymbolIndex(1))
        #expect(ledger.attribution(of: 0, in: SymbolIndex(1)).cash == Money(7))
        #expect(ledger.audit() == nil)
    }

    @Test(
        "what no strategy has ordered closes what each holds, one after the other; the rest is the first one's"
    )
    func external() {
        var ledger = Ledger(symbols: 1, strategies: 3, cash: Money(10_000))
        var closed: [ClosedLot] = []
        ledger.book(LedgerTests.deal(.sell, 40, at: 10, strategy: 0), &closed)
        ledger.book(LedgerTests.deal(.buy, 100, at: 10, strategy: 1), &closed)
        ledger.book(LedgerTests.deal(.buy, 50, at: 10, strategy: 2), &closed)
        var fill = Fill(
            id: "1", orderId: "external", account: "a", symbol: Symbol("S0")!, side: .sell,
            quantity: Quantity(170), price: Price(12), fee: Money(3))
        let sold = ledger.parts(of: fill, in: LedgerTests.symbol)
        #expect(sold.map(\.strategy) == [1, 2, 0])
        #expect(sold.map(\.fill.quantity) == [Quantity(100), Quantity(50), Quantity(20)])
        #expect(sold.map(\.fill.fee) == [Money(3), .zero, .zero])
        (fill.side, fill.quantity) = (.buy, Quantity(30))
        let bought = ledger.parts(of: fill, in: LedgerTests.symbol)
        #expect(bought.map(\.strategy) == [0] && bought.map(\.fill) == [fill])
    }

    @Test("a fill that is divided moves as much cash as the whole of it")
    func dividedWorth() {
        var ledger = Ledger(symbols: 1, strategies: 3, cash: Money(10_000))
        var closed: [ClosedLot] = []
        let third = Quantity(units: 333_333_333)
        for strategy in 0..<3 {
            var deal = LedgerTests.deal(.buy, 1, at: 10, strategy: strategy)
            deal.quantity = third
            ledger.book(deal, &closed)
        }
        let before = ledger.cash
        let fill = Fill(
            id: "1", orderId: "liquidation", account: "a", symbol: Symbol("S0")!, side: .sell,
            quantity: third + third + third, price: Price(units: 1_000_001))
        for part in ledger.parts(of: fill, in: LedgerTests.symbol) {
            let deal = Deal(
                symbol: LedgerTests.symbol, strategy: part.strategy, side: .sell,
                quantity: part.fill.quantity, price: part.fill.price)
            ledger.book(deal, worth: part.worth, &closed)
        }
        // Each third by itself would be rounded up, to 0.333334.
        #expect(ledger.cash - before == Money(units: 1_000_001))
        #expect(ledger[LedgerTests.symbol].quantity == .zero && ledger.audit() == nil)
    }

    @Test("money that is put in or taken out is no profit and no fall")
    func transfer() {
        var ledger = Ledger(symbols: 1, cash: Money(1_000))
        var closed: [ClosedLot] = []
        ledger.book(LedgerTests.deal(.buy, 100, at: 10), &closed)
        ledger.mark(LedgerTests.symbol, at: Price(9))
        ledger.endInstant()
        #expect(ledger.highWater == Money(1_000) && abs(ledger.drawdown - 0.1) < 1e-12)
        ledger.transfer(Money(1_000))
        #expect(ledger.equity == Money(1_900) && ledger.highWater == Money(2_000))
        #expect(abs(ledger.drawdown - 0.05) < 1e-12)
        ledger.transfer(Money(-1_500))
        ledger.endInstant()
        #expect(ledger.equity == Money(400) && ledger.highWater == Money(500))
        #expect(ledger.cash == Money(-500) && ledger.audit() == nil)
    }

    @Test("a reverse split pays parts of a share out where the rules say so")
    func cashInLieu() throws {
        var rules = LedgerRules()
        rules.fractions = .cashInLieu
        var ledger = Ledger(rules: rules, symbols: 1, cash: Money(10_000))
        var closed: [ClosedLot] = []
        ledger.book(LedgerTests.deal(.buy, 25, at: 10), &closed)
        try ledger.apply(
            CorporateAction(kind: .split, numerator: 1, denominator: 10), to: LedgerTests.symbol, &closed)
        #expect(ledger[LedgerTests.symbol].quantity == Quantity(2) && ledger.cash == Money(9_800))
        #expect(ledger[LedgerTests.symbol].averagePrice == Price(100) && ledger.equity == Money(10_000))
    }

    @Test("a merger swaps shares and pays cash, a new name keeps the lots, an end closes them")
    func endings() throws {
        var ledger = Ledger(symbols: 3, cash: Money(10_000))
        var closed: [ClosedLot] = []
        let (second, third) = (SymbolIndex(1), SymbolIndex(2))
        ledger.book(LedgerTests.deal(.buy, 100, at: 50), &closed)
        try ledger.apply(
            CorporateAction(kind: .merger, numerator: 1, denominator: 2, amount: Price(10)),
            to: LedgerTests.symbol,
            becoming: second, &closed)
        #expect(ledger.cash == Money(6_000) && ledger[second].quantity == Quantity(50))
        #expect(ledger[second].averagePrice == Price(80) && ledger.equity == Money(10_000))
        try ledger.apply(CorporateAction(kind: .symbolChange), to: second, becoming: third, &closed)
        #expect(ledger[third].cost == Money(4_000) && ledger.lots(of: third).count == 1)
        try ledger.apply(CorporateAction(kind: .delisting, amount: Price(2)), to: third, &closed)
        #expect(
            ledger.equity == Money(6_100) && ledger.gross == .zero && closed.last?.profit == Money(-3_900))
        #expect(ledger.audit() == nil)
        #expect(throws: CorporateActionError.self) {
            try ledger.apply(CorporateAction(kind: .split), to: third, &closed)
        }
    }

    @Test("worth without 128 bits is the same figure")
    func worth() throws {
        var generator = SplitMix64(for: "LedgerTests.worth")
        for _ in 0..<20_000 {
            let quantity = Quantity(
                units: Int64(truncatingIfNeeded: generator.next()) >> Int64(generator.below(60)))
            let price = Price(
                units: Int64(truncatingIfNeeded: generator.next()) >> Int64(generator.below(60)))
            let exact = try? Money(of: quantity, at: price)
            #expect(Money.worth(of: quantity, at: price) == exact, "\(quantity) at \(price)")
        }
        // Ties go to the even figure, on both sides of zero.
        for (quantity, even) in [
            (500_000_000, 0), (1_500_000_000, 2), (-500_000_000, 0), (-1_500_000_000, -2),
        ] {
            let worth = Money.worth(of: Quantity(units: Int64(quantity)), at: Price(units: 1))
            #expect(worth == Money(units: Int64(even)))
        }
    }
}
