import Domain
import Exchange
import Strategies
import Testing

@testable import Backtesting

@Suite struct TickTests {
    private let begin = CivilDate(2020, 1, 2).midnightUTC + 15 * Nanoseconds.hour

    /// A quote each second: the bid is 100.00, 100.01, …, the ask 4 cents above.
    private func quotes(_ count: Int) throws -> Market {
        var market = Market()
        let number = Int(market.bars.place(of: try Markets.name(0)))
        for step in 0..<count {
            let bid = Markets.cents(10_000 + Int64(step))
            market.ticks.append(
                Quote(
                    at: begin + Int64(step) * Nanoseconds.second, bid: bid, ask: bid + Markets.cents(4),
                    bidSize: Volume(100_000), askSize: Volume(100_000)), of: number)
        }
        return market
    }

    private func buy(
        _ market: Market, _ change: (inout ExchangeRules) throws -> Void = { _ in }
    ) throws -> BacktestRecord {
        var settings = BacktestSettings()
        settings.rules.fill = .quote
        try change(&settings.rules)
        let arguments = try Arguments(QuoteBuyer.parameters, of: QuoteBuyer.name)
        return try Backtest.run(QuoteBuyer.self, arguments, on: market, settings)
    }

    @Test("what is bought at a quote costs its ask, and is worth what lies between bid and ask")
    func ask() throws {
        let record = try buy(try quotes(10))
        let fill = try #require(record.fills.first)
        #expect(record.fills.count == 1 && record.ticks == 10 && record.instants == 10)
        #expect(fill.price == (try Price("100.06")) && fill.at == begin + 2 * Nanoseconds.second)
        // The last bid is 100.09: 100.11 lies between it and the ask.
        let held = try #require(record.positions.first).holding
        #expect(held.price == (try Price("100.11")))
        #expect(record.finalEquity == record.finalCash + held.price * held.quantity)
    }

    @Test("an order that takes 1.5 s meets the quote that holds when it arrives")
    func orderLatency() throws {
        let record = try buy(try quotes(10)) {
            $0.latency.order = try Models.latency("constant", [("milliseconds", 1500)])
        }
        let fill = try #require(record.fills.first)
        #expect(fill.price == (try Price("100.07")))
        #expect(fill.at == begin + 3500 * Nanoseconds.millisecond)
    }

    @Test("data that take 1.5 s are decided on 1.5 s later")
    func feedLatency() throws {
        let record = try buy(try quotes(10)) {
            $0.latency.feed = try Models.latency("constant", [("milliseconds", 1500)])
        }
        #expect(record.proposedAt == [begin + 3500 * Nanoseconds.millisecond])
        #expect(record.fills.map(\.price) == [try Price("100.07")])
    }

    @Test("a fill that is heard of 1.5 s later is booked then, and at the end at the latest")
    func responseLatency() throws {
        let late = try buy(try quotes(10)) {
            $0.latency.response = try Models.latency("constant", [("milliseconds", 1500)])
        }
        let prompt = try buy(try quotes(10))
        #expect(late.fills.map(\.price) == prompt.fills.map(\.price))
        #expect(late.finalEquity == prompt.finalEquity)
        #expect(late.instantsHeld == prompt.instantsHeld - 2)
        let never = try buy(try quotes(3)) {
            $0.latency.response = try Models.latency("constant", [("milliseconds", 60_000)])
        }
        #expect(never.fills.count == 1 && never.positions.count == 1)
    }

    @Test("no decision knows later quotes: cut off anywhere, what came before stays", arguments: [4, 7, 9])
    func truncation(count: Int) throws {
        let whole = try buy(try quotes(10))
        let part = try buy(try quotes(count))
        #expect(part.fills == whole.fills)
        #expect(part.proposedAt == whole.proposedAt)
    }

    @Test("trades mark what is held where there are trades")
    func trades() throws {
        var market = try quotes(10)
        market.ticks.append(
            Trade(at: begin + 20 * Nanoseconds.second, price: Price(150), size: Volume(1)), of: 0)
        let record = try buy(market)
        #expect(record.positions.first?.holding.price == Price(150))
    }
}
