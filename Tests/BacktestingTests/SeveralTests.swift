import Domain
import Portfolio
import Strategies
import Testing

@testable import Backtesting

@Suite struct SeveralTests {
    private func crossover(_ fast: Int, _ slow: Int) throws -> Arguments {
        try Arguments(
            SMACrossover.parameters, given: [("fast", "\(fast)"), ("slow", "\(slow)")], of: SMACrossover.name)
    }

    @Test("two strategies with half of the money each do what each would do alone with it", arguments: 1...4)
    func apart(seed: UInt64) throws {
        // One symbol: with several, what a sale brings less than its last price is spent by others all the same.
        // Years enough that the slow one, too, trades again and again whatever the seed.
        let market = Market(try Markets.walk(seed: seed, days: 1500))
        let (quick, slow) = (try crossover(3, 9), try crossover(10, 40))
        let both = try Backtest.run(
            [Participant(SMACrossover.self, quick), Participant(SMACrossover.self, slow)], on: market,
            BacktestSettings())
        var half = BacktestSettings()
        half.cash = Money(50_000)
        let alone = try [quick, slow].map { try Backtest.run(SMACrossover.self, $0, on: market, half) }
        #expect(alone.allSatisfy { $0.fills.count > 5 })
        #expect(both.parts.map(\.label) == ["sma-crossover#1", "sma-crossover#2"])
        // What is held has its worth rounded once: together in the one account, each for itself in the two.
        let last = market.bars.bar(market.bars.count - 1).close
        let held = alone.map { run in run.positions.reduce(Quantity.zero) { $0 + $1.holding.quantity } }
        let apart = alone[0].finalEquity - last * held[0] + alone[1].finalEquity - last * held[1]
        #expect(both.finalEquity == apart + last * (held[0] + held[1]))
        for (number, run) in alone.enumerated() {
            let own = both.fills.filter { $0.strategy == both.parts[number].label }
            #expect(own.map(\.at) == run.fills.map(\.at))
            #expect(own.map(\.quantity) == run.fills.map(\.quantity))
            #expect(own.map(\.price) == run.fills.map(\.price))
            let profit = both.shares.filter { $0.strategy == number }.reduce(Money.zero) { $0 + $1.profit }
            #expect(profit == run.finalEquity - half.cash)
        }
    }

    @Test("what strategies and symbols earned adds up to what the account did, dividends and splits counted")
    func attribution() throws {
        var market = Market(try Scenes.flat([100, 100, 100, 50, 51, 52]))
        market.actions = [try Scenes.split(2, for: 1, on: 3), try Scenes.dividend(Price("0.5"), on: 4)]
        let hold = try Arguments.none(of: "buy-and-hold")
        let record = try Backtest.run(
            [Participant(BuyAndHold.self, hold, weight: 3), Participant(BuyAndHold.self, hold)], on: market,
            BacktestSettings())
        // 750 and 250 shares at 100; 2,000 after the split, each of which earns 2.50.
        #expect(record.parts.map(\.cash) == [Money(75_000), Money(25_000)])
        #expect(record.shares.map(\.profit) == [Money(3750), Money(1250)])
        #expect(record.finalEquity == Money(105_000))
    }

    @Test("a strategy's long and another's short meet in one position, and are told apart all the same")
    func opposite() throws {
        let market = Market(try Scenes.flat([100, 100, 100, 110]))
        var settings = BacktestSettings()
        settings.rules.margin.kind = .unlimited
        let record = try Backtest.run(
            [
                Participant(BuyAndHold.self, try .none(of: "buy-and-hold")),
                Participant(Seller.self, try .none(of: "seller")),
            ], on: market, settings)
        #expect(record.positions.isEmpty)
        #expect(record.shares.map(\.profit) == [Money(5000), Money(-5000)])
        #expect(record.finalEquity == settings.cash)
    }

    @Test("a strategy that asks for days decides at the session's close, one that does not at each bar")
    func spans() throws {
        var market = Market(try Scenes.halfHours(sessions: 3, seed: 5))
        market.makeBars(of: [Nanoseconds.day])
        let hold = try Arguments.none(of: "buy-and-hold")
        let record = try Backtest.run(
            [
                Participant(BuyAndHold.self, hold, span: Nanoseconds.day),
                Participant(BuyAndHold.self, hold),
            ], on: market, BacktestSettings())
        let first = Scenes.sessions[0]
        let byLabel = Dictionary(
            uniqueKeysWithValues: zip(record.orders.map(\.order.strategy), record.proposedAt))
        #expect(byLabel["buy-and-hold#2"] == first.open + 30 * Nanoseconds.minute)
        #expect(byLabel["buy-and-hold#1"] == first.close)
        let daily = try #require(record.fills.first { $0.strategy == "buy-and-hold#1" })
        #expect(daily.at == Scenes.sessions[1].open)
        #expect(daily.price.units == market.bars.open[13])
    }

    @Test("a day made of half hours has their first open, last close, extremes and volume")
    func made() throws {
        var market = Market(try Scenes.halfHours(sessions: 2, seed: 6))
        market.makeBars(of: [Nanoseconds.day])
        #expect(market.longerBars.map(\.at) == Scenes.sessions.prefix(2).map(\.close.nanoseconds))
        let bar = market.longerBars[0].bar
        let rows = (0..<13).map { market.bars.bar($0) }
        #expect(bar.open == rows[0].open && bar.close == rows[12].close)
        #expect(bar.high == rows.map(\.high).max() && bar.low == rows.map(\.low).min())
        #expect(bar.volume == Volume(13_000) && bar.span == Nanoseconds.day)
        #expect(market.spans(of: 0) == [30 * Nanoseconds.minute, Nanoseconds.day])
    }
}
