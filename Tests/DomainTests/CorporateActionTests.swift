import Domain
import Testing

@Suite("Corporate actions")
struct CorporateActionTests {
    static let symbol = Symbol("AAPL")!

    static func position(_ quantity: String, _ average: String) throws -> Position {
        Position(
            symbol: symbol, quantity: try Quantity(quantity), averagePrice: try Price(average),
            marketPrice: try Price(average))
    }

    @Test(
        "a split changes quantity and average price, and leaves the cost",
        arguments: [
            ("100", "500", 4, 1, "400", "125"), ("-100", "500", 4, 1, "-400", "125"),
            ("100", "10", 1, 10, "10", "100"), ("1", "100", 3, 2, "1.5", "66.666667"),
            ("1", "100", 1, 3, "0.333333333", "300"), ("0", "0", 2, 1, "0", "0"),
        ])
    func split(
        quantity: String, average: String, numerator: Int64, denominator: Int64, after: String, price: String
    ) throws {
        var position = try CorporateActionTests.position(quantity, average)
        let action = CorporateAction(
            symbol: CorporateActionTests.symbol, kind: .split, numerator: numerator, denominator: denominator)
        #expect(try position.apply(action) == .zero)
        #expect(position.quantity == (try Quantity(after)))
        #expect(position.averagePrice == (try Price(price)))
        #expect(position.marketPrice == position.averagePrice)
    }

    @Test("a dividend credits longs and debits shorts")
    func dividend() throws {
        let action = CorporateAction(
            symbol: CorporateActionTests.symbol, kind: .dividend, amount: try Price("0.24"))
        for (quantity, cash) in [("150.5", "36.12"), ("-100", "-24"), ("0", "0")] {
            var position = try CorporateActionTests.position(quantity, "187")
            #expect(try position.apply(action) == Money(cash))
            #expect(position == (try CorporateActionTests.position(quantity, "187")))
        }
    }

    @Test("a merger swaps shares and pays cash, a delisting ends the position")
    func endings() throws {
        let other = Symbol("XYZ")!
        var position = try CorporateActionTests.position("100", "50")
        let merger = CorporateAction(
            symbol: CorporateActionTests.symbol, kind: .merger, numerator: 1, denominator: 2,
            amount: Price(10),
            newSymbol: other)
        #expect(try position.apply(merger) == Money(1_000))
        #expect(
            position.symbol == other && position.quantity == Quantity(50)
                && position.averagePrice == Price(80))

        position = try CorporateActionTests.position("-100", "50")
        let delisting = CorporateAction(
            symbol: CorporateActionTests.symbol, kind: .delisting, amount: Price(2))
        #expect(try position.apply(delisting) == Money(-200))
        #expect(position.quantity == .zero && position.realised == Money(4_800))

        position = try CorporateActionTests.position("1", "50")
        let renaming = CorporateAction(
            symbol: CorporateActionTests.symbol, kind: .symbolChange, newSymbol: other)
        #expect(try position.apply(renaming) == .zero)
        #expect(position.symbol == other)
    }

    @Test("a split changes an open order, its stops and what of it was filled")
    func orders() throws {
        var tracked = try OrderTests.order(.partiallyFilled)
        var order = tracked.order
        order.limit = Price(10)
        order.stop = Price(9)
        order.trail = Price(1)
        tracked = TrackedOrder(
            restoring: order, state: tracked.state, fills: tracked.fills, venueOrderId: "v1")
        let action = CorporateAction(
            symbol: CorporateActionTests.symbol, kind: .split, numerator: 2, denominator: 1)
        try tracked.apply(action)
        #expect(tracked.order.quantity == Quantity(200) && tracked.order.limit == Price(5))
        #expect(tracked.order.stop?.units == 4_500_000 && tracked.order.trail?.units == 500_000)
        #expect(tracked.fills.quantity == Quantity(80) && tracked.fills.averagePrice == Price(5))
        #expect(tracked.remaining == Quantity(120) && tracked.status == .partiallyFilled)
    }

    @Test("an action that makes no sense is refused and changes nothing")
    func refused() throws {
        var actions: [CorporateAction] = [
            CorporateAction(symbol: Symbol("MSFT")!, kind: .split, numerator: 2, denominator: 1)
        ]
        for ratio: (Int64, Int64) in [(0, 1), (1, 0), (-2, 1), (.max, 1)] {
            actions.append(
                CorporateAction(
                    symbol: CorporateActionTests.symbol, kind: .split, numerator: ratio.0,
                    denominator: ratio.1))
        }
        actions.append(
            CorporateAction(symbol: CorporateActionTests.symbol, kind: .dividend, amount: Price(-1)))
        actions.append(CorporateAction(symbol: CorporateActionTests.symbol, kind: .dividend, amount: .max))
        actions.append(CorporateAction(symbol: CorporateActionTests.symbol, kind: .symbolChange))
        for action in actions {
            var position = try CorporateActionTests.position("100", "50")
            #expect(throws: CorporateActionError.self, "\(action)") { try position.apply(action) }
            #expect(position == (try CorporateActionTests.position("100", "50")))
        }
    }
}
