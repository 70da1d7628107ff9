import Domain

/// What the trade or the end of an order means for those that belong to it.
extension Exchange {
    /// After a fill: the other of a pair shrinks by as much, and what hangs on the order may work.
    mutating func relate(_ slot: Int32, traded quantity: Quantity, _ reports: inout [Report]) {
        let sibling = orders[slot].sibling
        if sibling >= 0 { reduce(sibling, by: quantity, because: .otherOfPair, &reports) }
        var child = orders[slot].firstChild
        while child >= 0 {
            let next = orders[child].nextChild
            loosen(child, after: slot, traded: quantity, &reports)
            child = next
        }
    }

    /// Takes from an order what the other of its pair has traded, or what its parent will not trade any more.
    private mutating func reduce(
        _ slot: Int32, by quantity: Quantity, because reason: Reason, _ reports: inout [Report]
    ) {
        let taken = min(quantity, orders[slot].open)
        guard taken.isPositive else { return }
        if taken == orders[slot].open {
            let other = orders[slot].sibling
            if reason == .otherOfPair, other >= 0 {
                // The other goes on, or is filled: it does not end because this one does.
                orders[slot].sibling = -1
                orders[other].sibling = -1
            }
            finish(slot, .cancelled, reason, at: pass.at, &reports)
            return
        }
        orders[slot].reduced += taken
        let most = orders[slot].ticket.quantity - orders[slot].reduced
        if reason == .otherOfPair {
            orders[slot].active = max(orders[slot].active - taken, orders[slot].filled)
        } else {
            orders[slot].active = min(orders[slot].active, most)
        }
        reserve(slot)
        report(.state, reason, slot, quantity: taken, at: pass.at, &reports)
    }

    /// Lets an order work for as much as its parent has just traded, in proportion where they differ in size, and for
    /// all of it once the parent is filled.
    private mutating func loosen(
        _ child: Int32, after parent: Int32, traded quantity: Quantity, _ reports: inout [Report]
    ) {
        let ordered = orders[parent].ticket.quantity
        let asked = orders[child].ticket.quantity
        let most = asked - orders[child].reduced
        var more = quantity
        if asked != ordered {
            more = Quantity(
                units: Int64(Int128(asked.units) * Int128(quantity.units) / Int128(ordered.units)))
        }
        orders[child].active =
            orders[parent].open == .zero ? most : min(orders[child].active + more, most)
        orders[child].touchedIn = 0
        if orders[child].phase == .held, orders[child].remaining.isPositive {
            orders[child].phase = .live
            let isSameSymbol = orders[child].ticket.symbol == orders[parent].ticket.symbol
            orders[child].arrives = isSameSymbol ? min(orders[child].arrives, pass.since) : pass.at
            orders[child].isFresh = isSameSymbol
            pass.hasLoosened = pass.hasLoosened || isSameSymbol
            startTrailing(child)
        }
        reserve(child)
        widen(orders[child].ticket.symbol.number, for: child)
    }

    /// Parts an order that ends from those that belong to it. What hangs on it keeps what has been let loose.
    mutating func part(_ slot: Int32, _ reason: Reason, _ reports: inout [Report]) {
        let sibling = orders[slot].sibling
        if sibling >= 0 {
            orders[slot].sibling = -1
            orders[sibling].sibling = -1
            // A pair ends together, but for one that is over by its own time.
            if reason != .timeInForce, reason != .replaced {
                finish(sibling, .cancelled, .otherOfPair, at: pass.at, &reports)
            }
        }
        var child = orders[slot].firstChild
        orders[slot].firstChild = -1
        while child >= 0 {
            let next = orders[child].nextChild
            orders[child].parent = -1
            orders[child].nextChild = -1
            let idle = orders[child].ticket.quantity - orders[child].reduced - orders[child].active
            if orders[child].phase == .held {
                // A pair of legs is cancelled leg by leg, each for the same reason.
                let other = orders[child].sibling
                if other >= 0 {
                    orders[child].sibling = -1
                    orders[other].sibling = -1
                }
                finish(child, .cancelled, .parent, at: pass.at, &reports)
            } else if orders[child].phase == .live {
                reduce(child, by: idle, because: .parent, &reports)
            }
            child = next
        }
        let parent = orders[slot].parent
        if parent >= 0 {
            orders[slot].parent = -1
            if orders[parent].firstChild == slot {
                orders[parent].firstChild = orders[slot].nextChild
            } else if orders[parent].firstChild >= 0 {
                orders[orders[parent].firstChild].nextChild = orders[slot].nextChild
            }
            orders[slot].nextChild = -1
        }
    }
}
