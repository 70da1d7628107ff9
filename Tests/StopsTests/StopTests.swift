import Domain
import Testing

@testable import Stops

@Suite struct StopTests {
    private func book(_ rules: [String], _ targets: String? = nil, lot: Quantity = Quantity(1)) throws
        -> StopBook
    {
        StopBook(try StopPlan(rules: rules, targets: targets), instruments: 2, lot: lot)
    }

    private func bar(_ book: inout StopBook, _ high: Int, _ low: Int, _ close: Int) {
        book.onBar(high: Price(high), low: Price(low), close: Price(close), of: 0)
    }

    private func price(_ text: String) throws -> Price { try Price(text) }

    @Test("a fixed stop lies at its distance from the entry, on the losing side")
    func fixed() throws {
        var book = try book(["fixed:5%"])
        book.onPosition(Quantity(10), average: Price(200), of: 0)
        #expect(book.takeStale() == [0])
        #expect(book.legs(of: 0) == [.init(quantity: Quantity(10), stop: .init(price: Price(190)))])
        bar(&book, 300, 190, 290)
        #expect(book.takeStale().isEmpty, "it does not follow the price")
        #expect(book.legs(of: 0).first?.stop?.price == Price(190))
        book.onPosition(Quantity(-10), average: Price(200), of: 0)
        #expect(book.legs(of: 0).first?.stop?.price == Price(210))
        book.onPosition(.zero, average: .zero, of: 0)
        #expect(book.legs(of: 0).isEmpty)
        var amount = try self.book(["fixed:2.50"])
        amount.onPosition(Quantity(10), average: Price(200), of: 0)
        #expect(try amount.legs(of: 0).first?.stop?.price == price("197.50"))
    }

    @Test("a trailing stop goes on from the best price since the entry")
    func trailing() throws {
        var book = try book(["trailing:10%"])
        book.onPosition(Quantity(10), average: Price(100), of: 0)
        #expect(book.legs(of: 0).first?.stop == .init(price: Price(90), trailShare: 0.1))
        bar(&book, 150, 120, 130)
        #expect(book.legs(of: 0).first?.stop == .init(price: Price(135), trailShare: 0.1))
        bar(&book, 140, 130, 130)
        #expect(book.legs(of: 0).first?.stop?.price == Price(135), "never back")
        #expect(book.takeStale() == [0], "at the exchange it follows by itself")
        var short = try self.book(["trailing:2"])
        short.onPosition(Quantity(-10), average: Price(100), of: 0)
        bar(&short, 95, 80, 90)
        #expect(short.legs(of: 0).first?.stop == .init(price: Price(82), trail: Price(2)))
    }

    @Test("a stop by the range uses that of the entry")
    func ranges() throws {
        var book = try book(["atr:3"])
        book.onPosition(Quantity(10), average: Price(100), of: 0)
        #expect(book.legs(of: 0).isEmpty, "no range is known")
        #expect(book.distance(from: Price(100), of: 0) == nil)
        book.onPosition(.zero, average: .zero, of: 0)
        for _ in 0..<14 { bar(&book, 101, 99, 100) }
        #expect(book.distance(from: Price(100), of: 0) == Price(6))
        book.onPosition(Quantity(10), average: Price(100), of: 0)
        #expect(book.legs(of: 0).first?.stop == .init(price: Price(94)))
        for _ in 0..<30 { bar(&book, 110, 90, 100) }
        #expect(book.legs(of: 0).first?.stop == .init(price: Price(94)))
    }

    @Test("at break-even the stop moves to the entry, and the tightest rule holds")
    func breakEven() throws {
        var book = try book(["fixed:10%", "breakeven:5%"])
        book.onPosition(Quantity(10), average: Price(100), of: 0)
        _ = book.takeStale()
        bar(&book, 104, 99, 103)
        #expect(book.takeStale().isEmpty && book.legs(of: 0).first?.stop?.price == Price(90))
        bar(&book, 105, 99, 103)
        #expect(book.takeStale() == [0] && book.legs(of: 0).first?.stop?.price == Price(100))
        bar(&book, 90, 80, 85)
        #expect(book.legs(of: 0).first?.stop?.price == Price(100), "it stays there")
        var trailing = try self.book(["trailing:10%", "breakeven:5%"])
        trailing.onPosition(Quantity(10), average: Price(100), of: 0)
        bar(&trailing, 106, 99, 103)
        #expect(trailing.legs(of: 0).first?.stop == .init(price: Price(100), trailShare: 0.1))
    }

    @Test("after its bars a position is overdue, and a new one counts anew")
    func time() throws {
        var book = try book(["time:3"])
        book.onPosition(Quantity(10), average: Price(100), of: 0)
        for isOver in [false, false, true] {
            #expect(!book.isOverdue(0))
            bar(&book, 101, 99, 100)
            #expect(book.isOverdue(0) == isOver)
        }
        book.onPosition(.zero, average: .zero, of: 0)
        #expect(!book.isOverdue(0))
        book.onPosition(Quantity(-5), average: Price(100), of: 0)
        #expect(!book.isOverdue(0) && book.legs(of: 0).isEmpty)
    }

    @Test("a ladder of targets divides the position, each with its share of the stop")
    func ladder() throws {
        var book = try book(["fixed:5%"], "5%:50%,10%:25%")
        book.onPosition(Quantity(10), average: Price(100), of: 0)
        let stop = StopBook.Stop(price: Price(95))
        #expect(
            book.legs(of: 0) == [
                .init(quantity: Quantity(5), stop: stop, target: (Price(105), 0)),
                .init(quantity: Quantity(2), stop: stop, target: (Price(110), 1)),
                .init(quantity: Quantity(3), stop: stop),
            ])
        book.onTarget(0, Quantity(4), of: 0)
        book.onPosition(Quantity(6), average: Price(100), of: 0)
        #expect(
            book.legs(of: 0) == [
                .init(quantity: Quantity(1), stop: stop, target: (Price(105), 0)),
                .init(quantity: Quantity(2), stop: stop, target: (Price(110), 1)),
                .init(quantity: Quantity(3), stop: stop),
            ])
        // Something else sold nearly all: no more is offered than there is.
        book.onPosition(Quantity(2), average: Price(100), of: 0)
        #expect(book.legs(of: 0).reduce(.zero) { $0 + $1.quantity } == Quantity(2))
        var whole = try self.book([], "5%:33%,10%:67%")
        whole.onPosition(Quantity(-10), average: Price(100), of: 0)
        #expect(
            whole.legs(of: 0) == [
                .init(quantity: Quantity(3), target: (Price(95), 0)),
                .init(quantity: Quantity(7), target: (Price(90), 1)),
            ])
    }

    @Test("what is added moves the entry, and a split moves everything")
    func changes() throws {
        var book = try book(["fixed:10%"])
        book.onPosition(Quantity(10), average: Price(100), of: 0)
        book.onPosition(Quantity(20), average: Price(110), of: 0)
        #expect(book.legs(of: 0) == [.init(quantity: Quantity(20), stop: .init(price: Price(99)))])
        book.onSplit(2, for: 1, of: 0)
        #expect(
            try book.legs(of: 0) == [.init(quantity: Quantity(40), stop: .init(price: price("49.50")))])
    }

    @Test("prices of orders are whole cents")
    func ticks() throws {
        #expect(try StopBook.tick(price("10.123456")) == price("10.12"))
        #expect(try StopBook.tick(price("0.123456")) == price("0.1235"))
    }

    @Test(
        "what is no stop or target is refused with a sentence",
        arguments: [
            ("trialing:5%", "", "there is no stop trialing"), ("fixed", "", "has no figure: fixed:5%"),
            ("fixed:", "", "has no figure"), ("fixed:5x", "", "no distance: 5%, 2.50 or 3atr"),
            ("fixed:-5%", "", "no distance"), ("fixed:100%", "", "less than 100%"),
            ("time:0", "", "whole number of bars"), ("time:5%", "", "whole number of bars"),
            ("", "5%:60%,10%:60%", "more than the whole"), ("", "5%:0%", "no share"),
            ("", "5%:50", "no share"), ("", "5%:50%:1", "no target"), ("", "x:50%", "no distance"),
        ])
    func refusals(rule: String, targets: String, sentence: String) {
        #expect { try StopPlan(rules: rule.isEmpty ? [] : [rule], targets: targets) } throws: {
            "\($0)".contains(sentence)
        }
    }
}
