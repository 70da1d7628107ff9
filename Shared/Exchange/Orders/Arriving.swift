import Domain

/// What happens when an order reaches the exchange: it is looked at, together with those that came with it, put in its
/// book, and tried at once where the rules have a price for it.
extension Exchange {
    mutating func arrive(_ slot: Int32, at moment: Timestamp, _ reports: inout [Report]) {
        if orders[slot].replaces != .none {
            takePlace(slot, at: moment, &reports)
            return
        }
        let isChildless = orders[slot].firstChild < 0
        let second = isChildless ? orders[slot].sibling : orders[slot].firstChild
        let third = second < 0 || isChildless ? -1 : orders[second].nextChild

        // All of a group are good, or none is taken.
        let reason = look(slot, at: moment)
        let secondReason = second < 0 ? .none : look(second, at: moment)
        let thirdReason = third < 0 ? .none : look(third, at: moment)
        guard reason == .none, secondReason == .none, thirdReason == .none else {
            let others: Reason = isChildless ? .otherOfPair : .parent
            refuse(slot, for: reason == .none ? .group : reason, at: moment, &reports)
            if second >= 0 {
                refuse(second, for: secondReason == .none ? others : secondReason, at: moment, &reports)
            }
            if third >= 0 {
                refuse(third, for: thirdReason == .none ? others : thirdReason, at: moment, &reports)
            }
            return
        }
        enter(slot, at: moment, &reports)
        if second >= 0 { enter(second, at: moment, &reports) }
        if third >= 0 { enter(third, at: moment, &reports) }

        let symbols = (
            orders[slot].ticket.symbol.number, second < 0 ? -1 : orders[second].ticket.symbol.number
        )
        tryAtOnce(slot, &reports)
        if second >= 0, isChildless { tryAtOnce(second, &reports) }
        sweep(symbols.0)
        if symbols.1 >= 0 { sweep(symbols.1) }
    }

    /// Puts an order that was found good in its book.
    mutating func enter(_ slot: Int32, at moment: Timestamp, _ reports: inout [Report]) {
        let index = orders[slot].ticket.symbol.number
        link(slot, in: index)
        if orders[slot].expires < .distantFuture {
            agenda.add(.expiry, of: handle(of: slot), at: orders[slot].expires)
            nextDue = min(nextDue, agenda.next)
            if agenda.count > 2 * orders.count + 64 { dropStaleEntries() }
        }
        if orders[slot].parent >= 0 {
            orders[slot].phase = .held
        } else {
            orders[slot].phase = .live
            orders[slot].active = orders[slot].ticket.quantity
            reserve(slot)
            startTrailing(slot)
        }
        widen(index, for: slot)
        report(.accepted, .none, slot, quantity: orders[slot].ticket.quantity, at: moment, &reports)
    }

    /// Hangs an order at the end of its book.
    mutating func link(_ slot: Int32, in index: Int) {
        let last = books[index].last
        orders[slot].previous = last
        orders[slot].next = -1
        if last >= 0 { orders[last].next = slot } else { books[index].first = slot }
        books[index].last = slot
        books[index].working += 1
    }

    /// Rejects an order that is in no book yet.
    private mutating func refuse(
        _ slot: Int32, for reason: Reason, at moment: Timestamp, _ reports: inout [Report]
    ) {
        report(.rejected, reason, slot, quantity: orders[slot].ticket.quantity, at: moment, &reports)
        orders.remove(slot)
    }

    private mutating func dropStaleEntries() {
        var kept = Agenda()
        swap(&kept, &agenda)
        kept.compact { orders.slot(of: $0) != nil }
        agenda = kept
        nextDue = min(agenda.next, interestDue.nanoseconds)
    }
}
