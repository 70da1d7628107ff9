import Configuration
import Domain
import Exchange
import Portfolio

/// Plays a scene: one symbol, through the exchange and the ledger, and says what became of each order.
struct ScenePlay: ~Copyable {
    private var exchange: Exchange
    private var ledger: Ledger
    private var reports: [Report] = []
    private var closed: [ClosedLot] = []
    private var now = Timestamp.zero
    private var handles: [UInt64: OrderHandle] = [:]
    private(set) var words: [String] = []
    private static let symbol = SymbolIndex(0)

    init(_ rules: ExchangeRules, cash: Money) {
        exchange = Exchange(rules: rules, symbols: 1, cash: [cash])
        ledger = Ledger(symbols: 1, cash: cash)
    }

    static func play(_ scene: SceneText) throws -> String {
        var rules = ExchangeRules()
        var cash = Money(100_000)
        var lines = scene.lines[...]
        while let line = lines.first, line.verb == "rules" || line.verb == "cash" {
            if line.verb == "rules" {
                try SceneRules.rules(line, &rules)
            } else {
                cash = try line.read(line.word(0, "an amount")) { try Money($0) }
            }
            lines = lines.dropFirst()
        }
        var play = ScenePlay(rules, cash: cash)
        while let line = lines.first {
            lines = lines.dropFirst(try play.take(line, lines.dropFirst()) + 1)
        }
        return play.ending()
    }

    /// Takes a line, and those after it that belong to it; returns how many that were.
    private mutating func take(_ line: SceneText.Line, _ rest: ArraySlice<SceneText.Line>) throws -> Int {
        switch line.verb {
        case "bar": try bar(line)
        case "quote": try quote(line)
        case "trade": try trade(line)
        case "at": try pass(to: line.moment(0), line)
        case "order":
            let ticket = try line.ticket()
            handles[ticket.tag] = exchange.submit(ticket, at: now, &reports)
        case "bracket", "pair", "chain":
            let count = line.verb == "bracket" ? 3 : 2
            let tickets = try rest.prefix(count).map { order in
                guard order.verb == "order" else { throw line.fail("\(count) orders have to follow") }
                return try order.ticket()
            }
            guard tickets.count == count else { throw line.fail("\(count) orders have to follow") }
            place(line.verb, tickets)
            settle()
            return count
        case "cancel": exchange.cancel(try handle(line, 0), at: now, &reports)
        case "replace":
            guard let order = rest.first, order.verb == "order" else {
                throw line.fail("an order has to follow")
            }
            let ticket = try order.ticket()
            handles[ticket.tag] = exchange.replace(try handle(line, 0), with: ticket, at: now, &reports)
            settle()
            return 1
        case "split", "dividend", "delisting": try act(line)
        default:
            let known = [
                "bar", "quote", "trade", "at", "order", "bracket", "pair", "chain", "cancel", "replace",
                "split",
                "dividend", "delisting",
            ]
            let near = Spelling.nearest(to: line.verb, among: known)
            throw line.fail("nothing is called \(line.verb)" + (near.map { "; did you mean \($0)?" } ?? ""))
        }
        settle()
        return 0
    }

    private mutating func place(_ verb: String, _ tickets: [Ticket]) {
        switch verb {
        case "bracket":
            let placed = exchange.submit(
                bracket: tickets[0], target: tickets[1], stop: tickets[2], at: now, &reports)
            handles[tickets[0].tag] = placed.entry
            handles[tickets[1].tag] = placed.target
            handles[tickets[2].tag] = placed.stop
        case "pair":
            let placed = exchange.submit(oneCancelsOther: tickets[0], tickets[1], at: now, &reports)
            handles[tickets[0].tag] = placed.0
            handles[tickets[1].tag] = placed.1
        default:
            let placed = exchange.submit(tickets[0], thenTriggers: tickets[1], at: now, &reports)
            handles[tickets[0].tag] = placed.0
            handles[tickets[1].tag] = placed.1
        }
    }

    private func handle(_ line: SceneText.Line, _ place: Int) throws -> OrderHandle {
        let number = try line.word(place, "the number of an order")
        guard let tag = UInt64(number), let handle = handles[tag] else {
            throw line.fail("no order \(number) was placed before")
        }
        return handle
    }

    // MARK: The market

    /// `bar 2024-03-11 09:30 1m 100 102 99 101 1000`.
    private mutating func bar(_ line: SceneText.Line) throws {
        let opened = try line.moment(0)
        let span = try line.read(line.word(2, "a length")) { try Interval($0).nanoseconds }
        let close = try line.price(6)
        let bar = Bar(
            span: span, openedAt: opened, open: try line.price(3), high: try line.price(4),
            low: try line.price(5), close: close, volume: try line.volume(7))
        let low = min(bar.open, bar.close)
        guard bar.low.isPositive, bar.low <= low, bar.high >= max(bar.open, bar.close) else {
            throw line.fail("open and close have to lie within low and high")
        }
        try check(bar.closesAt, line)
        exchange.take(Candle(bar), of: ScenePlay.symbol, &reports)
        now = bar.closesAt
        settle()
        ledger.mark(ScenePlay.symbol, at: close)
    }

    /// `quote 2024-03-11 09:30:01 99.99 100.01 300 500`.
    private mutating func quote(_ line: SceneText.Line) throws {
        let quote = Quote(
            at: try line.moment(0), bid: try line.price(2), ask: try line.price(3),
            bidSize: try line.volume(4), askSize: try line.volume(5))
        try check(quote.at, line)
        now = quote.at
        exchange.take(quote, of: ScenePlay.symbol, &reports)
        settle()
        ledger.mark(ScenePlay.symbol, at: .midpoint(quote.bid, quote.ask))
    }

    /// `trade 2024-03-11 09:30:01 100 200`.
    private mutating func trade(_ line: SceneText.Line) throws {
        let trade = Trade(at: try line.moment(0), price: try line.price(2), size: try line.volume(3))
        try check(trade.at, line)
        now = trade.at
        exchange.take(trade, of: ScenePlay.symbol, &reports)
        settle()
        ledger.mark(ScenePlay.symbol, at: trade.price)
    }

    private func check(_ moment: Timestamp, _ line: SceneText.Line) throws {
        guard moment >= now else { throw line.fail("\(moment) is before \(now), which is past") }
    }

    private mutating func pass(to moment: Timestamp, _ line: SceneText.Line) throws {
        try check(moment, line)
        now = moment
    }

    private mutating func act(_ line: SceneText.Line) throws {
        var action = CorporateAction()
        switch line.verb {
        case "split":
            action.kind = .split
            let parts = try line.word(0, "a ratio such as 2/1").split(separator: "/").compactMap { Int64($0) }
            guard parts.count == 2 else { throw line.fail("a ratio such as 2/1 would be right") }
            (action.numerator, action.denominator) = (parts[0], parts[1])
        case "dividend":
            action.kind = .dividend
            action.amount = try line.price(0)
        default:
            action.kind = .delisting
            action.amount = try line.words.isEmpty ? .zero : line.price(0)
        }
        action.exAt = now
        do {
            try exchange.apply(action, to: ScenePlay.symbol, at: now, &reports)
            try ledger.apply(action, to: ScenePlay.symbol, &closed)
        } catch {
            throw line.fail("\(error)")
        }
        words.append("\(ScenePlay.clock(now)) \(line.verb) \(line.words.joined(separator: " "))")
    }

    // MARK: What became of it

    /// Lets time pass, books the reports, and puts them in words.
    private mutating func settle() {
        exchange.advance(to: now, &reports)
        for report in reports {
            if report.kind == .filled {
                ledger.book(
                    Deal(
                        symbol: report.symbol, side: report.side, quantity: report.quantity,
                        price: report.price, fee: report.fee, at: report.at), &closed)
            } else if report.kind == .state, report.reason == .borrow {
                ledger.chargeBorrow(report.fee, on: report.symbol)
            }
            words.append(ScenePlay.words(report))
        }
        reports.removeAll(keepingCapacity: true)
    }

    private static func words(_ report: Report) -> String {
        let heard = report.knownAt == report.at ? "" : ", heard \(clock(report.knownAt))"
        let order = report.tag == Ticket.liquidation ? "liquidation" : "order \(report.tag)"
        let reason = report.reason == .none ? "" : ": \(report.reason.text)"
        switch report.kind {
        case .filled:
            let fee = report.fee == .zero ? "" : ", fee \(report.fee)"
            return
                "\(clock(report.at)) \(order) \(report.side == .buy ? "buys" : "sells") \(report.quantity) at "
                + "\(report.price)\(fee), \(report.remaining) left\(reason)\(heard)"
        case .state where report.reason == .borrow:
            return "\(clock(report.at)) interest \(report.fee) on \(report.quantity) at \(report.price)"
        default:
            return "\(clock(report.at)) \(order) \(report.kind) \(report.quantity)\(reason)\(heard)"
        }
    }

    private consuming func ending() -> String {
        let holding = ledger[ScenePlay.symbol]
        let own = exchange.funds(of: 0).cash
        words.append("cash \(ledger.cash), holding \(holding.quantity), equity \(ledger.equity)")
        words.append("closed \(closed.count) lots, working \(exchange.workingCount) orders")
        if own != ledger.cash { words.append("the exchange counts cash of \(own)") }
        return words.joined(separator: "\n") + "\n"
    }

    /// The clock of New York.
    private static func clock(_ moment: Timestamp) -> String {
        let local = EasternTime.local(at: moment)
        let text = (local.date.midnightUTC + local.sinceMidnight).description
        return text.dropLast().split(separator: "T").joined(separator: " ")
    }
}
