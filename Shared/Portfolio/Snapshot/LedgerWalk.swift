import Domain

/// Everything that the ledger remembers, value by value: one walk writes a snapshot and reads it.
extension Ledger {
    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try books.remember(&walk)
        try walk.integer(&equityUnits)
        try walk.integer(&longUnits)
        try walk.integer(&shortUnits)
        try walk.amount(&highWater)
        try walk.integer(&lowestSince)
        try walk.number(&deepestBefore)
        try walk.count(holdings.count)
        try walk.shelf(&holdings, blank: Holding()) { (holding, walk) throws(SnapshotMismatch) in
            try holding.remember(&walk)
        }
        try lots.remember(&walk)
        try walk.count(shares.count)
        try walk.shelf(&shares, blank: Attribution()) { (share, walk) throws(SnapshotMismatch) in
            try walk.amount(&share.quantity)
            try walk.amount(&share.cash)
            try walk.amount(&share.fees)
            try walk.amount(&share.traded)
        }
    }
}

extension Books {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.amount(&cash)
        try walk.amount(&cost)
        try walk.amount(&capital)
        try walk.amount(&realised)
        try walk.amount(&fees)
        try walk.amount(&dividends)
        try walk.amount(&borrow)
        try walk.amount(&interest)
    }
}

extension Holding {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.amount(&quantity)
        try walk.amount(&price)
        try walk.amount(&worth)
        try walk.amount(&cost)
        try walk.amount(&realised)
        try walk.amount(&fees)
        try walk.amount(&dividends)
        try walk.amount(&borrow)
        try walk.integer(&whole)
        try walk.integer(&part)
        try walk.integer(&firstLot)
        try walk.integer(&lastLot)
    }
}

extension LotShelf {
    fileprivate mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        let blank = Lot(
            quantity: .zero, cost: .zero, fee: .zero, price: .zero, strategy: 0, openedAt: .zero)
        try walk.shelf(&places, blank: blank) { (lot, walk) throws(SnapshotMismatch) in
            try walk.amount(&lot.quantity)
            try walk.amount(&lot.cost)
            try walk.amount(&lot.fee)
            try walk.amount(&lot.price)
            try walk.integer(&lot.strategy)
            try walk.moment(&lot.openedAt)
            try walk.integer(&lot.next)
            try walk.integer(&lot.previous)
        }
        try walk.shelf(&free, blank: 0) { (slot, walk) throws(SnapshotMismatch) in try walk.integer(&slot) }
    }
}
