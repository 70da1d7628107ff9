import Domain
import Testing

@testable import Exchange

/// The three parts of latency, on quotes and trades.
@Suite struct LatencyTests {
    private let open = TradingCalendar.xnys.session(on: CivilDate(2024, 3, 11))!.open
    private let symbol = SymbolIndex(0)

    private func quote(_ at: Timestamp, _ bid: Int, _ ask: Int) -> Quote {
        Quote(at: at, bid: Price(bid), ask: Price(ask), bidSize: Volume(1_000), askSize: Volume(1_000))
    }

    @Test("each delay is one of those that were measured, and each of them is drawn")
    func measured() {
        var rules = ExchangeRules()
        rules.fill = .quote
        rules.margin.kind = .unlimited
        let samples = [3, 5, 8].map { Int64($0) * Nanoseconds.millisecond }
        rules.latency.order = MeasuredLatency(nanoseconds: samples)
        rules.latency.response = MeasuredLatency(nanoseconds: [Nanoseconds.second, -1])
        var exchange = Exchange(rules: rules, symbols: 1, cash: [.zero])
        var reports: [Report] = []
        var at = open
        exchange.take(quote(at, 99, 101), of: symbol, &reports)
        for _ in 0..<60 {
            let ticket = Ticket(symbol: symbol, side: .buy, quantity: Quantity(1))
            exchange.submit(ticket, at: at, &reports)
            at += 10 * Nanoseconds.millisecond
            exchange.take(quote(at, 99, 101), of: symbol, &reports)
        }
        let fills = reports.filter { $0.kind == .filled }
        #expect(fills.count == 60)
        let delays = Set(fills.map { ($0.at - open) % (10 * Nanoseconds.millisecond) })
        #expect(delays == Set(samples))
        // A measured delay below zero, from clocks that disagree, is none.
        #expect(Set(fills.map { $0.knownAt - $0.at }) == [0, Nanoseconds.second])
    }

    @Test("a distribution has its median, and without spread it is a constant")
    func distribution() {
        var chance = Chance(seed: 7)
        let constant = LogNormalLatency([50, 0])
        #expect((0..<10).allSatisfy { _ in constant.draw(&chance) == 50 * Nanoseconds.millisecond })
        let spread = LogNormalLatency([50, 0.5])
        let draws = (0..<10_001).map { _ in spread.draw(&chance) }.sorted()
        #expect(draws[0] > 0)
        #expect(abs(Double(draws[5_000]) / 5e7 - 1) < 0.03)
        // One standard deviation of the logarithm: 84.1 % lie below 50 ms × e^0.5.
        #expect(abs(Double(draws[8_414]) / (5e7 * 1.648721) - 1) < 0.04)
    }

    @Test("market data is delayed by draws of its own")
    func feed() {
        var rules = ExchangeRules()
        rules.latency.feed = ConstantLatency([20])
        var exchange = Exchange(rules: rules, symbols: 1, cash: [.zero])
        #expect(exchange.feedDelay() == 20 * Nanoseconds.millisecond)
        var none = Exchange(symbols: 1, cash: [.zero])
        #expect(none.feedDelay() == 0)
    }

    @Test(
        "an order cannot trade with what was gone before it arrived, nor be cancelled before the cancellation does"
    )
    func tooLate() {
        var rules = ExchangeRules()
        rules.fill = .quote
        rules.margin.kind = .unlimited
        rules.latency.order = ConstantLatency([100])
        var exchange = Exchange(rules: rules, symbols: 1, cash: [.zero])
        var reports: [Report] = []
        let half = 50 * Nanoseconds.millisecond
        exchange.take(quote(open, 99, 101), of: symbol, &reports)
        let ticket = Ticket(
            symbol: symbol, side: .buy, kind: .limit, quantity: Quantity(1), limit: Price(101))
        let handle = exchange.submit(ticket, at: open, &reports)
        exchange.take(quote(open + half, 100, 102), of: symbol, &reports)
        exchange.take(quote(open + 3 * half, 101, 103), of: symbol, &reports)
        #expect(!reports.contains { $0.kind == .filled })
        exchange.cancel(handle, at: open + 3 * half, &reports)
        // The ask comes to the limit while the cancellation is on its way.
        exchange.take(quote(open + 4 * half, 99, 100), of: symbol, &reports)
        exchange.advance(to: open + 6 * half, &reports)
        #expect(reports.filter { $0.kind == .filled }.map(\.price) == [Price(101)])
        #expect(reports.last?.kind == .cancelRejected)
    }
}
