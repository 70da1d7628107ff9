import Domain

/// What time alone brings about: orders arrive, are cancelled and expire, and borrowed shares cost interest.
extension Exchange {
    /// Lets time pass. Call it after everything of the instant has been taken: an order of the day ends with its
    /// session, after the last bar that it could trade in.
    public mutating func advance(to moment: Timestamp, _ reports: inout [Report]) {
        guard nextDue <= moment.nanoseconds else { return }
        if marginIsDue { checkMargins(at: moment, &reports) }
        while min(agenda.next, interestDue.nanoseconds) <= moment.nanoseconds {
            if interestDue.nanoseconds < agenda.next {
                chargeInterest(&reports)
                continue
            }
            let entry = agenda.removeFirst()
            let at = Timestamp(nanoseconds: entry.at)
            switch entry.kind {
            case .cancellation: cancelled(entry.handle, at: at, &reports)
            case .arrival:
                if let slot = orders.slot(of: entry.handle) { arrive(slot, at: at, &reports) }
            case .expiry:
                if let slot = orders.slot(of: entry.handle), orders[slot].expires <= at {
                    expire(slot, &reports)
                }
            }
        }
        nextDue = min(agenda.next, interestDue.nanoseconds)
    }

    /// Ends the orders of one symbol whose time is over with a bar, before other symbols have had theirs.
    mutating func expire(_ index: Int, through moment: Timestamp, _ reports: inout [Report]) {
        var slot = books[index].first
        while slot >= 0 {
            if orders[slot].phase != .ended, orders[slot].expires <= moment { expire(slot, &reports) }
            slot = orders[slot].next
        }
    }

    private mutating func expire(_ slot: Int32, _ reports: inout [Report]) {
        let index = orders[slot].ticket.symbol.number
        let end = orders[slot].expires
        if orders[slot].mode == .onClose, orders[slot].phase == .live, books[index].lastPrice.isPositive {
            // No bar ended with the session: its last price is the close, if it has one.
            let last = books[index].lastAt
            if clock.day(closingAfter: last - 1).close == orders[slot].auction {
                begin(index, volume: books[index].lastVolume, barEndingAt: last)
                pass.at = end
                auction(slot, at: books[index].lastPrice, &reports)
            }
        }
        finish(slot, .expired, .timeInForce, at: end, &reports)
        sweep(index)
    }
}
