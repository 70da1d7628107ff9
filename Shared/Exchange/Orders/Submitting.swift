import Domain

/// How orders come to the exchange: alone, as a pair of which one cancels the other, or hanging on another order.
extension Exchange {
    /// Takes an order at the moment at which its sender sends it; it arrives later by the latency of orders.
    @discardableResult
    public mutating func submit(
        _ ticket: Ticket, at now: Timestamp, _ reports: inout [Report]
    ) -> OrderHandle {
        let slot = add(ticket, at: now)
        let handle = handle(of: slot)
        dispatch(slot, at: now, &reports)
        return handle
    }

    /// Takes an entry with its target and its stop: they wait until the entry trades, work for as much as has traded,
    /// and what one of them trades is taken from the other.
    public mutating func submit(
        bracket entry: Ticket, target: Ticket, stop: Ticket, at now: Timestamp, _ reports: inout [Report]
    ) -> (entry: OrderHandle, target: OrderHandle, stop: OrderHandle) {
        let first = add(entry, at: now)
        let legs = (add(target, at: now), add(stop, at: now))
        hang(legs.0, on: first)
        hang(legs.1, on: first)
        pair(legs.0, legs.1)
        let handles = (handle(of: first), handle(of: legs.0), handle(of: legs.1))
        dispatch(first, at: now, &reports)
        return handles
    }

    /// Takes two orders of which one cancels the other (OCO): together they never trade more than one of them may.
    public mutating func submit(
        oneCancelsOther first: Ticket, _ second: Ticket, at now: Timestamp, _ reports: inout [Report]
    ) -> (OrderHandle, OrderHandle) {
        let slots = (add(first, at: now), add(second, at: now))
        pair(slots.0, slots.1)
        let handles = (handle(of: slots.0), handle(of: slots.1))
        dispatch(slots.0, at: now, &reports)
        return handles
    }

    /// Takes an order and a second one that is let loose by the first (OTO), in the measure in which that trades.
    public mutating func submit(
        _ first: Ticket, thenTriggers second: Ticket, at now: Timestamp, _ reports: inout [Report]
    ) -> (OrderHandle, OrderHandle) {
        let slots = (add(first, at: now), add(second, at: now))
        hang(slots.1, on: slots.0)
        let handles = (handle(of: slots.0), handle(of: slots.1))
        dispatch(slots.0, at: now, &reports)
        return handles
    }

    func handle(of slot: Int32) -> OrderHandle {
        OrderHandle(slot: slot, generation: orders[slot].generation)
    }

    mutating func add(_ ticket: Ticket, at now: Timestamp) -> Int32 {
        orders.add(ticket, arrives: now)
    }

    private mutating func hang(_ child: Int32, on parent: Int32) {
        orders[child].parent = parent
        // The last child first: a list that is walked backwards would swap target and stop.
        if orders[parent].firstChild < 0 {
            orders[parent].firstChild = child
        } else {
            orders[orders[parent].firstChild].nextChild = child
        }
    }

    private mutating func pair(_ first: Int32, _ second: Int32) {
        orders[first].sibling = second
        orders[second].sibling = first
    }

    /// Sends an order, and with it those that hang on it or are its pair, on its way.
    mutating func dispatch(_ slot: Int32, at now: Timestamp, _ reports: inout [Report]) {
        let delay = orderDelay(at: now)
        if delay == 0 {
            arrive(slot, at: now, &reports)
            return
        }
        orders[slot].arrives = now + delay
        agenda.add(.arrival, of: handle(of: slot), at: now + delay)
        nextDue = min(nextDue, agenda.next)
    }

    /// How long something that is sent takes; the connection may be lost by it.
    mutating func orderDelay(at now: Timestamp) -> Int64 {
        if misbehaves, let mischief = rules.mischief, chance.happens(mischief.disconnect) {
            silentUntil = max(silentUntil, now + mischief.disconnection)
        }
        return delaysOrders ? max(rules.latency.order.draw(&chance), 0) : 0
    }
}
