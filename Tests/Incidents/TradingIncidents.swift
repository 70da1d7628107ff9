import Domain
import Exchange
import Risk
import Testing

/// What has happened to others while they traded.
@Suite("Incidents: while trading")
struct TradingIncidents {
    /// Elsewhere: an exit filled in part and its rest was cancelled. The program counted the position as closed, and a
    /// stub of it stayed for weeks.
    @Test("an exit that is filled in part is gone on with until nothing is left")
    func stub() {
        var house = House()
        house.order(.buy, 10)
        house.counter.trade(0, 10)
        house.run()
        house.step()
        house.say(
            .halt(Halt(account: account, active: true, kind: "manual", reason: "out", flatten: true)),
            on: .halt)
        house.step()
        #expect(house.counter.orders.map(\.order.quantity) == [Quantity(10), Quantity(10)])
        house.counter.trade(1, 6)
        house.counter.end(1, .cancelled)
        house.run()
        house.step()
        house.step()
        #expect(house.counter.orders.last?.order.quantity == Quantity(4))
        #expect(house.counter.orders.count == 3)
        house.counter.trade(2, 4)
        house.run()
        house.step()
        house.step()
        #expect(house.positions.last?.quantity == .zero && house.counter.orders.count == 3)
        #expect(house.counter.held == .zero)
    }

    /// Elsewhere: one switch guarded the whole account by the count of lost trades. One strategy lost, and all others
    /// were stopped in the middle of what they did.
    @Test("a strategy's limit stops that strategy, and no other")
    func otherStrategy() {
        var settings = RiskSettings(.none)
        settings.limits = [ScopedLimit(.lossesInARow, for: .strategy("a"), 2)]
        var house = House(settings, strategies: ["a", "b"])
        house.bar(100)
        // What the other has at work all the while.
        house.propose(.buy, 7, strategy: "b", at: 100)
        house.step()
        for loss in 0..<2 {
            #expect(!house.verdicts.map(\.approved).contains(false))
            house.propose(.buy, 10, strategy: "a", at: 100)
            house.counter.trade(loss * 2 + 1, 10, at: 100)
            house.run()
            house.step()
            house.propose(.sell, 10, strategy: "a", at: 90)
            house.counter.trade(loss * 2 + 2, 10, at: 90)
            house.run()
            house.step()
        }
        #expect(house.fills.map(\.strategy) == ["a", "a", "a", "a"])
        house.forget()
        house.propose(.buy, 5, strategy: "a", at: 90)
        house.propose(.buy, 5, strategy: "b", at: 90)
        house.step()
        #expect(house.verdicts.map(\.order.strategy) == ["a", "b"])
        #expect(house.verdicts.map(\.approved) == [false, true])
        let refusals = house.verdicts[0].checks.filter { !$0.passed }
        #expect(refusals.map(\.name) == ["losses in a row of a"])
        // The other's orders are at the broker, the old one too, and trade.
        #expect(house.halts.isEmpty && house.counter.orders.count == 6)
        #expect(house.counter.orders[0].status == .working && house.counter.orders[5].status == .working)
        house.counter.trade(0, 7)
        house.counter.trade(5, 5)
        house.run()
        house.step()
        #expect(house.fills.map(\.strategy) == ["b", "b"] && house.positions.last?.quantity == Quantity(12))
    }

    /// Elsewhere: a simulation filled orders inside of the bar whose close had brought them about, and every strategy
    /// was rich.
    @Test("no order fills at a price that was there before it")
    func future() {
        var exchange = DeskMachine<ExchangeDesk>(
            ExchangeDesk.Setup(
                account: account, cash: Money(100_000), symbols: [symbol], rules: ExchangeRules()))
        var time = morning
        var reports: [BrokerReport] = []
        func take(_ body: Body, on topic: Topic) {
            var outbox = Outbox()
            exchange.receive(
                Message(topic: topic, number: 1, epoch: 1, sentAt: time, body: body), at: time, &outbox)
            for item in outbox.items {
                if case .brokerReport(let report) = item.body { reports.append(report) }
            }
        }
        func bar(_ open: Int, _ high: Int, _ low: Int, _ close: Int) {
            let opened = time
            time = time + Nanoseconds.minute
            take(
                .bar(
                    Bar(
                        symbol: symbol, span: Nanoseconds.minute, openedAt: opened, open: Price(open),
                        high: Price(high), low: Price(low), close: Price(close), volume: Volume(100_000))),
                on: .bar("1m", symbol))
            take(.step(Step(time: time)), on: Topic("market/step/feed.1"))
        }
        bar(100, 140, 90, 130)
        // The bar had 90 in it. It is known at its close, and 90 is gone.
        take(
            .venueRequest(VenueRequest(verb: .submit, order: House.verdict(.buy, 10).order)),
            on: .venue(account))
        take(.step(Step(time: time)), on: Topic("market/step/feed.1"))
        #expect(reports.allSatisfy { $0.fill == nil })
        let known = time
        bar(135, 150, 120, 125)
        let fills = reports.compactMap(\.fill)
        #expect(fills.map(\.price) == [Price(135)])
        #expect(fills.allSatisfy { $0.at >= known })
    }
}
