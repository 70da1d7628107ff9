import Domain

/// How a bar is matched: its open, its path over both extremes, its close.
extension Exchange {
    @usableFromInline
    mutating func match(_ candle: Candle, of index: Int, _ reports: inout [Report]) {
        if nextDue <= candle.openedAt.nanoseconds { advance(to: candle.openedAt, &reports) }
        let isQuoted = rules.fill == .quote && (books[index].quote.isKnown || books[index].hasTrades)
        if books[index].working > 0, !isQuoted {
            begin(index, volume: candle.volume, barEndingAt: candle.closesAt)
            pass.since = candle.openedAt
            let allowed = pass.budget
            walk(candle, of: index, &reports)
            // Under the rule `close`, an order that is placed now shares the volume of this bar.
            books[index].taken = Quantity(units: allowed - pass.budget)
            books[index].takenAt = candle.closesAt
        }
        if measures { measureRange(candle, of: index) }
        books[index].lastPrice = candle.close
        books[index].lastAt = candle.closesAt
        books[index].lastVolume = candle.volume
        if books[index].working > 0, nextDue <= candle.closesAt.nanoseconds {
            expire(index, through: candle.closesAt, &reports)
        }
        sweep(index)
        if books[index].first >= 0 { narrow(index) }
        if accounts.isMarked { mark(index, at: candle.closesAt) }
    }

    /// Begins a pass over a book with what its orders may trade together.
    mutating func begin(_ index: Int, volume: Volume, barEndingAt end: Timestamp) {
        pass.number += 1
        pass.at = end
        pass.volume = volume
        pass.isQuoted = false
        pass.budget = allowance(of: volume)
        if pass.budget != .max, books[index].takenAt == end {
            pass.budget = max(pass.budget - books[index].taken.units, 0)
        }
    }

    /// What orders may trade of a volume.
    func allowance(of volume: Volume) -> Int64 {
        guard let participation else { return .max }
        let (units, overflow) = volume.units.multipliedReportingOverflow(by: Quantity.scale / Volume.scale)
        guard !overflow else { return .max }
        return participation.of(units, rounding: participation == .one ? .toNearestOrEven : .down)
    }

    private mutating func walk(_ candle: Candle, of index: Int, _ reports: inout [Report]) {
        pass.at = candle.openedAt
        meetAll(index, at: candle.open, isOpen: candle, &reports)
        pass.at = candle.closesAt
        if books[index].working > 0, candle.low < candle.high {
            let first = lowComesFirst(candle, index) ? candle.low : candle.high
            let second = first == candle.low ? candle.high : candle.low
            glide(index, from: candle.open, to: first, &reports)
            glide(index, from: first, to: second, &reports)
            glide(index, from: second, to: candle.close, &reports)
        }
        if books[index].working > 0 { meetClose(index, candle, &reports) }
    }

    func takesPart(_ slot: Int32) -> Bool {
        orders[slot].phase == .live && orders[slot].arrives <= pass.since
    }

    /// Every order meets the open.
    private mutating func meetAll(
        _ index: Int, at price: Price, isOpen candle: Candle, _ reports: inout [Report]
    ) {
        var slot = books[index].first
        while slot >= 0 {
            if takesPart(slot) {
                orders[slot].isFresh = false
                if orders[slot].mode == .onOpen {
                    if orders[slot].auction <= candle.openedAt { auction(slot, at: price, &reports) }
                } else {
                    meet(slot, at: price, &reports)
                    if orders[slot].atOnce, orders[slot].phase == .live {
                        finish(slot, .cancelled, .notAtOnce, at: pass.at, &reports)
                    }
                }
            }
            slot = orders[slot].next
        }
    }

    /// Orders for the close trade at that of the session's last bar.
    private mutating func meetClose(_ index: Int, _ candle: Candle, _ reports: inout [Report]) {
        var slot = books[index].first
        while slot >= 0 {
            if takesPart(slot), orders[slot].mode == .onClose, orders[slot].auction <= candle.closesAt {
                auction(slot, at: candle.close, &reports)
            }
            slot = orders[slot].next
        }
    }

    /// An order trades in its auction, or is over.
    mutating func auction(_ slot: Int32, at price: Price, _ reports: inout [Report]) {
        let limit = orders[slot].ticket.limit
        if !orders[slot].hasLimit || (orders[slot].isBuy ? price < limit : price > limit) {
            fill(slot, at: price, takes: true, &reports)
        }
        if orders[slot].phase == .live { finish(slot, .expired, .timeInForce, at: pass.at, &reports) }
    }

    /// An order meets a price: a market order takes it, a limit order takes it if it is better, a stop is triggered
    /// if it is at or beyond it.
    mutating func meet(_ slot: Int32, at price: Price, _ reports: inout [Report]) {
        switch orders[slot].mode {
        case .market: fill(slot, at: price, takes: true, &reports)
        case .limit:
            let limit = orders[slot].ticket.limit
            if orders[slot].isBuy ? price < limit : price > limit {
                fill(slot, at: price, takes: true, &reports)
            }
        case .stop, .stopLimit, .trailing:
            if orders[slot].mode == .trailing, orders[slot].trigger == .zero { trail(slot, to: price) }
            let trigger = orders[slot].trigger
            if orders[slot].isBuy ? price >= trigger : price <= trigger {
                orders[slot].mode = orders[slot].mode == .stopLimit ? .limit : .market
                orders[slot].touchedIn = 0
                meet(slot, at: price, &reports)
            } else if orders[slot].mode == .trailing {
                trail(slot, to: price)
            }
        case .onOpen, .onClose: break
        }
    }

    /// The price moves from one point to another, and whatever lies on its way happens in that order.
    private mutating func glide(
        _ index: Int, from start: Price, to end: Price, _ reports: inout [Report]
    ) {
        guard start != end else { return }
        let falls = end < start
        var here = start
        while books[index].working > 0 {
            var chosen: Int32 = -1
            var nearest = end
            var slot = books[index].first
            while slot >= 0 {
                if takesPart(slot), let price = hit(slot, from: here, to: end, falls),
                    chosen < 0 || (falls ? price > nearest : price < nearest)
                {
                    chosen = slot
                    nearest = price
                }
                slot = orders[slot].next
            }
            guard chosen >= 0 else { break }
            here = nearest
            // What is touched once in a pass and finds no volume is not touched again.
            orders[chosen].touchedIn = pass.number
            if orders[chosen].mode == .limit {
                fill(chosen, at: here, takes: false, &reports)
            } else {
                meet(chosen, at: here, &reports)
            }
            meetLoosened(index, at: here, &reports)
        }
        trailAll(index, to: end, falls)
    }

    /// Where on its way the price concerns an order, or nothing.
    private func hit(_ slot: Int32, from here: Price, to end: Price, _ falls: Bool) -> Price? {
        let isBuy = orders[slot].isBuy
        switch orders[slot].mode {
        case .limit:
            let limit = orders[slot].ticket.limit
            // A touch is no trade: the price has to go beyond the limit.
            guard isBuy == falls, orders[slot].touchedIn != pass.number else { return nil }
            if falls { return end < limit ? min(limit, here) : nil }
            return end > limit ? max(limit, here) : nil
        case .stop, .stopLimit, .trailing:
            let trigger = orders[slot].trigger
            guard isBuy != falls else { return nil }
            if falls { return end <= trigger ? min(trigger, here) : nil }
            return end >= trigger ? max(trigger, here) : nil
        case .market, .onOpen, .onClose: return nil
        }
    }

    /// Orders that the last trade let loose meet the price at which it happened.
    private mutating func meetLoosened(_ index: Int, at price: Price, _ reports: inout [Report]) {
        guard pass.hasLoosened else { return }
        pass.hasLoosened = false
        var slot = books[index].first
        while slot >= 0 {
            if takesPart(slot), orders[slot].isFresh {
                orders[slot].isFresh = false
                meet(slot, at: price, &reports)
            }
            slot = orders[slot].next
        }
    }
}
