import Testing

@testable import Simulation

@Suite("An account at a hostile broker")
struct BrokerSimulationTests {
    @Test(
        "believes nothing wrong, loses and doubles nothing, and keeps its limits",
        arguments: [0] as [UInt64])
    func seeds(part: UInt64) {
        var (orders, fills, faults) = (0, 0, 0)
        for seed in (part * 3)..<(part * 3 + 3) {
            let outcome = BrokerSimulation(seed: seed).run()
            #expect(outcome.violation == nil, "make simulate AT=broker SEED=\(seed)")
            orders += outcome.orders
            fills += outcome.fills
            faults += outcome.faults
        }
        #expect(orders > 10 && fills > 10 && faults > 10)
    }

    /// In this world a power cut takes an approval from risk, and execution gives it back: it is on its way all the same when
    /// the next one is judged.
    @Test("what was taken back after a power cut counts among what is on its way")
    func givenBack() {
        let outcome = BrokerSimulation(seed: 6236).run()
        #expect(outcome.violation == nil && outcome.orders > 3)
    }

    @Test("a seed always does the same")
    func repeats() {
        let (first, second) = (BrokerSimulation(seed: 6).run(), BrokerSimulation(seed: 6).run())
        #expect(first.story == second.story && first.time == second.time && first.looks == second.looks)
    }
}

@Suite("The oracle's ledger")
struct DoubleEntryTests {
    private let share: Int128 = 1_000_000_000
    private let unit: Int128 = 1_000_000

    @Test("closes the oldest shares first, and parts share what they cost to the last millionth")
    func parcels() {
        var books = DoubleEntry(cash: 1_000 * unit)
        books.trade("A", isBuy: true, quantity: 3 * share, price: 10 * unit, fee: unit)
        books.trade("A", isBuy: true, quantity: 2 * share, price: 20 * unit)
        books.trade("A", isBuy: false, quantity: 4 * share, price: 15 * unit)
        #expect(books.realised(of: "A") == 10 * unit)
        #expect(books.quantity(of: "A") == share && books.averagePrice(of: "A") == 20 * unit)
        #expect(books.cash == 1_000 * unit - 30 * unit - unit - 40 * unit + 60 * unit)
        // Sold beyond what is held: the rest is owed.
        books.trade("A", isBuy: false, quantity: 2 * share, price: 25 * unit)
        #expect(books.realised(of: "A") == 15 * unit && books.quantity(of: "A") == -share)
        #expect(books.worths.short == -25 * unit && books.balance == 0)
    }

    @Test("splits, dividends, interest and a new name leave the books in balance")
    func actions() {
        var books = DoubleEntry(cash: 0)
        books.trade("A", isBuy: true, quantity: 3 * share, price: 10 * unit)
        books.split("A", 3, for: 2)
        #expect(books.quantity(of: "A") == 4_500_000_000 && books.averagePrice(of: "A") == 6_666_667)
        books.dividend("A", each: 2 * unit)
        books.charge(unit / 2)
        #expect(books.cash == -30 * unit + 9 * unit - unit / 2)
        books.rename("A", to: "B")
        books.trade("B", isBuy: false, quantity: 4_500_000_000, price: 10 * unit)
        #expect(books.realised(of: "B") == 15 * unit && books.quantity(of: "A") == 0)
        #expect(books.worths == (0, 0) && books.balance == 0)
    }
}
