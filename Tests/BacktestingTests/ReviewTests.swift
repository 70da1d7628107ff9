import Domain
import Exchange
import Strategies
import Testing

@testable import Backtesting
@testable import Portfolio

/// Each warning comes where there is cause, and stays away where there is none: the story without a fault has none.
@Suite struct ReviewTests {
    @Test("a run that gives no cause is left in peace")
    func peace() throws { #expect(try Story().warnings() == []) }

    @Test("too few trades, and too few days")
    func few() throws {
        var story = try Story()
        story.record.trades.removeLast(11)
        #expect(try story.warns("29 closed trades are too few"))
        story.record.days = BacktestRecord.Days(story.record.days.prefix(19))
        #expect(try story.warns("made of 19 days"))
    }

    @Test("one lucky trade, and what would be left without it")
    func lucky() throws {
        var story = try Story()
        let sum = story.record.trades.reduce(Money.zero) { $0 + $1.profit }
        story.record.trades[5].profit = sum
        #expect(try story.warns("one trade (S"))
        #expect(try story.warns("without it they made"))
        for place in story.record.trades.indices where place != 5 {
            story.record.trades[place].profit = Money(-1)
        }
        #expect(try story.warns("without it they lost 39.00"))
    }

    @Test("a gain that nobody has taken yet")
    func open() throws {
        var story = try Story()
        var holding = Holding()
        holding.worth = Money(40_000)
        holding.cost = Money(30_000)
        story.record.positions = [(0, holding)]
        #expect(try !story.warns("still open"))
        holding.cost = Money(10_000)
        story.record.positions = [(0, holding)]
        #expect(try story.warns("of the result is of positions that are still open"))
        holding.worth = Money(90_000)
        story.record.positions = [(0, holding)]
        #expect(try story.warns("all of the gain, and more"))
    }

    @Test("a curve that is flat at the end: not moving, or gaining nothing more")
    func flat() throws {
        var story = try Story()
        let days = story.record.days.count
        for day in (days - 160)..<days {
            story.record.days[day].equity = story.record.days[days - 160].equity
        }
        story.record.finalEquity = story.record.days[days - 1].equity
        #expect(try story.warns("the equity has not moved since"))
        for day in (days - 160)..<days {
            story.record.days[day].equity =
                story.record.days[days - 161].equity - Money(day - days + 161) * 100
        }
        story.record.finalEquity = story.record.days[days - 1].equity
        #expect(try !story.warns("has not moved"))
        #expect(try story.warns("nothing was gained since"))
    }

    @Test("costs that eat the profit, wholly or for the greater part")
    func costs() throws {
        var story = try Story()
        for place in story.record.trades.indices {
            story.record.trades[place].fees = Money(units: story.record.trades[place].profit.units * 2 / 5)
        }
        #expect(try !story.warns("costs ate"))
        for place in story.record.trades.indices {
            story.record.trades[place].fees = Money(units: story.record.trades[place].profit.units * 3 / 5)
        }
        #expect(try story.warns("costs ate 60 % of the profit"))
        for place in story.record.trades.indices {
            story.record.trades[place].fees = story.record.trades[place].profit
        }
        #expect(try story.warns("costs ate the whole profit"))
    }

    @Test("much trading that costs nothing")
    func free() throws {
        var story = try Story()
        for place in story.record.fills.indices {
            story.record.fills[place].fee = .zero
        }
        #expect(try !story.warns("trading costs nothing"))
        for place in story.record.shares.indices { story.record.shares[place].traded = Money(400_000) }
        #expect(try story.warns("trading costs nothing"))
        story.record.fees = Money(1)
        #expect(try !story.warns("trading costs nothing"))
        story.record.fees = .zero
        story.settings.rules.slippage = try Models.slippage("basis_points", [("bps", 5)])
        #expect(try !story.warns("trading costs nothing"))
    }

    @Test("fills at prices that no bar reached, to the advantage of the run or by slippage")
    func prices() throws {
        var story = try Story()
        story.record.fills[0].price = Price(units: 10_000)
        #expect(try story.warns("1 of 80 fills have prices that no bar reached"))
        story = try Story()
        for place in 0..<20 { story.record.fills[place * 2].price += Price(1000) }
        #expect(try !story.warns("slippage puts"))
        story.record.fills[40].price += Price(1000)
        #expect(try story.warns("slippage puts 21 of 80 fills beyond"))
        #expect(try !story.warns("no bar reached"))
    }

    @Test("fills above the volume, and volume that was not looked at")
    func volume() throws {
        var story = try Story()
        story.settings.rules.participation = nil
        #expect(try story.warnings() == [])
        // A bar's volume is a million shares.
        story.record.fills[3].quantity = Quantity(110_000)
        #expect(try story.warns("the largest fill took 11 %"))
        story.settings.rules.participation = 0.2
        #expect(try !story.warns("the largest fill"))
        story.record.fills[3].quantity = Quantity(1_000_001)
        #expect(try story.warns("1 of 80 fills are larger than the volume"))
    }

    @Test("fills at the close of the deciding bar")
    func close() throws {
        var story = try Story()
        story.settings.rules.fill = .close
        #expect(try story.warns("which is optimistic"))
    }

    @Test("a result that is that of one symbol")
    func symbol() throws {
        var story = try Story()
        let best = story.table.symbols[1]
        for place in story.record.shares.indices where story.record.shares[place].instrument == 1 {
            story.record.shares[place].profit += Money(2000)
        }
        #expect(try story.warns("\(best) made"))
    }

    @Test("a result that is that of one month, or could as well be a loss")
    func month() throws {
        var story = try Story()
        let days = story.record.days.count
        for day in 0..<days {
            let drift = Int64(day) * -10_000_000 + (day >= days / 2 ? 30_000_000_000 : 0)
            story.record.days[day].equity = Money(units: 100_000_000_000 + drift)
        }
        story.record.finalEquity = story.record.days[days - 1].equity
        #expect(try story.warns("made the whole result"))
        #expect(try story.warns("histories put together from blocks of its months"))
    }

    @Test("a list of symbols that all survived")
    func survivors() throws {
        #expect(try Story(symbols: 5).warns("survivorship"))
        #expect(try !Story(symbols: 4).warns("survivorship"))
        var story = try Story(symbols: 5)
        let half = story.table.count / 2
        var table = BarTable()
        for row in 0..<story.table.count where row < half || story.table.symbol[row] != 2 {
            table.append(story.table.bar(row), closingAt: Timestamp(nanoseconds: story.table.closesAt[row]))
        }
        story.table = table
        #expect(try !story.warns("survivorship"))
    }

    @Test("the best point of a sweep on the edge of its grid")
    func edge() throws {
        let points = try [5, 10, 15].flatMap { fast in
            try [20, 30, 40].map { slow in
                try Arguments(
                    SMACrossover.parameters, given: [("fast", "\(fast)"), ("slow", "\(slow)")],
                    of: "sma-crossover")
            }
        }
        #expect(GridReview.warnings(best: points[4], among: points) == [])
        #expect(
            GridReview.warnings(best: points[1], among: points).first?.contains("fast=5 is the lowest")
                == true)
        #expect(GridReview.warnings(best: points[8], among: points).count == 2)
        #expect(GridReview.warnings(best: points[0], among: [points[0]]) == [])
    }

    @Test("a strategy that never traded, or could not")
    func idle() throws {
        var story = try Story()
        story.record.orders = []
        #expect(try story.warnings() == ["the strategy never traded"])
        story.record.warmUp = story.record.bars
        #expect(try story.warnings().count == 1 && story.warns("before it says anything"))
    }

    @Test("what risk and the exchange did")
    func hindrances() throws {
        var story = try Story()
        (story.record.rejected, story.record.trimmed, story.record.liquidations) = (1, 2, 3)
        #expect(
            try story.warns("rejected 1 of 80 orders") && story.warns("trimmed 2 of 80")
                && story.warns("3 times"))
    }

    @Test(
        "symbols and the rest add up to the result, to the millionth, and so do strategies", arguments: 1...5)
    func contributions(seed: UInt64) throws {
        var settings = BacktestSettings()
        settings.allocation.rule = .equalWeight
        settings.rules.commission = BasisPointCommission([7])
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "3"), ("slow", "8")], of: "sma-crossover")
        let table = try Markets.walk(seed: seed, symbols: 4)
        let record = try Backtest.run(SMACrossover.self, arguments, on: table, settings)
        #expect(record.positions.count > 0)
        let whole = Contributions(record)
        #expect(whole.other == .zero)
        #expect(whole.symbols.reduce(Money.zero) { $0 + $1.profit } == record.finalEquity - record.cash)
        #expect(whole.symbols.reduce(0) { $0 + $1.trades } == record.trades.count)
        #expect(whole.symbols.reduce(Money.zero) { $0 + $1.fees } == record.fees)
        #expect(whole.strategies.map(\.profit) == [record.finalEquity - record.cash])
        #expect(whole.strategies.map(\.trades) == [record.trades.count])
    }

    @Test("instants are kept where that is asked for and there are few of them")
    func course() throws {
        let arguments = try Arguments(SMACrossover.parameters, of: "sma-crossover")
        let table = try Markets.walk(seed: 1, days: 50)
        var settings = BacktestSettings()
        #expect(try Backtest.run(SMACrossover.self, arguments, on: table, settings).course.isEmpty)
        settings.keepsCourse = true
        let record = try Backtest.run(SMACrossover.self, arguments, on: table, settings)
        #expect(record.course.map(\.equity) == record.days.map(\.equity))
    }
}
