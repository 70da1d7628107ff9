import Domain

/// Cancelling and replacing orders.
extension Exchange {
    /// Takes a request to cancel what is open of an order; it arrives later by the latency of orders.
    public mutating func cancel(_ handle: OrderHandle, at now: Timestamp, _ reports: inout [Report]) {
        let delay = orderDelay(at: now)
        if delay == 0 {
            cancelled(handle, at: now, &reports)
        } else {
            agenda.add(.cancellation, of: handle, at: now + delay)
            nextDue = min(nextDue, agenda.next)
        }
    }

    /// Takes an order that stands in the place of another: with its relations, at the end of the queue. Its quantity
    /// counts what the other has traded already. Where the other is over, or the new one is not good, the new one is
    /// rejected and the other stays as it is.
    @discardableResult
    public mutating func replace(
        _ handle: OrderHandle, with ticket: Ticket, at now: Timestamp, _ reports: inout [Report]
    ) -> OrderHandle {
        let slot = add(ticket, at: now)
        orders[slot].replaces = handle
        let new = self.handle(of: slot)
        dispatch(slot, at: now, &reports)
        return new
    }

    /// Asks where an order stands: answered with a report of its state, or that no such order works.
    public mutating func ask(about handle: OrderHandle, at now: Timestamp, _ reports: inout [Report]) {
        guard let slot = orders.slot(of: handle), orders[slot].phase != .travelling else {
            answerUnknown(.unknownOrder, handle, at: now, &reports)
            return
        }
        report(.state, .requested, slot, quantity: orders[slot].filled, at: now, &reports)
    }

    mutating func cancelled(_ handle: OrderHandle, at now: Timestamp, _ reports: inout [Report]) {
        guard let slot = orders.slot(of: handle), orders[slot].phase != .travelling else {
            answerUnknown(.cancelRejected, handle, at: now, &reports)
            return
        }
        let index = orders[slot].ticket.symbol.number
        if let mischief = rules.mischief, orders[slot].phase == .live, books[index].lastPrice.isPositive,
            chance.happens(mischief.fillAfterCancel)
        {
            report(.cancelled, .requested, slot, quantity: orders[slot].open, at: now, &reports)
            begin(index, volume: .zero, barEndingAt: now)
            pass.budget = .max
            fill(slot, at: books[index].lastPrice, takes: true, &reports)
        }
        finish(slot, .cancelled, .requested, at: now, &reports)
        sweep(index)
    }

    private mutating func answerUnknown(
        _ kind: ReportKind, _ handle: OrderHandle, at now: Timestamp, _ reports: inout [Report]
    ) {
        send(
            Report(
                kind: kind, reason: .unknownOrder, side: .buy, symbol: SymbolIndex(-1), account: 0,
                strategy: 0,
                order: handle, tag: 0, quantity: .zero, price: .zero, fee: .zero, remaining: .zero,
                execution: 0, at: now, knownAt: now), &reports)
    }

    /// Puts an order in the place of the one that it replaces.
    mutating func takePlace(_ slot: Int32, at moment: Timestamp, _ reports: inout [Report]) {
        let reason = standIn(slot, at: moment, &reports)
        if reason != .none {
            report(.rejected, reason, slot, quantity: orders[slot].ticket.quantity, at: moment, &reports)
            orders.remove(slot)
            return
        }
        let index = orders[slot].ticket.symbol.number
        tryAtOnce(slot, &reports)
        sweep(index)
    }

    private mutating func standIn(
        _ slot: Int32, at moment: Timestamp, _ reports: inout [Report]
    ) -> Reason {
        guard let old = orders.slot(of: orders[slot].replaces), orders[old].phase != .travelling else {
            return .unknownOrder
        }
        let left = orders[slot].ticket.quantity - orders[old].filled
        // Legs are as large as their entry: it cannot change alone.
        let isChanged = orders[slot].ticket.quantity != orders[old].ticket.quantity - orders[old].reduced
        guard left.isPositive, !isChanged || orders[old].firstChild < 0 else { return .badQuantity }
        guard orders[slot].ticket.symbol == orders[old].ticket.symbol,
            orders[slot].ticket.side == orders[old].ticket.side
        else { return .unknownOrder }
        orders[slot].ticket.quantity = left
        // Held legs, and those that only give way to it, need no buying power of their own.
        orders[slot].parent = orders[old].parent
        release(old)
        let reason = look(slot, at: moment)
        guard reason == .none else {
            orders[slot].parent = -1
            reserve(old)
            return reason
        }
        let (isHeld, active) = (orders[old].phase == .held, orders[old].remaining)
        adopt(slot, from: old)
        finish(old, .replaced, .replaced, at: moment, &reports)
        enter(slot, at: moment, &reports)
        if orders[slot].parent >= 0, !isHeld {
            orders[slot].phase = .live
            orders[slot].active = min(active, left)
            startTrailing(slot)
            reserve(slot)
            widen(orders[slot].ticket.symbol.number, for: slot)
        }
        return .none
    }

    /// Takes over the relations of an order.
    private mutating func adopt(_ slot: Int32, from old: Int32) {
        let sibling = orders[old].sibling
        orders[slot].sibling = sibling
        if sibling >= 0 { orders[sibling].sibling = slot }
        orders[old].sibling = -1

        orders[slot].firstChild = orders[old].firstChild
        orders[old].firstChild = -1
        var child = orders[slot].firstChild
        while child >= 0 {
            orders[child].parent = slot
            child = orders[child].nextChild
        }

        let parent = orders[old].parent
        orders[slot].nextChild = orders[old].nextChild
        orders[old].parent = -1
        orders[old].nextChild = -1
        if parent >= 0 {
            if orders[parent].firstChild == old {
                orders[parent].firstChild = slot
            } else {
                orders[orders[parent].firstChild].nextChild = slot
            }
        }
    }
}
