import Domain
import Testing

@testable import Exchange

@Suite("The exchange, whatever is ordered")
struct ExchangePropertyTests {
    /// What became of an order, added up from the reports alone.
    struct Tally {
        var ticket: Ticket
        var handle = OrderHandle.none
        var traded = Quantity.zero
        var ended = Quantity.zero
    }

    @Test(
        "never better than the market allows, never more than the volume, never both of a pair, nothing lost")
    func anything() throws {
        var generator = SplitMix64(for: "ExchangePropertyTests")
        for _ in 0..<150 {
            let seed = generator.next()
            let first = try run(seed)
            let again = try run(seed)
            #expect(first == again, "the same run twice gives the same reports, seed \(seed)")
        }
    }

    private func rules(_ generator: inout SplitMix64) -> ExchangeRules {
        var rules = ExchangeRules()
        rules.fill = generator.one(in: 4) ? .close : .nextOpen
        rules.path = ExchangeRules.BarPath.allCases[generator.below(3)]
        rules.participation = [nil, 1, 0.1][generator.below(3)]
        rules.margin.kind = MarginRules.Kind.allCases[generator.below(3)]
        rules.commission = generator.one(in: 2) ? PerShareCommission([0.01, 1, 0.01]) : NoCommission()
        if generator.one(in: 3) { rules.latency.order = LogNormalLatency([30_000, 1]) }
        if generator.one(in: 3) { rules.latency.response = ConstantLatency([10]) }
        rules.seed = generator.next()
        return rules
    }

    private func run(_ seed: UInt64) throws -> [Report] {
        var generator = SplitMix64(seed: seed)
        let rules = rules(&generator)
        var exchange = Exchange(rules: rules, symbols: 1, cash: [Money(50_000)])
        var tallies: [Tally] = []
        var pairs: [(Int, Int)] = []
        var legs: [(entry: Int, leg: Int)] = []
        var all: [Report] = []
        var price = 100_000_000 as Int64
        let sessions = TradingCalendar.xnys.sessions(from: CivilDate(2024, 7, 1), to: CivilDate(2024, 7, 5))

        for session in sessions {
            for minute in stride(from: 0, to: session.minutes, by: 10) {
                var reports: [Report] = []
                let candle = ExchangePropertyTests.candle(session, minute, &price, &generator)
                exchange.take(candle, of: SymbolIndex(0), &reports)
                if rules.fill == .nextOpen { check(reports, within: candle, rules, tallies, seed) }
                if generator.one(in: 2) {
                    act(&exchange, &generator, &tallies, &pairs, &legs, at: candle, &reports)
                }
                exchange.advance(to: candle.closesAt, &reports)
                for report in reports { count(report, &tallies, seed) }
                all += reports
            }
        }
        for tally in tallies {
            let left = exchange.standing(of: tally.handle)?.remaining ?? .zero
            #expect(
                tally.traded + tally.ended + left == tally.ticket.quantity,
                "order \(tally.ticket), \(tally.traded) traded, \(tally.ended) ended, \(left) left, seed \(seed)"
            )
        }
        for (first, second) in pairs {
            let both = tallies[first].traded + tallies[second].traded
            #expect(both <= tallies[first].ticket.quantity, "a pair traded \(both), seed \(seed)")
        }
        for (entry, leg) in legs {
            #expect(
                tallies[leg].traded <= tallies[entry].traded, "a leg traded more than its entry, seed \(seed)"
            )
        }
        return all
    }

    private static func candle(
        _ session: Session, _ minute: Int, _ price: inout Int64, _ generator: inout SplitMix64
    ) -> Candle {
        func step() -> Int64 { Int64(generator.below(200)) * 10_000 - 990_000 }
        let open = max(price + step(), 1_000_000)
        let close = max(open + step(), 1_000_000)
        price = close
        let at = session.start(ofMinute: minute)
        return Candle(
            openedAt: at, closesAt: at + 10 * Nanoseconds.minute, open: Price(units: open),
            high: Price(units: max(open, close) + Int64(generator.below(50)) * 10_000),
            low: Price(units: max(min(open, close) - Int64(generator.below(50)) * 10_000, 1)),
            close: Price(units: close), volume: Volume(generator.below(500)))
    }

    /// Fills of a bar lie in it, keep to their limits, and are no more than its volume allows.
    private func check(
        _ reports: [Report], within candle: Candle, _ rules: ExchangeRules, _ tallies: [Tally], _ seed: UInt64
    ) {
        var traded = Quantity.zero
        for report in reports where report.kind == .filled {
            // What fills on an advance within the bar's taking belongs to the session's close before it.
            guard report.at >= candle.openedAt else { continue }
            traded += report.quantity
            #expect(candle.low <= report.price && report.price <= candle.high, "seed \(seed)")
            guard report.tag != Ticket.liquidation else { continue }
            let ticket = tallies[Int(report.tag)].ticket
            switch ticket.kind {
            case .limit, .stopLimit, .limitOnOpen, .limitOnClose:
                let isBuy = ticket.side == .buy
                #expect(isBuy ? report.price <= ticket.limit : report.price >= ticket.limit, "seed \(seed)")
                // The market went through the limit, or opened beyond it.
                let beyond = isBuy ? candle.low < ticket.limit : candle.high > ticket.limit
                #expect(beyond, "seed \(seed)")
            case .stop:
                let isReached = ticket.side == .buy ? candle.high >= ticket.stop : candle.low <= ticket.stop
                #expect(isReached || report.at == candle.openedAt, "seed \(seed)")
                if report.at != candle.openedAt {
                    let isNoBetter =
                        ticket.side == .buy ? report.price >= ticket.stop : report.price <= ticket.stop
                    #expect(isNoBetter, "seed \(seed)")
                }
            case .market, .trailingStop, .marketOnOpen, .marketOnClose: break
            }
        }
        if let share = rules.participation {
            let most = Double(candle.volume) * share
            #expect(Double(traded) <= most + 1e-9, "seed \(seed)")
        }
    }

    private func count(_ report: Report, _ tallies: inout [Tally], _ seed: UInt64) {
        guard report.tag != Ticket.liquidation, report.order != .none, report.kind != .accepted,
            report.kind != .cancelRejected
        else { return }
        let order = Int(report.tag)
        if report.kind == .filled {
            tallies[order].traded += report.quantity
        } else {
            tallies[order].ended += report.quantity
        }
    }

    private func act(
        _ exchange: inout Exchange, _ generator: inout SplitMix64, _ tallies: inout [Tally],
        _ pairs: inout [(Int, Int)], _ legs: inout [(entry: Int, leg: Int)], at candle: Candle,
        _ reports: inout [Report]
    ) {
        func price() -> Price {
            candle.close + Price(units: Int64(generator.below(200)) * 20_000 - 2_000_000)
        }
        func ticket(_ quantity: Int, _ side: Side, _ kind: OrderKind) -> Ticket {
            var ticket = Ticket(
                tag: UInt64(tallies.count), symbol: SymbolIndex(0), side: side, kind: kind,
                timeInForce: TimeInForce.allCases[generator.below(7)], quantity: Quantity(quantity),
                limit: max(price(), Price(1)), stop: max(price(), Price(1)),
                trail: kind == .trailingStop ? Price(units: Int64(1 + generator.below(200)) * 10_000) : .zero,
                validUntil: candle.closesAt + Int64(generator.below(600)) * Nanoseconds.minute)
            if kind == .trailingStop { ticket.stop = .zero }
            tallies.append(Tally(ticket: ticket))
            return ticket
        }
        let quantity = 1 + generator.below(300)
        let side: Side = generator.one(in: 2) ? .buy : .sell
        let other: Side = side == .buy ? .sell : .buy
        let kind = OrderKind.allCases[generator.below(OrderKind.allCases.count)]
        let at = tallies.count
        switch generator.below(6) {
        case 0 where at > 0:
            exchange.cancel(tallies[generator.below(at)].handle, at: candle.closesAt, &reports)
        case 1:
            let handles = exchange.submit(
                bracket: ticket(quantity, side, kind), target: ticket(quantity, other, .limit),
                stop: ticket(quantity, other, .stop), at: candle.closesAt, &reports)
            (tallies[at].handle, tallies[at + 1].handle, tallies[at + 2].handle) = handles
            legs += [(at, at + 1), (at, at + 2)]
            pairs.append((at + 1, at + 2))
        case 2:
            let handles = exchange.submit(
                oneCancelsOther: ticket(quantity, side, .limit), ticket(quantity, side, .stop),
                at: candle.closesAt, &reports)
            (tallies[at].handle, tallies[at + 1].handle) = handles
            pairs.append((at, at + 1))
        case 3:
            let handles = exchange.submit(
                ticket(quantity, side, kind), thenTriggers: ticket(quantity, other, .limit),
                at: candle.closesAt,
                &reports)
            (tallies[at].handle, tallies[at + 1].handle) = handles
            legs.append((at, at + 1))
        default:
            let order = ticket(quantity, side, kind)
            tallies[at].handle = exchange.submit(order, at: candle.closesAt, &reports)
        }
    }
}
