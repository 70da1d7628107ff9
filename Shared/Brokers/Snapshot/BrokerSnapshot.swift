import Domain

/// What a broker's desk remembers.
extension BrokerDesk {
    public static let snapshotVersion: UInt32 = 6

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.list(&errands, blank: Errand(Order(), because: nil)) {
            (errand, walk) throws(SnapshotMismatch) in
            try walk.errand(&errand)
        }
        try walk.places(&live, below: errands.count)
        try walk.list(&pending, blank: Pending(report: BrokerReport(), origin: nil)) {
            (item, walk) throws(SnapshotMismatch) in
            try walk.fields(&item.report)
            try walk.origin(&item.origin)
        }
        try walk.list(&calls, blank: Call(number: 0, kind: .submit, place: -1)) {
            (call, walk) throws(SnapshotMismatch) in
            try walk.integer(&call.number)
            try walk.choice(&call.kind)
            try walk.integer(&call.place)
        }
        try walk.flag(&hasBegun)
        try walk.flag(&isListening)
        try walk.integer(&breaks)
        try walk.integer(&askedThrough)
        for moment in [\BrokerDesk.quietUntil, \.clock, \.closed, \.lookDue, \.fullDue, \.wokenAt] {
            try walk.moment(&self[keyPath: moment])
        }
        try walk.integer(&callNumber)
        try walk.integer(&failures)
        try walk.fields(&differences)
        try walk.fields(&standing)
        try walk.fields(&fundsTold)
        try walk.books(&books)
        try walk.market(&market)
        try walk.optional(&look, blank: Look(isFull: false, breaks: 0)) {
            (look, walk) throws(SnapshotMismatch) in
            try walk.look(&look)
        }
        try walk.flag(&isFailing)
        try walk.places(&forgotten, below: errands.count)
        try walk.moment(&market.cashSince)
        try walk.moment(&market.askAssetsAt)
        try walk.integer(&market.assetFailures)
        try walk.sinceVersion4(&books, &errands)
        try walk.sinceVersion5(&errands)
        guard walk.isReading else { return }
        for (place, errand) in errands.enumerated() {
            places[errand.order.id] = place
            if !errand.venueId.isEmpty { venuePlaces[errand.venueId] = place }
        }
    }
}

extension SnapshotWalk {
    fileprivate mutating func errand(_ errand: inout Errand) throws(SnapshotMismatch) {
        try order(&errand.order)
        try origin(&errand.origin)
        try choice(&errand.stage)
        try text(&errand.venueId)
        try list(&errand.pieces, blank: Errand.Piece(from: .zero, to: .zero, price: .zero)) {
            (piece, walk) throws(SnapshotMismatch) in
            try walk.amount(&piece.from)
            try walk.amount(&piece.to)
            try walk.amount(&piece.price)
        }
        try amount(&errand.filled)
        try amount(&errand.told)
        try optional(&errand.ending, blank: .working) { (ending, walk) throws(SnapshotMismatch) in
            try walk.choice(&ending)
        }
        try text(&errand.endingText)
        try flag(&errand.isAcknowledged)
        try optional(&errand.sent, blank: Order()) { (sent, walk) throws(SnapshotMismatch) in
            try walk.order(&sent)
        }
        try integer(&errand.sends)
        try moment(&errand.sentAt)
        try integer(&errand.asks)
        try moment(&errand.askAt)
        try moment(&errand.askedAt)
        try flag(&errand.answerIsOld)
        try flag(&errand.wantsState)
        try text(&errand.refusal)
        try flag(&errand.wantsCancel)
        try flag(&errand.cancelIsSent)
        try text(&errand.cancelRefusal)
        try integer(&errand.replaces)
        try integer(&errand.successor)
        try amount(&errand.inherited)
    }

    fileprivate mutating func books(_ books: inout Books) throws(SnapshotMismatch) {
        try list(&books.holdings, blank: Books.Holding(symbol: Symbol())) {
            (holding, walk) throws(SnapshotMismatch) in
            try walk.symbol(&holding.symbol)
            try walk.amount(&holding.ours)
            try walk.amount(&holding.others)
            try walk.amount(&holding.theirs)
            try walk.amount(&holding.price)
        }
        try flag(&books.isFounded)
        try moment(&books.foundedAt)
        try amount(&books.cash)
        try fields(&books.funds)
        try moment(&books.newest)
        try list(&books.known, blank: "") { (id, walk) throws(SnapshotMismatch) in try walk.text(&id) }
        try fields(&books.orphans)
        try fields(&books.strangers)
        try list(&books.dues, blank: Due(symbol: Symbol(), amount: .zero, at: .zero)) {
            (due, walk) throws(SnapshotMismatch) in
            try walk.symbol(&due.symbol)
            try walk.amount(&due.amount)
            try walk.moment(&due.at)
        }
    }

    /// What has traded since the broker said what is held, and which orders belong together. A snapshot of version 4 ends
    /// before it.
    fileprivate mutating func sinceVersion4(_ books: inout Books, _ errands: inout [Errand])
        throws(SnapshotMismatch)
    {
        if isReading, isAtEnd { return }
        for place in books.holdings.indices { try amount(&books.holdings[place].since) }
        for place in errands.indices {
            try flag(&errands[place].isUnwanted)
            try integer(&errands[place].head)
            try places(&errands[place].legs, below: errands.count)
        }
    }

    /// Which orders make way for others. A snapshot of version 5 ends before it.
    fileprivate mutating func sinceVersion5(_ errands: inout [Errand]) throws(SnapshotMismatch) {
        if isReading, isAtEnd { return }
        for place in errands.indices {
            for piece in errands[place].pieces.indices {
                try moment(&errands[place].pieces[piece].toldAt)
                try amount(&errands[place].pieces[piece].counted)
            }
            try moment(&errands[place].askedFor)
            try flag(&errands[place].isCalledOff)
            try flag(&errands[place].staysOn)
            try optional(&errands[place].waitsSince, blank: .zero) {
                (moment, walk) throws(SnapshotMismatch) in
                try walk.moment(&moment)
            }
            try flag(&errands[place].isWaitTold)
            try amount(&errands[place].yielded)
        }
    }

    fileprivate mutating func market(_ market: inout BrokerMarket) throws(SnapshotMismatch) {
        var prices = market.prices.sorted { $0.key.text < $1.key.text }.map {
            (symbol: $0.key, price: $0.value)
        }
        try list(&prices, blank: (symbol: Symbol(), price: .zero)) { (price, walk) throws(SnapshotMismatch) in
            try walk.symbol(&price.symbol)
            try walk.amount(&price.price)
        }
        var assets = market.assets.values.sorted { $0.symbol.text < $1.symbol.text }
        try fields(&assets)
        if isReading {
            market.prices = [:]
            for price in prices { market.prices[price.symbol] = price.price }
            market.assets = [:]
            for asset in assets { market.assets[asset.symbol] = asset }
        }
        try symbols(&market.asked)
        try flag(&market.isOpen)
        try flag(&market.knowsHours)
        try moment(&market.nextOpen)
        try flag(&market.dayHasEnded)
        try flag(&market.isSkewed)
        try list(&market.suspects, blank: BrokerMarket.Suspect(symbol: Symbol(), gap: .zero)) {
            (suspect, walk) throws(SnapshotMismatch) in
            try walk.symbol(&suspect.symbol)
            try walk.amount(&suspect.gap)
        }
        try amount(&market.cashSuspect)
    }

    fileprivate mutating func look(_ look: inout Look) throws(SnapshotMismatch) {
        try flag(&look.isFull)
        try integer(&look.breaks)
        try list(&look.steps, blank: .clock) { (step, walk) throws(SnapshotMismatch) in try walk.choice(&step)
        }
        try flag(&look.isAsked)
        try text(&look.after)
        try symbols(&look.disturbed)
    }

    private mutating func symbols(_ symbols: inout [Symbol]) throws(SnapshotMismatch) {
        try list(&symbols, blank: Symbol()) { (symbol, walk) throws(SnapshotMismatch) in
            try walk.symbol(&symbol)
        }
    }
}
