import Domain
import Risk
import Strategies
import Testing

@testable import Backtesting

@Suite struct QuietTests {
    private static let parameters = [("fast", "4"), ("slow", "9"), ("short", "true")]

    /// A run whose risk watches every bar and forbids nothing, so that no time is quiet.
    private func watched(_ settings: BacktestSettings) -> BacktestSettings {
        var settings = settings
        settings.risk.limits = [ScopedLimit(.positions, 1_000_000)]
        return settings
    }

    private func expectSame(_ table: BarTable, _ settings: BacktestSettings) throws {
        let arguments = try Arguments(
            SMACrossover.parameters, given: QuietTests.parameters, of: SMACrossover.name)
        let quiet = try Backtest.run(SMACrossover.self, arguments, on: table, settings)
        let slow = try Backtest.run(SMACrossover.self, arguments, on: table, watched(settings))
        #expect(quiet.fills.count > 1)
        #expect(quiet.ordersHash == slow.ordersHash)
        #expect(quiet.fills == slow.fills)
        #expect(quiet.days == slow.days)
        #expect(quiet.course == slow.course)
        #expect(quiet.maxDrawdown == slow.maxDrawdown)
        #expect(quiet.instants == slow.instants)
        #expect(quiet.instantsHeld == slow.instantsHeld)
        #expect(quiet.finalEquity == slow.finalEquity)
        #expect(quiet.positions.map(\.holding) == slow.positions.map(\.holding))
    }

    /// Minutes of several days, in cents from near nothing up, with gaps in between.
    private func minutes(_ random: inout SplitMix64, symbols: Int, most: Int64) throws -> BarTable {
        var table = BarTable()
        var closes = (0..<symbols).map { _ in Int64(random.next() % UInt64(most)) + 1 }
        var now = CivilDate(2024, 3, 1).midnightUTC
        for _ in 0..<600 {
            now = now + Nanoseconds.minute * Int64(random.next() % 40 == 0 ? 900 + random.next() % 3000 : 1)
            // Several symbols seldom trade in the same minute, all of them.
            for symbol in 0..<symbols where symbols == 1 || random.next() % 4 != 0 {
                let step = max(1, closes[symbol] / 20)
                closes[symbol] = max(1, closes[symbol] + Int64(random.next() % UInt64(2 * step + 1)) - step)
                let price = Markets.cents(closes[symbol])
                table.append(
                    Bar(
                        symbol: try Markets.name(symbol), span: Nanoseconds.minute, openedAt: now,
                        open: price,
                        high: price, low: price, close: price, volume: Volume(1_000_000)),
                    closingAt: now + Nanoseconds.minute)
            }
        }
        return table
    }

    @Test(
        "quiet times taken at once give what bars taken one by one give",
        arguments: [(1, 10_000), (1, 3), (3, 10_000), (5, 200)], [1_000_000, 30])
    func sameByMinutes(market: (symbols: Int, most: Int64), cash: Int64) throws {
        var random = SplitMix64(seed: UInt64(market.most + cash))
        for keepsCourse in [false, true] {
            var settings = BacktestSettings()
            settings.cash = Money(units: cash * Money.scale)
            settings.rules.margin.kind = .unlimited
            settings.keepsCourse = keepsCourse
            try expectSame(
                try minutes(&random, symbols: market.symbols, most: market.most), settings)
        }
    }

    @Test("and so they do by days, with rebalancing and without", arguments: 1...6)
    func sameByDays(seed: UInt64) throws {
        var settings = BacktestSettings()
        settings.rules.margin.kind = .unlimited
        if seed % 2 == 0 {
            settings.allocation.rule = .equalWeight
            settings.allocation.rebalance = .weekly
        }
        try expectSame(try Markets.walk(seed: seed, symbols: seed < 4 ? 1 : 3), settings)
    }
}
