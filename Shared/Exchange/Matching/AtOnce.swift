import Domain

/// Orders that need not wait for the next bar: at the close of the bar they were decided on, or at the last quote.
extension Exchange {
    mutating func tryAtOnce(_ slot: Int32, _ reports: inout [Report]) {
        guard orders[slot].phase == .live else { return }
        let index = orders[slot].ticket.symbol.number
        switch rules.fill {
        case .nextOpen: break
        case .close:
            guard orders[slot].mode == .market, books[index].lastAt == orders[slot].arrives,
                books[index].lastPrice.isPositive
            else { return }
            begin(index, volume: books[index].lastVolume, barEndingAt: books[index].lastAt)
            pass.since = orders[slot].arrives
            let before = pass.budget
            fill(slot, at: books[index].lastPrice, takes: true, &reports)
            note(taken: before == .max ? 0 : before - pass.budget, of: index)
            if orders[slot].atOnce, orders[slot].phase == .live {
                finish(slot, .cancelled, .notAtOnce, at: pass.at, &reports)
            }
            pass.hasLoosened = false
        case .quote:
            guard books[index].quote.isKnown else { return }
            beginQuoted(index, at: orders[slot].arrives)
            meetQuote(slot, &reports)
            meetLoosenedQuoted(index, &reports)
        }
    }

    private mutating func note(taken units: Int64, of index: Int) {
        if books[index].takenAt != books[index].lastAt { books[index].taken = .zero }
        books[index].takenAt = books[index].lastAt
        books[index].taken += Quantity(units: units)
    }
}
