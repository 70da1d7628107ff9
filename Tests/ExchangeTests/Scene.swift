import Domain

@testable import Exchange

/// A few bars of one symbol, orders placed after the first of them, and what the exchange says of them in words.
struct Scene: CustomTestStringConvertible {
    typealias Rules = @Sendable (inout ExchangeRules) -> Void
    typealias Act = @Sendable (inout Floor) -> Void

    var testDescription: String
    var rules: Rules
    /// `open high low close [volume]`, minute by minute from the open of 2024-03-11; the volume is 1000 if not told.
    var bars: [String]
    var act: Act
    var expected: [String]

    init(
        _ promise: String, rules: @escaping Rules = { _ in }, bars: [String], act: @escaping Act,
        gives expected: [String]
    ) {
        testDescription = promise
        self.rules = rules
        self.bars = bars
        self.act = act
        self.expected = expected
    }

    func play() throws -> [String] {
        var rules = ExchangeRules()
        rules.margin.kind = .unlimited
        self.rules(&rules)
        var floor = Floor(rules: rules)
        for (minute, bar) in bars.enumerated() {
            floor.take(try Floor.candle(bar, at: minute))
            if minute == 0 { act(&floor) }
            floor.exchange.advance(to: floor.now, &floor.reports)
        }
        return floor.words()
    }
}

import Testing

/// An exchange with its buffer and its time, to write scenes on.
struct Floor: ~Copyable {
    static let session = TradingCalendar.xnys.session(on: CivilDate(2024, 3, 11))!
    static let symbol = SymbolIndex(0)

    var exchange: Exchange
    var reports: [Report] = []
    var now: Timestamp
    var handles: [OrderHandle] = []
    var nextTag: UInt64 = 0

    init(rules: ExchangeRules, cash: Money = Money(100_000), at start: Timestamp = Floor.session.open) {
        exchange = Exchange(rules: rules, symbols: 2, cash: [cash])
        now = start
    }

    static func candle(_ text: String, at minute: Int, on session: Session = Floor.session) throws -> Candle {
        let parts = text.split(separator: " ")
        let prices = try parts.prefix(4).map { try Price(String($0)) }
        let volume = parts.count > 4 ? try Volume(String(parts[4])) : Volume(1_000)
        let at = session.start(ofMinute: minute)
        return Candle(
            openedAt: at, closesAt: at + Nanoseconds.minute, open: prices[0], high: prices[1], low: prices[2],
            close: prices[3], volume: volume)
    }

    mutating func take(_ candle: Candle) {
        now = candle.closesAt
        exchange.take(candle, of: Floor.symbol, &reports)
    }

    static func ticket(
        _ side: Side, _ quantity: Int, _ kind: OrderKind = .market, limit: Double = 0, stop: Double = 0,
        trail: Double = 0, share: Double = 0, _ force: TimeInForce = .day, notional: Int = 0
    ) -> Ticket {
        func price(_ value: Double) -> Price { Price(units: Int64((value * 1e6).rounded())) }
        return Ticket(
            symbol: symbol, side: side, kind: kind, timeInForce: force, quantity: Quantity(quantity),
            limit: price(limit), stop: price(stop), trail: price(trail), trailShare: share,
            notional: Money(notional))
    }

    private mutating func tagged(_ ticket: Ticket) -> Ticket {
        nextTag += 1
        var ticket = ticket
        ticket.tag = nextTag
        return ticket
    }

    mutating func place(
        _ side: Side, _ quantity: Int, _ kind: OrderKind = .market, limit: Double = 0, stop: Double = 0,
        trail: Double = 0, share: Double = 0, _ force: TimeInForce = .day, notional: Int = 0
    ) {
        let ticket = Floor.ticket(
            side, quantity, kind, limit: limit, stop: stop, trail: trail, share: share, force,
            notional: notional)
        handles.append(exchange.submit(tagged(ticket), at: now, &reports))
    }

    mutating func bracket(_ entry: Ticket, target: Double, stop: Double) {
        let other: Side = entry.side == .buy ? .sell : .buy
        let quantity = Int(entry.quantity.units / Quantity.scale)
        let legs = exchange.submit(
            bracket: tagged(entry),
            target: tagged(Floor.ticket(other, quantity, .limit, limit: target, .goodTillCancelled)),
            stop: tagged(Floor.ticket(other, quantity, .stop, stop: stop, .goodTillCancelled)), at: now,
            &reports)
        handles += [legs.entry, legs.target, legs.stop]
    }

    mutating func pair(_ first: Ticket, _ second: Ticket) {
        let both = exchange.submit(oneCancelsOther: tagged(first), tagged(second), at: now, &reports)
        handles += [both.0, both.1]
    }

    mutating func chain(_ first: Ticket, then second: Ticket) {
        let both = exchange.submit(tagged(first), thenTriggers: tagged(second), at: now, &reports)
        handles += [both.0, both.1]
    }

    mutating func cancel(_ order: Int) { exchange.cancel(handles[order - 1], at: now, &reports) }

    mutating func replace(_ order: Int, _ ticket: Ticket) {
        handles.append(exchange.replace(handles[order - 1], with: tagged(ticket), at: now, &reports))
    }

    /// Everything but acceptances, in words: `1 trades 10 at 103`, `2 cancelled 10: the other order…`.
    func words() -> [String] {
        reports.filter { $0.kind != .accepted }.map { report in
            let tag = report.tag == Ticket.liquidation ? "liquidation" : "\(report.tag)"
            switch report.kind {
            case .filled:
                let fee = report.fee == .zero ? "" : " for \(report.fee)"
                return "\(tag) trades \(report.quantity) at \(report.price)\(fee)"
            case .state where report.reason == .borrow: return "borrow costs \(report.fee)"
            default: return "\(tag) \(report.kind) \(report.quantity): \(report.reason)"
            }
        }
    }
}
