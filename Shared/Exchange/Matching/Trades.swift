import Domain

/// How orders are matched against single trades of the market, under the rule `fill: quote`.
extension Exchange {
    /// Takes a trade of the market.
    public mutating func take(_ trade: Trade, of symbol: SymbolIndex, _ reports: inout [Report]) {
        let index = symbol.number
        if nextDue <= trade.at.nanoseconds { advance(to: trade.at, &reports) }
        if rules.fill == .quote {
            books[index].hasTrades = true
            books[index].lastPrice = trade.price
            books[index].lastAt = trade.at
            books[index].lastVolume = trade.size
            if trade.price == books[index].quote.bid { books[index].quote.bidTraded += trade.size }
            if trade.price == books[index].quote.ask { books[index].quote.askTraded += trade.size }
        }
        if accounts.isMarked { mark(index, at: trade.at) }
        guard rules.fill == .quote, books[index].working > 0 else { return }
        beginQuoted(index, at: trade.at)
        // Orders that rest share what traded; what takes the far side of a quote has its own bounds.
        var left = allowance(of: trade.size)
        var slot = books[index].first
        while slot >= 0 {
            if takesPart(slot) { meetTrade(slot, trade, &left, &reports) }
            slot = orders[slot].next
        }
        meetLoosenedQuoted(index, &reports)
        sweep(index)
    }

    private mutating func meetTrade(
        _ slot: Int32, _ trade: Trade, _ left: inout Int64, _ reports: inout [Report]
    ) {
        let isQuoted = books[orders[slot].ticket.symbol.number].quote.isKnown
        pass.volume = trade.size
        pass.isQuoted = false
        pass.budget = left
        switch orders[slot].mode {
        case .stop, .stopLimit, .trailing:
            follow(slot, at: trade.price, &reports)
            if isQuoted { return }
        case .market:
            // Where there are quotes, the order waits for the far side to show something.
            if isQuoted { return }
            fill(slot, at: trade.price, takes: true, &reports)
        case .onOpen:
            if orders[slot].auction <= trade.at { auction(slot, at: trade.price, &reports) }
        case .onClose: return
        case .limit: meetResting(slot, trade, &reports)
        }
        if left != .max { left = min(left, pass.budget) }
        if orders[slot].atOnce, orders[slot].phase == .live {
            finish(slot, .cancelled, .notAtOnce, at: pass.at, &reports)
        }
    }

    /// A trade beyond the limit goes through it; one at the limit first takes what is ahead.
    private mutating func meetResting(_ slot: Int32, _ trade: Trade, _ reports: inout [Report]) {
        let limit = orders[slot].ticket.limit
        if orders[slot].isBuy ? trade.price < limit : trade.price > limit {
            fill(slot, at: limit, takes: false, &reports)
            return
        }
        guard trade.price == limit, rules.queue.tradesAtTouch, orders[slot].isQueued else { return }
        let ahead = orders[slot].ahead
        orders[slot].ahead = max(ahead - trade.size, .zero)
        let beyond = trade.size - ahead
        guard beyond.isPositive else { return }
        pass.budget = min(pass.budget, allowance(of: beyond))
        fill(slot, at: limit, takes: false, &reports)
    }
}
