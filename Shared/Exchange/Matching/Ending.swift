import Domain

/// How orders end and leave their book.
extension Exchange {
    /// Ends what is open of an order, and says so.
    mutating func finish(
        _ slot: Int32, _ kind: ReportKind, _ reason: Reason, at moment: Timestamp, _ reports: inout [Report]
    ) {
        guard orders[slot].phase != .ended else { return }
        let left = orders[slot].open
        end(slot)
        pass.at = moment
        report(kind, reason, slot, quantity: left, at: moment, &reports)
        part(slot, reason, &reports)
    }

    /// Ends an order of which nothing is open.
    mutating func close(_ slot: Int32, _ reports: inout [Report]) {
        end(slot)
        part(slot, .none, &reports)
    }

    private mutating func end(_ slot: Int32) {
        let index = orders[slot].ticket.symbol.number
        let wasInBook = orders[slot].phase != .travelling
        release(slot)
        if orders[slot].ticket.tag == Ticket.liquidation {
            accounts[orders[slot].ticket.account].liquidations -= 1
        }
        orders[slot].phase = .ended
        if wasInBook {
            books[index].working -= 1
            books[index].needsSweep = true
        } else {
            orders.remove(slot)
        }
    }

    /// Takes ended orders out of a book. They are left in it while it is walked through.
    mutating func sweep(_ index: Int) {
        guard books[index].needsSweep else { return }
        books[index].needsSweep = false
        var slot = books[index].first
        while slot >= 0 {
            let next = orders[slot].next
            if orders[slot].phase == .ended {
                unlink(slot, from: index)
                orders.remove(slot)
            }
            slot = next
        }
        if books[index].first < 0 { narrow(index) }
    }

    mutating func unlink(_ slot: Int32, from index: Int) {
        let (previous, next) = (orders[slot].previous, orders[slot].next)
        if previous >= 0 { orders[previous].next = next } else { books[index].first = next }
        if next >= 0 { orders[next].previous = previous } else { books[index].last = previous }
    }

    /// Finds out anew which bars concern the orders of a book.
    mutating func narrow(_ index: Int) {
        books[index].wakesBelow = books[index].wakesAlways ? .max : .min
        books[index].wakesAbove = .max
        var slot = books[index].first
        while slot >= 0 {
            widen(index, for: slot)
            slot = orders[slot].next
        }
    }

    /// Sees to it that no bar that concerns an order is passed over.
    mutating func widen(_ index: Int, for slot: Int32) {
        guard orders[slot].phase == .live else { return }
        let isBuy = orders[slot].isBuy
        switch orders[slot].mode {
        case .limit where !orders[slot].atOnce:
            let limit = orders[slot].ticket.limit.units
            if isBuy { wake(index, below: limit - 1) } else { wake(index, above: limit + 1) }
        case .stop, .stopLimit:
            let trigger = orders[slot].trigger.units
            if isBuy { wake(index, above: trigger) } else { wake(index, below: trigger) }
        case .market, .limit, .onOpen, .onClose, .trailing: wake(index, below: .max)
        }
    }

    private mutating func wake(_ index: Int, below price: Int64) {
        books[index].wakesBelow = max(books[index].wakesBelow, price)
    }

    private mutating func wake(_ index: Int, above price: Int64) {
        books[index].wakesAbove = min(books[index].wakesAbove, price)
    }
}
