import Domain
import Exchange

/// How time passes at the venue: what happens in the market is shown to the exchange and to clients, sessions begin and
/// end, and what was held back is let go.
extension Venue {
    /// When something happens next by itself.
    public func nextAt() throws -> Timestamp? {
        var next = min(boundary, late.first?.at ?? .distantFuture)
        if exchange.due < .max { next = min(next, Timestamp(nanoseconds: exchange.due)) }
        if let shown = try feed.nextAt() { next = min(next, shown) }
        return next == .distantFuture ? nil : max(next, now)
    }

    /// When the market shows something next, and at some time where nobody knows; nothing at the end of the data.
    public func marketAt() throws -> Timestamp? {
        setup.market.isLive ? .distantFuture : try feed.nextAt()
    }

    public var isOpen: Bool { hours.isOpen(at: now) }

    /// Lets time pass up to and including a moment. One thing happens after the other, so that it makes no difference
    /// in how many steps one comes there.
    public func pass(to moment: Timestamp) throws {
        while let next = try nextAt(), next <= moment {
            move(to: next)
            if boundary <= next {
                cross()
            } else if let shown = try feed.nextAt(), shown <= next {
                show(feed.take())
            }
        }
        move(to: moment)
    }

    /// Time alone: orders expire, late news comes.
    private func move(to moment: Timestamp) {
        if exchange.isDue(at: moment) {
            exchange.advance(to: moment, &reports)
            now = max(now, moment)
            takeReports()
        }
        while let first = late.first, first.at <= moment {
            now = max(now, first.at)
            news.append(late.removeFirst().news)
        }
        now = max(now, moment)
    }

    /// The market opens or closes.
    private func cross() {
        let opens = hours.isOpen(at: now)
        boundary = hours.nextBoundary(after: now)
        if !hours.isContinuous { for symbol in assets.indices { forgetQuote(symbol) } }
        if opens { release() }
        if !opens || hours.isContinuous { beginDay() }
    }

    /// Nobody trades at a quote from before a night or a halt: the exchange waits for the next one.
    func forgetQuote(_ symbol: Int) {
        guard setup.rules.fill == .quote else { return }
        let nothing = Quote(
            symbol: assets[symbol].symbol, at: now, bid: .zero, ask: .zero, bidSize: .zero, askSize: .zero)
        exchange.take(nothing, of: SymbolIndex(symbol), &reports)
        takeReports()
    }

    /// Gives the exchange what waited for the market.
    func release() {
        let waited = waiting
        waiting = []
        for first in waited where !orders[first].status.isOver {
            guard !holdsBack(orders[first]) else {
                waiting.append(first)
                continue
            }
            do throws(Refusal) {
                try send(first)
            } catch {
                // It was taken once, so it is told of to its end.
                orders[first].become(.rejected, at: now)
                say("rejected", of: first, with: [("reason", .text(error.message))])
            }
        }
    }

    func show(_ event: MarketFeed.Event) {
        switch event {
        case .tick(let symbol, let tick):
            guard !assets[symbol].isHalted else { return }
            show(tick, symbol)
        case .bar(let symbol, let bar):
            guard !assets[symbol].isHalted else { return }
            memory.add(bar, symbol)
            if setup.rules.fill != .quote, trades(symbol) {
                exchange.take(Candle(bar), of: SymbolIndex(symbol), &reports)
                takeReports()
            }
            tell(bar, symbol)
            if symbol == 0 || accounts[0].sampledAt != now {
                for account in accounts.indices { sample(account) }
            }
        }
    }

    func show(_ tick: Tick, _ symbol: Int) {
        memory.show(tick, symbol)
        follow(tick.trade.price, symbol)
        tell(tick, symbol)
        guard setup.rules.fill == .quote, trades(symbol) else { return }
        exchange.take(tick.quote, of: SymbolIndex(symbol), &reports)
        exchange.take(tick.trade, of: SymbolIndex(symbol), &reports)
        takeReports()
    }

    /// Outside the session an instrument trades only while every order that waits for it may.
    func trades(_ symbol: Int) -> Bool {
        if hours.isOpen(at: now) { return true }
        for account in accounts {
            for number in account.working where orders[number].symbol == symbol {
                if !orders[number].isExtended, orders[number].handle != nil { return false }
            }
        }
        return true
    }

    /// The best price that a trailing stop has seen.
    func follow(_ price: Price, _ symbol: Int) {
        for account in accounts {
            for number in account.working
            where orders[number].symbol == symbol && orders[number].type == .trailingStop {
                guard let best = orders[number].extreme else {
                    orders[number].extreme = price
                    continue
                }
                orders[number].extreme = orders[number].side == .sell ? max(best, price) : min(best, price)
            }
        }
    }
}
