import Domain
import Exchange
import Strategies
import Testing

@testable import Backtesting

@Suite struct BacktestTests {
    private func crossover(
        _ table: BarTable, fast: Int = 5, slow: Int = 15, _ settings: BacktestSettings = BacktestSettings()
    ) throws -> BacktestRecord {
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "\(fast)"), ("slow", "\(slow)")], of: SMACrossover.name)
        return try Backtest.run(SMACrossover.self, arguments, on: table, settings)
    }

    @Test("the same data and settings give the same orders and fills, and other data give others")
    func repeats() throws {
        let first = try crossover(try Markets.walk(seed: 1))
        #expect(first.fills.count > 10)
        #expect(try crossover(try Markets.walk(seed: 1)).ordersHash == first.ordersHash)
        #expect(try crossover(try Markets.walk(seed: 2)).ordersHash != first.ordersHash)
    }

    @Test(
        "no decision knows the future: cut off anywhere, the days before stay as they were",
        arguments: [50, 133, 271])
    func truncation(days: Int) throws {
        let table = try Markets.walk(seed: 3, symbols: 3)
        let whole = try crossover(table)
        let part = try crossover(table.prefix(days * 3))
        #expect(part.fills.count > 0)
        #expect(whole.fills.starts(with: part.fills))
        #expect(whole.days.starts(with: part.days))
        #expect(zip(part.orders, whole.orders).allSatisfy { $0.order == $1.order })
    }

    @Test(
        "at the end of every day the equity is the cash and what is held at its last price", arguments: 1...10
    )
    func identity(seed: UInt64) throws {
        var settings = BacktestSettings()
        settings.allocation.rule = .equalWeight
        settings.allocation.rebalance = .weekly
        let table = try Markets.walk(seed: seed, symbols: 4, days: 120)
        let record = try crossover(table, fast: 3, slow: 8, settings)
        #expect(record.fills.count > 20)
        var cash = settings.cash
        var held = Array(repeating: Quantity.zero, count: 4)
        var prices = Array(repeating: Price.zero, count: 4)
        var fills = record.fills[...]
        var row = 0
        for day in record.days {
            while row < table.count, table.closesAt[row] <= day.at.nanoseconds {
                prices[Int(table.symbol[row])] = Price(units: table.close[row])
                row += 1
            }
            while let fill = fills.first, fill.at <= day.at {
                let symbol = try #require(table.symbols.firstIndex(of: fill.symbol))
                let worth = fill.price * fill.quantity
                cash -= (fill.side == .buy ? worth : -worth) + fill.fee
                held[symbol] += fill.side == .buy ? fill.quantity : -fill.quantity
                fills.removeFirst()
            }
            #expect(day.cash == cash, "seed \(seed), \(day.at)")
            let worth = zip(held, prices).reduce(Money.zero) { $0 + $1.0 * $1.1 }
            #expect(day.equity == cash + worth, "seed \(seed), \(day.at)")
        }
    }

    @Test("a fill is at the open of a bar after the one that was decided on")
    func nextOpen() throws {
        let table = try Markets.walk(seed: 5)
        let record = try crossover(table)
        for (place, fill) in record.fills.enumerated() {
            let decided = record.proposedAt[place]
            let row = try #require((0..<table.count).first { table.openedAt[$0] >= decided.nanoseconds })
            #expect(fill.price.units == table.open[row])
        }
    }

    @Test("the close of the deciding bar is used only where that is asked for")
    func close() throws {
        var settings = BacktestSettings()
        settings.rules.fill = .close
        let table = try Markets.walk(seed: 5)
        let record = try crossover(table, settings)
        #expect(record.fills.count > 10)
        for (place, fill) in record.fills.enumerated() {
            let row = try #require(
                (0..<table.count).first { table.closesAt[$0] == record.proposedAt[place].nanoseconds })
            #expect(fill.price.units == table.close[row])
        }
    }

    @Test("a preset of risk trims and says so; none lets everything through")
    func risk() throws {
        var settings = BacktestSettings()
        let table = try Markets.walk(seed: 7)
        #expect(try crossover(table, settings).trimmed == 0)
        settings.risk = .dynamic
        let record = try crossover(table, settings)
        #expect(record.trimmed > 0 && record.interventions.contains { $0.check == "position size" })
        #expect(
            record.reasons.contains {
                $0.contains("trimmed: the position would be more than 20 % of the equity")
            })
        for fill in record.fills where fill.side == .buy {
            #expect(fill.price * fill.quantity <= Money(25_000))
        }
    }

    @Test("costs are taken from the equity, to the millionth")
    func costs() throws {
        var settings = BacktestSettings()
        settings.rules.commission = BasisPointCommission([20])
        let record = try crossover(try Markets.walk(seed: 9), settings)
        var fees = Money.zero
        for fill in record.fills {
            #expect(fill.fee == (try (fill.price * fill.quantity).scaled(20, over: 10_000)))
            fees += fill.fee
        }
        #expect(record.fees == fees && fees.isPositive)
    }
}
