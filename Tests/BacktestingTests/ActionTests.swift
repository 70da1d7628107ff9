import Domain
import Exchange
import Risk
import Stops
import Strategies
import Testing

@testable import Backtesting

@Suite struct ActionTests {
    private func hold(_ market: Market, _ settings: BacktestSettings) throws -> BacktestRecord {
        try Backtest.run(BuyAndHold.self, .none(of: "buy-and-hold"), on: market, settings)
    }

    private var thousand: BacktestSettings {
        var settings = BacktestSettings()
        settings.cash = Money(1000)
        return settings
    }

    @Test("a split of 2 for 1 doubles what is held, halves its price, and changes nothing that it is worth")
    func split() throws {
        // Bought at 100 on the second day: 10 shares, 20 after the split on the fourth.
        var market = Market(try Scenes.flat([100, 100, 100, 50, 51]))
        market.actions = [try Scenes.split(2, for: 1, on: 3)]
        let record = try hold(market, thousand)
        #expect(record.actions.map(\.held) == [Quantity(10)])
        #expect(record.actions.map(\.after) == [Quantity(20)])
        #expect(record.actions.map(\.cash) == [.zero])
        #expect(record.days.map(\.equity) == [1000, 1000, 1000, 1000, 1020].map { Money($0) })
        #expect(record.positions.map(\.holding.averagePrice) == [Price(50)])
        #expect(record.maxDrawdown == 0)
    }

    @Test("without its action a split would be a crash: the test above can fail")
    func crash() throws {
        let record = try hold(Market(try Scenes.flat([100, 100, 100, 50, 51])), thousand)
        #expect(record.finalEquity == Money(510))
    }

    @Test("a dividend of 0.25 pays 2.50 on 10 shares that are held, on its ex-date")
    func dividend() throws {
        var market = Market(try Scenes.flat([100, 100, 100, 100, 100]))
        market.actions = [try Scenes.dividend(Price("0.25"), on: 3)]
        let record = try hold(market, thousand)
        let paid = try Money("2.50")
        #expect(record.days.map(\.cash) == [Money(1000), .zero, .zero, paid, paid])
        #expect(record.finalEquity == (try Money("1002.50")))
        #expect(record.otherCash == (try Money("2.50")))
    }

    @Test("a dividend is paid by who is short: 10 shares sold at 100 owe 2.50")
    func shortDividend() throws {
        var market = Market(try Scenes.flat([100, 100, 100, 100]))
        market.actions = [try Scenes.dividend(Price("0.25"), on: 2)]
        var settings = thousand
        settings.rules.margin.kind = .unlimited
        let record = try Backtest.run(Seller.self, .none(of: "seller"), on: market, settings)
        #expect(record.positions.map(\.holding.quantity) == [Quantity(-10)])
        #expect(record.finalCash == (try Money("1997.50")))
        #expect(record.finalEquity == (try Money("997.50")))
    }

    @Test("what was bought on the ex-date itself has no claim to the dividend")
    func exDate() throws {
        var market = Market(try Scenes.flat([100, 100, 100]))
        market.actions = [try Scenes.dividend(Price(1), on: 1)]
        #expect(try hold(market, thousand).finalEquity == Money(1000))
        market.actions = [try Scenes.dividend(Price(1), on: 2)]
        #expect(try hold(market, thousand).finalEquity == Money(1010))
    }

    @Test("a delisting ends the position at what is paid for a share")
    func delisting() throws {
        var market = Market(try Scenes.flat([100, 100, 100, 100]))
        var action = try Scenes.dividend(Price(30), on: 3)
        action.action.kind = .delisting
        market.actions = [action]
        let record = try hold(market, thousand)
        #expect(record.positions.isEmpty && record.trades.count == 1)
        #expect(record.finalEquity == Money(300))
    }

    @Test("a stop that rests is split with its shares, and is not triggered by the new price")
    func stop() throws {
        var market = Market(try Scenes.flat([100, 100, 100, 50, 51, 48, 47]))
        market.actions = [try Scenes.split(2, for: 1, on: 3)]
        var settings = thousand
        settings.stops = try StopPlan(rules: ["fixed:5%"], targets: "")
        let record = try hold(market, settings)
        // The stop lies at 95, and then at 47.50: it is reached when the price opens at 47, the last day.
        #expect(record.trades.map(\.closePrice) == [Price(47)])
        #expect(record.trades.map(\.quantity) == [Quantity(20)])
        #expect(record.trades.map(\.closedAt) == [Scenes.sessions[6].open])
    }

    @Test("averages go on over a split: the same decisions as on prices without it", arguments: 1...5)
    func averages(seed: UInt64) throws {
        let plain = try Markets.walk(seed: seed)
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "5"), ("slow", "15")], of: SMACrossover.name)
        let before = try Backtest.run(SMACrossover.self, arguments, on: plain, BacktestSettings())
        #expect(before.fills.count > 10)
        // The day after a purchase: who holds nothing, and is out already, decides the same without the action.
        let bought = try #require(
            before.fills.first { $0.side == .buy && $0.at.nanoseconds >= plain.openedAt[150] })
        let day = try #require((0..<plain.count).first { plain.openedAt[$0] > bought.at.nanoseconds })
        var split = BarTable()
        for row in 0..<plain.count {
            var bar = plain.bar(row)
            if row >= day {
                bar.open = Price(units: bar.open.units / 4)
                bar.high = Price(units: bar.high.units / 4)
                bar.low = Price(units: bar.low.units / 4)
                bar.close = Price(units: bar.close.units / 4)
                bar.volume = bar.volume * 4
            }
            split.append(bar, closingAt: Timestamp(nanoseconds: plain.closesAt[row]))
        }
        var market = Market(split)
        let exAt = EasternTime.moment(on: Timestamp(nanoseconds: plain.openedAt[day]).dateUTC, at: 0)
        market.actions = [
            MarketAction(
                instrument: 0,
                action: CorporateAction(
                    symbol: split.symbols[0], kind: .split, exAt: exAt, knownAt: exAt, numerator: 4,
                    denominator: 1))
        ]
        let after = try Backtest.run(SMACrossover.self, arguments, on: market, BacktestSettings())
        #expect(after.proposedAt == before.proposedAt)
        #expect(after.fills.map(\.at) == before.fills.map(\.at))
        // Shares are billionths: four times as many are cut off elsewhere.
        #expect((after.finalEquity - before.finalEquity).magnitude < (try Money("0.001")))
        let blind = try Backtest.run(SMACrossover.self, arguments, on: split, BacktestSettings())
        #expect((blind.finalEquity - before.finalEquity).magnitude > Money(1000))
    }

    @Test("at the end of every day the equity is the cash and what is held, through splits and dividends")
    func identity() throws {
        let table = try Markets.walk(seed: 11, symbols: 3, days: 250)
        var market = Market(table)
        market.actions = (0..<24).map { number in
            let row = 30 + number * 27
            let exAt = EasternTime.moment(on: Timestamp(nanoseconds: table.openedAt[row]).dateUTC, at: 0)
            let isSplit = number % 3 == 0
            return MarketAction(
                instrument: number % 3 == 2 ? 1 : 0,
                action: CorporateAction(
                    symbol: table.symbols[number % 3 == 2 ? 1 : 0], kind: isSplit ? .split : .dividend,
                    exAt: exAt,
                    knownAt: exAt, numerator: isSplit ? 3 : 0, denominator: isSplit ? 2 : 0,
                    amount: isSplit ? .zero : Price(units: 37_000)))
        }
        var settings = BacktestSettings()
        settings.allocation.rule = .equalWeight
        settings.allocation.rebalance = .weekly
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "3"), ("slow", "8")], of: SMACrossover.name)
        let record = try Backtest.run(SMACrossover.self, arguments, on: market, settings)
        #expect(record.fills.count > 30 && record.actions.contains { $0.cash != .zero })
        var cash = settings.cash
        var held = [Quantity.zero, .zero, .zero]
        var prices = [Price.zero, .zero, .zero]
        var (fills, actions, row) = (record.fills[...], record.actions[...], 0)
        for day in record.days {
            while true {
                let fill = fills.first.map(\.at) ?? .distantFuture
                let action = actions.first.map(\.action.exAt) ?? .distantFuture
                guard min(fill, action) <= day.at else { break }
                if action < fill, let next = actions.popFirst() {
                    #expect(next.held == held[next.instrument])
                    held[next.instrument] = next.after
                    cash += next.cash
                } else if let next = fills.popFirst(), let symbol = table.symbols.firstIndex(of: next.symbol)
                {
                    let worth = next.price * next.quantity
                    cash -= next.side == .buy ? worth : -worth
                    held[symbol] += next.side == .buy ? next.quantity : -next.quantity
                }
            }
            while row < table.count, table.closesAt[row] <= day.at.nanoseconds {
                prices[Int(table.symbol[row])] = Price(units: table.close[row])
                row += 1
            }
            #expect(day.cash == cash, "\(day.at)")
            let worth = zip(held, prices).reduce(Money.zero) { $0 + $1.0 * $1.1 }
            #expect(day.equity == cash + worth, "\(day.at)")
        }
    }

    @Test(
        "no decision knows of splits to come: cut off before or after them, what came before stays",
        arguments: [90, 150, 260])
    func truncation(rows: Int) throws {
        let table = try Markets.walk(seed: 3)
        func run(_ table: BarTable) throws -> BacktestRecord {
            var market = Market(table)
            market.actions = [100, 200].map { row in
                let exAt = EasternTime.moment(
                    on: Scenes.calendarDay(Timestamp(nanoseconds: Scenes.walkOpens(row))), at: 0)
                return MarketAction(
                    instrument: 0,
                    action: CorporateAction(
                        symbol: table.symbols[0], kind: .split, exAt: exAt, knownAt: exAt, numerator: 2,
                        denominator: 1))
            }
            let arguments = try Arguments(
                SMACrossover.parameters, given: [("fast", "5"), ("slow", "15")], of: SMACrossover.name)
            return try Backtest.run(SMACrossover.self, arguments, on: market, BacktestSettings())
        }
        let (whole, part) = (try run(table), try run(table.prefix(rows)))
        #expect(part.fills.count > 3)
        #expect(whole.fills.starts(with: part.fills))
        #expect(whole.days.starts(with: part.days))
        #expect(whole.actions.starts(with: part.actions))
    }
}
