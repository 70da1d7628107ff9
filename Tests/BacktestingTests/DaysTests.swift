import CColumns
import Domain
import Portfolio
import Testing

@testable import Backtesting

@Suite struct DaysTests {
    private func day(_ number: Int) -> BacktestRecord.Day {
        BacktestRecord.Day(
            at: Timestamp(nanoseconds: Int64(number) * Nanoseconds.day),
            equity: Money(units: Int64(number) * Money.scale),
            cash: Money(units: Int64(-number)), gross: Money(units: Int64(number) << 40))
    }

    @Test("days are what was added, however much room there was", arguments: [0, 1, 7, 100])
    func growth(room: Int) {
        var days = BacktestRecord.Days()
        days.reserveCapacity(room)
        for number in 0..<100 {
            days.append(day(number))
            #expect(days.count == number + 1 && days.last == day(number))
        }
        #expect(Array(days) == (0..<100).map { day($0) })
        #expect(days.withEquities { Array($0) } == (0..<100).map { Int64($0) * Money.scale })
    }

    @Test("a copy of days stays as it was, and days are equal by what they are")
    func copies() {
        let before = BacktestRecord.Days((0..<5).map { day($0) })
        var after = before
        after[2] = day(7)
        #expect(before[2] == day(2) && after[2] == day(7) && before != after)
        after[2] = day(2)
        #expect(before == after)
        #expect(before != BacktestRecord.Days((0..<4).map { day($0) }))
    }

    @Test("positions of a column of prices are worth what each is worth alone", arguments: 1...60)
    func worths(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        // From less than a share to more than 64 bits suffice for, whole shares and parts of them, owned and owed; halves
        // of a share make ties, which are rounded to even.
        let size = Int64(random.next() >> (1 + random.next() % 44))
        let parts: [Int64] = [0, 500_000_000, Int64(random.next() % 1_000_000_000)]
        let quantity = Quantity(
            units: (size % 3_000_000_000 * Quantity.scale + parts[Int(seed % 3)]) * (seed % 2 == 0 ? 1 : -1))
        let range = 1 + random.next() >> (24 + random.next() % 39)
        let prices = (0..<77).map { _ in Int64(random.next() % range) + 1 }
        var ledger = Ledger(symbols: 1, strategies: 1, cash: Money(units: 1_000_000_000_007))
        var closed: [ClosedLot] = []
        ledger.book(
            Deal(
                symbol: SymbolIndex(0), side: quantity.isNegative ? .sell : .buy,
                quantity: quantity.magnitude,
                price: Price(units: 1)), &closed)
        let (holding, cash) = (ledger[SymbolIndex(0)], ledger.cash)
        let alone = prices.map { Money.worth(of: quantity, at: Price(units: $0)) }
        // What money cannot hold is no test of it.
        guard alone.allSatisfy({ ($0?.magnitude.units ?? .max) < .max - cash.magnitude.units }) else {
            return
        }

        var course = Course(cash: cash)
        var days = BacktestRecord.Days()
        let moments = prices.indices.map { Int64($0) }
        moments.withUnsafeBufferPointer { moments in
            prices.withUnsafeBufferPointer { prices in
                course.keepDays(
                    at: moments, holding: holding, prices: prices.baseAddress!, cash: cash, &days)
            }
        }
        #expect(days.map(\.gross) == alone.compactMap { $0?.magnitude }, "\(quantity), seed \(seed)")
        #expect(days.map(\.equity) == alone.compactMap { $0.map { cash + $0 } }, "\(quantity), seed \(seed)")
        #expect(days.allSatisfy { $0.cash == cash } && days.map(\.at.nanoseconds) == moments)
        #expect(course.instants == 77 && course.instantsHeld == alone.count { $0 != .zero })

        var oneByOne = Course(cash: cash)
        for equity in days.map(\.equity) { oneByOne.look(at: equity) }
        #expect(course.maxDrawdown == oneByOne.maxDrawdown)
    }

    @Test("numbers are gone over in rows of eight while none is above a high", arguments: 0...60)
    func noneAbove(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let numbers = (0..<(7 + Int(seed))).map { _ in Int64(random.next() % 100) - 10 }
        let first = numbers.firstIndex { $0 > 86 } ?? numbers.count
        var low: Int64 = 3
        let seen = tradewind_none_above(numbers, numbers.count, 86, &low)
        #expect(seen == first / 8 * 8)
        #expect(low == min(3, numbers[..<seen].min() ?? 3))
    }

    @Test("where 64 bits may not suffice, a column of worths is refused and nothing is put")
    func tooLarge() {
        let held = tradewind_holding(whole: 3_000_000, part: 1, cash: 0)
        var (equity, gross) = ([Int64](repeating: 7, count: 3), [Int64](repeating: 7, count: 3))
        #expect(tradewind_worths([1, 2, 1_000_000_000_000], 3, held, &equity, &gross) == -1)
        #expect(equity == [7, 7, 7] && gross == [7, 7, 7])
        #expect(tradewind_worths([1, 2, 1_000_000_000], 3, held, &equity, &gross) == 0)
        #expect(equity == [3_000_000, 6_000_000, 3_000_000_000_000_001] && gross == equity)
    }

    @Test(
        "returns are those of each equity against the one before, also where it does not move",
        arguments: 0...40)
    func returns(count: Int) {
        var random = SplitMix64(seed: UInt64(count))
        var record = BacktestRecord(symbols: [], cash: Money(units: 7_000_001))
        var equity = record.cash
        for number in 0..<count {
            // In steps of some days, so that rows of eight are all alike, or all but one.
            if random.next() % 9 == 0 { equity = Money(units: Int64(random.next() % 20_000_000)) }
            if random.next() % 40 == 0 { equity = .zero }
            record.days.append(BacktestRecord.Day(at: .zero, equity: equity, cash: equity, gross: .zero))
            if number % 16 == 15 { equity += Money(units: 1) }
        }
        var right: [Double] = []
        var before = Double(record.cash)
        for day in record.days {
            right.append(before == 0 ? 0 : Double(day.equity) / before - 1)
            before = Double(day.equity)
        }
        #expect(Summary.returns(record) == right)
    }
}
