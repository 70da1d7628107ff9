import Domain

/// How orders are matched against quotes, under the rule `fill: quote`. Under the other rules a quote only tells the
/// spread.
extension Exchange {
    /// Takes a quote.
    public mutating func take(_ quote: Quote, of symbol: SymbolIndex, _ reports: inout [Report]) {
        let index = symbol.number
        if nextDue <= quote.at.nanoseconds { advance(to: quote.at, &reports) }
        let before = books[index].quote
        books[index].quote = LastQuote(
            at: quote.at, bid: quote.bid, ask: quote.ask, bidSize: quote.bidSize, askSize: quote.askSize)
        if !books[index].hasTrades, books[index].lastAt <= quote.at {
            books[index].lastPrice = .midpoint(quote.bid, quote.ask)
            books[index].lastAt = quote.at
            books[index].lastVolume = .zero
        }
        if accounts.isMarked { mark(index, at: quote.at) }
        guard rules.fill == .quote, books[index].working > 0 else { return }
        beginQuoted(index, at: quote.at)
        var slot = books[index].first
        while slot >= 0 {
            if takesPart(slot) {
                if orders[slot].isQueued { moveUp(slot, before, books[index].quote) }
                meetQuote(slot, &reports)
            }
            slot = orders[slot].next
        }
        meetLoosenedQuoted(index, &reports)
        sweep(index)
    }

    mutating func beginQuoted(_ index: Int, at moment: Timestamp) {
        pass.number += 1
        pass.since = moment
        pass.at = moment
        pass.hasLoosened = false
    }

    /// An order meets the last quote: what takes the far side trades at it, for no more than is shown there; what was
    /// resting when the far side came to it trades at its own limit.
    mutating func meetQuote(_ slot: Int32, _ reports: inout [Report]) {
        let index = orders[slot].ticket.symbol.number
        let quote = books[index].quote
        let isBuy = orders[slot].isBuy
        let far = isBuy ? quote.ask : quote.bid
        guard far.isPositive else { return }
        switch orders[slot].mode {
        case .market: takeFarSide(slot, at: far, takes: true, &reports)
        case .limit:
            let limit = orders[slot].ticket.limit
            if isBuy ? far <= limit : far >= limit {
                let rests = orders[slot].isResting
                takeFarSide(slot, at: rests ? limit : far, takes: !rests, &reports)
            }
            rest(slot, in: quote)
        case .stop, .stopLimit, .trailing:
            guard !books[index].hasTrades else { return }
            follow(slot, at: far, &reports)
        case .onOpen:
            guard orders[slot].auction <= pass.at, !books[index].hasTrades else { return }
            setBudget(slot)
            auction(slot, at: far, &reports)
            return
        case .onClose: return
        }
        if orders[slot].atOnce, orders[slot].phase == .live {
            finish(slot, .cancelled, .notAtOnce, at: pass.at, &reports)
        }
    }

    /// A stop sees a price: it is triggered, or a trailing one follows.
    func isTriggered(_ slot: Int32, at price: Price) -> Bool {
        orders[slot].isBuy ? price >= orders[slot].trigger : price <= orders[slot].trigger
    }

    mutating func follow(_ slot: Int32, at price: Price, _ reports: inout [Report]) {
        if orders[slot].mode == .trailing, orders[slot].trigger == .zero { trail(slot, to: price) }
        guard isTriggered(slot, at: price) else {
            if orders[slot].mode == .trailing { trail(slot, to: price) }
            return
        }
        orders[slot].mode = orders[slot].mode == .stopLimit ? .limit : .market
        if books[orders[slot].ticket.symbol.number].quote.isKnown {
            meetQuote(slot, &reports)
        } else {
            meet(slot, at: price, &reports)
        }
    }

    private mutating func takeFarSide(
        _ slot: Int32, at price: Price, takes: Bool, _ reports: inout [Report]
    ) {
        let index = orders[slot].ticket.symbol.number
        let isBuy = orders[slot].isBuy
        let before = orders[slot].filled
        setBudget(slot)
        fill(slot, at: price, takes: takes, &reports)
        let traded = orders[slot].filled - before
        if isBuy {
            books[index].quote.askTaken += traded
        } else {
            books[index].quote.bidTaken += traded
        }
    }

    /// What an order may take of the far side: what is shown, less what others of the exchange took of this quote.
    private mutating func setBudget(_ slot: Int32) {
        let quote = books[orders[slot].ticket.symbol.number].quote
        let isBuy = orders[slot].isBuy
        pass.volume = isBuy ? quote.askSize : quote.bidSize
        pass.isQuoted = true
        let allowed = allowance(of: pass.volume)
        let taken = isBuy ? quote.askTaken : quote.bidTaken
        pass.budget = allowed == .max ? .max : max(allowed - taken.units, 0)
    }

    /// A limit order that did not trade rests, behind what is shown at its price.
    private mutating func rest(_ slot: Int32, in quote: LastQuote) {
        guard orders[slot].phase == .live else { return }
        orders[slot].isResting = true
        guard rules.queue.tradesAtTouch, !orders[slot].isQueued else { return }
        let limit = orders[slot].ticket.limit
        let near = orders[slot].isBuy ? quote.bid : quote.ask
        // Behind the best price nothing is known of the queue until the best comes to it.
        if limit == near {
            orders[slot].ahead = orders[slot].isBuy ? quote.bidSize : quote.askSize
            orders[slot].isQueued = true
        } else if orders[slot].isBuy ? limit > near : limit < near {
            orders[slot].ahead = .zero
            orders[slot].isQueued = true
        }
    }

    /// What is ahead of a resting order after the quote has changed.
    private mutating func moveUp(_ slot: Int32, _ before: LastQuote, _ after: LastQuote) {
        let limit = orders[slot].ticket.limit
        let isBuy = orders[slot].isBuy
        let (nearBefore, near) = isBuy ? (before.bid, after.bid) : (before.ask, after.ask)
        if isBuy ? near < limit : near > limit {
            orders[slot].ahead = .zero
        } else if near == limit, nearBefore == limit {
            let shown = isBuy ? before.bidSize - before.bidTraded : before.askSize - before.askTraded
            orders[slot].ahead = rules.queue.ahead(
                orders[slot].ahead, shown: max(shown, .zero), to: isBuy ? after.bidSize : after.askSize)
        }
    }

    mutating func meetLoosenedQuoted(_ index: Int, _ reports: inout [Report]) {
        while pass.hasLoosened {
            pass.hasLoosened = false
            var slot = books[index].first
            while slot >= 0 {
                if takesPart(slot), orders[slot].isFresh {
                    orders[slot].isFresh = false
                    if books[index].quote.isKnown { meetQuote(slot, &reports) }
                }
                slot = orders[slot].next
            }
        }
    }
}
