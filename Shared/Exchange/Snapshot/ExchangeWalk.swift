import Domain

/// Everything that the exchange remembers, value by value: one walk writes a snapshot and reads it. Its rules are not
/// among it: they come from where settings come.
extension Exchange {
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.count(books.count)
        try walk.shelf(&books, blank: Book()) { (book, walk) throws(SnapshotMismatch) in
            try book.remember(&walk)
        }
        try walk.integer(&nextDue)
        try orders.remember(&walk)
        try agenda.remember(&walk)
        try accounts.remember(&walk)
        try walk.integer(&chance.state)
        try pass.remember(&walk)
        try walk.integer(&executions)
        try walk.moment(&now)
        try walk.moment(&silentUntil)
        try walk.moment(&interestDue)
        try walk.flag(&marginIsDue)
    }
}

extension Book {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.integer(&wakesBelow)
        try walk.integer(&wakesAbove)
        try walk.amount(&lastPrice)
        try walk.moment(&lastAt)
        try walk.amount(&lastVolume)
        try walk.integer(&first)
        try walk.integer(&last)
        try walk.integer(&working)
        try walk.flag(&needsSweep)
        try walk.flag(&wakesAlways)
        try walk.flag(&isTraded)
        try walk.amount(&taken)
        try walk.moment(&takenAt)
        try quote.remember(&walk)
        try walk.flag(&hasTrades)
        try walk.amount(&range)
        try walk.integer(&rangeCount)
    }
}

extension LastQuote {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.moment(&at)
        try walk.amount(&bid)
        try walk.amount(&ask)
        try walk.amount(&bidSize)
        try walk.amount(&askSize)
        try walk.amount(&bidTaken)
        try walk.amount(&askTaken)
        try walk.amount(&bidTraded)
        try walk.amount(&askTraded)
    }
}

extension Pass {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.moment(&since)
        try walk.moment(&at)
        try walk.integer(&budget)
        try walk.amount(&volume)
        try walk.flag(&isQuoted)
        try walk.integer(&number)
        try walk.flag(&hasLoosened)
    }
}

extension AccountBook {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.count(states.count)
        try walk.shelf(&states, blank: State(cash: .zero)) { (state, walk) throws(SnapshotMismatch) in
            try walk.amount(&state.cash)
            try walk.amount(&state.worth)
            try walk.amount(&state.gross)
            try walk.amount(&state.reserved)
            try walk.amount(&state.expected)
            try walk.integer(&state.liquidations)
            try walk.integer(&state.shorts)
        }
        try walk.count(holdings.count)
        try walk.shelf(&holdings, blank: Holding()) { (holding, walk) throws(SnapshotMismatch) in
            try walk.amount(&holding.quantity)
            try walk.amount(&holding.worth)
        }
    }
}

extension OrderShelf {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        let ticket = Ticket(symbol: SymbolIndex(0), side: .buy, quantity: .zero)
        let blank = WorkingOrder(ticket, arrives: .zero, generation: 0)
        try walk.shelf(&places, blank: blank) { (order, walk) throws(SnapshotMismatch) in
            try order.remember(&walk)
        }
        try walk.shelf(&free, blank: 0) { (slot, walk) throws(SnapshotMismatch) in try walk.integer(&slot) }
    }
}

extension Agenda {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        let blank = Entry(at: 0, sequence: 0, handle: .none, kind: .arrival)
        try walk.shelf(&heap, blank: blank) { (entry, walk) throws(SnapshotMismatch) in
            try walk.integer(&entry.at)
            try walk.integer(&entry.sequence)
            try walk.handle(&entry.handle)
            try walk.choice(&entry.kind)
        }
        try walk.integer(&sequence)
    }
}

extension WorkingOrder {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try ticket.remember(&walk)
        try walk.choice(&phase)
        try walk.choice(&mode)
        try walk.flag(&hasLimit)
        try walk.flag(&isBuy)
        try walk.flag(&atOnce)
        try walk.flag(&allOrNothing)
        try walk.flag(&isResting)
        try walk.flag(&isQueued)
        try walk.flag(&isFresh)
        try walk.integer(&touchedIn)
        try walk.integer(&generation)
        try walk.amount(&filled)
        try walk.amount(&active)
        try walk.amount(&reduced)
        try walk.amount(&worth)
        try walk.amount(&commission)
        try walk.amount(&regulatory)
        try walk.amount(&reserved)
        try walk.amount(&trigger)
        try walk.amount(&best)
        try walk.integer(&trailRate.billionths)
        try walk.moment(&arrives)
        try walk.moment(&expires)
        try walk.moment(&auction)
        try walk.amount(&ahead)
        try walk.integer(&next)
        try walk.integer(&previous)
        try walk.integer(&parent)
        try walk.integer(&sibling)
        try walk.integer(&firstChild)
        try walk.integer(&nextChild)
        try walk.handle(&replaces)
    }
}

extension Ticket {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.integer(&tag)
        var number = symbol.number
        try walk.integer(&number)
        symbol = SymbolIndex(number)
        try walk.integer(&account)
        try walk.integer(&strategy)
        try walk.choice(&side)
        try walk.choice(&kind)
        try walk.choice(&timeInForce)
        try walk.amount(&quantity)
        try walk.amount(&limit)
        try walk.amount(&stop)
        try walk.amount(&trail)
        try walk.number(&trailShare)
        try walk.amount(&notional)
        try walk.moment(&validUntil)
    }
}

extension SnapshotWalk {
    mutating func handle(_ handle: inout OrderHandle) throws(SnapshotMismatch) {
        try integer(&handle.slot)
        try integer(&handle.generation)
    }
}
