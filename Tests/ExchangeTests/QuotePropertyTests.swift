import Domain
import Testing

@testable import Exchange

@Suite("The exchange on quotes and trades, whatever is ordered")
struct QuotePropertyTests {
    private let symbol = SymbolIndex(0)

    @Test(
        "no price better than is quoted, no more than is shown, nothing at a touch without a queue, nothing lost"
    )
    func anything() {
        var generator = SplitMix64(for: "QuotePropertyTests")
        var fills = 0
        for _ in 0..<200 {
            let seed = generator.next()
            let first = run(seed)
            #expect(first == run(seed), "the same run twice, seed \(seed)")
            fills += first.count { $0.kind == .filled }
        }
        #expect(fills > 1_000, "a test without fills proves nothing")
    }

    private func run(_ seed: UInt64) -> [Report] {
        var generator = SplitMix64(seed: seed)
        var rules = ExchangeRules()
        rules.fill = .quote
        rules.margin.kind = .unlimited
        rules.participation = generator.one(in: 2) ? 1 : 0.3
        rules.queue = [NoQueue(), VolumeQueue(), RiskAverseQueue()][generator.below(3)] as any QueueModel
        let hasQueue = rules.queue.tradesAtTouch
        if generator.one(in: 3) { rules.latency.order = ConstantLatency([700]) }
        var exchange = Exchange(rules: rules, symbols: 1, cash: [.zero])
        var all: [Report] = []
        var tickets: [Ticket] = []
        var handles: [OrderHandle] = []
        var traded: [Quantity] = []
        var ended: [Quantity] = []
        var now = TradingCalendar.xnys.session(on: CivilDate(2024, 3, 11))!.open
        var middle = 10_000 as Int64
        var quote = Quote()
        /// What may still be taken of each side of the quote in force, in billionths.
        var shown: [Side: Int64] = [:]

        for _ in 0..<150 {
            now += Int64(generator.below(1_000)) * Nanoseconds.millisecond
            var reports: [Report] = []
            var trade: Trade?
            /// The orders that wait at their limit when a trade comes, by their tags.
            var waiting: Set<UInt64> = []
            switch generator.below(4) {
            case 0, 1:
                // An order that is on its way meets the old quote before the new one comes.
                exchange.advance(to: now, &reports)
                check(reports, quote, nil, [], &shown, tickets, hasQueue, seed)
                count(reports, &traded, &ended)
                all += reports
                reports = []
                middle += Int64(generator.below(5)) - 2
                let half = Int64(1 + generator.below(3))
                quote = Quote(
                    at: now, bid: Price(units: (middle - half) * 10_000),
                    ask: Price(units: (middle + half) * 10_000),
                    bidSize: Volume(1 + generator.below(300)), askSize: Volume(1 + generator.below(300)))
                let share = rules.participation == 1 ? 10 : 3
                shown[.buy] = quote.askSize.units * 1_000_000 * Int64(share) / 10
                shown[.sell] = quote.bidSize.units * 1_000_000 * Int64(share) / 10
                exchange.take(quote, of: symbol, &reports)
            case 2 where quote.at != .zero:
                exchange.advance(to: now, &reports)
                check(reports, quote, nil, [], &shown, tickets, hasQueue, seed)
                count(reports, &traded, &ended)
                all += reports
                reports = []
                let price = generator.one(in: 2) ? quote.bid : quote.ask
                trade = Trade(at: now, price: price, size: Volume(1 + generator.below(200)))
                for (place, handle) in handles.enumerated() {
                    guard let slot = exchange.orders.slot(of: handle) else { continue }
                    if exchange.orders[slot].mode == .limit { waiting.insert(tickets[place].tag) }
                }
                exchange.take(trade!, of: symbol, &reports)
            default:
                let kinds: [OrderKind] = [.market, .limit, .limit, .stop, .stopLimit]
                var ticket = Ticket(
                    tag: UInt64(tickets.count), symbol: symbol, side: generator.one(in: 2) ? .buy : .sell,
                    kind: kinds[generator.below(5)],
                    timeInForce: [.day, .goodTillCancelled, .immediateOrCancel, .fillOrKill][
                        generator.below(4)],
                    quantity: Quantity(1 + generator.below(300)))
                ticket.limit = Price(units: (middle + Int64(generator.below(9)) - 4) * 10_000)
                ticket.stop = Price(units: (middle + Int64(generator.below(9)) - 4) * 10_000)
                tickets.append(ticket)
                traded.append(.zero)
                ended.append(.zero)
                handles.append(exchange.submit(ticket, at: now, &reports))
                if generator.one(in: 4) {
                    exchange.cancel(handles[generator.below(handles.count)], at: now, &reports)
                }
            }
            check(reports, quote, trade, waiting, &shown, tickets, hasQueue, seed)
            count(reports, &traded, &ended)
            all += reports
        }
        for (place, ticket) in tickets.enumerated() {
            let left = exchange.standing(of: handles[place])?.remaining ?? .zero
            #expect(
                traded[place] + ended[place] + left == ticket.quantity,
                "\(ticket): \(traded[place]) traded, \(ended[place]) ended, \(left) left, seed \(seed)")
        }
        return all
    }

    private func count(_ reports: [Report], _ traded: inout [Quantity], _ ended: inout [Quantity]) {
        for report in reports where report.order != .none {
            switch report.kind {
            case .filled: traded[Int(report.tag)] += report.quantity
            case .cancelled, .expired, .rejected: ended[Int(report.tag)] += report.quantity
            default: break
            }
        }
    }

    private func check(
        _ reports: [Report], _ quote: Quote, _ trade: Trade?, _ waiting: Set<UInt64>,
        _ shown: inout [Side: Int64],
        _ tickets: [Ticket],
        _ hasQueue: Bool, _ seed: UInt64
    ) {
        var withTrade: Int64 = 0
        for report in reports where report.kind == .filled {
            let ticket = tickets[Int(report.tag)]
            let isBuy = ticket.side == .buy
            let hasLimit = ticket.kind == .limit || ticket.kind == .stopLimit
            let far = isBuy ? quote.ask : quote.bid
            if hasLimit {
                #expect(isBuy ? report.price <= ticket.limit : report.price >= ticket.limit, "seed \(seed)")
            }
            // Either it takes the far side, or it waited and the market traded at its limit or beyond. What an order has
            // left after it took all that was shown waits at a limit that is as good as the far side.
            if let trade, waiting.contains(report.tag) {
                let beyond = isBuy ? trade.price < ticket.limit : trade.price > ticket.limit
                let touched = hasQueue && trade.price == ticket.limit
                #expect(hasLimit && report.price == ticket.limit && (beyond || touched), "seed \(seed)")
                withTrade += report.quantity.units
            } else {
                let takes = isBuy ? report.price >= far : report.price <= far
                #expect(takes, "\(report.side) at \(report.price), the far side is \(far), seed \(seed)")
                shown[ticket.side, default: 0] -= report.quantity.units
                #expect(shown[ticket.side]! >= 0, "more than was shown, seed \(seed)")
            }
        }
        if let trade {
            #expect(withTrade <= trade.size.units * 1_000_000, "more than the market traded, seed \(seed)")
        }
    }
}
