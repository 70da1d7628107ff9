import Domain

/// What the account should have, by every fill and charge that came.
struct Books {
    struct Holding {
        var symbol: Symbol
        /// What our own orders have brought.
        var ours = Quantity.zero
        /// What somebody else has brought, or held before us.
        var others = Quantity.zero
        /// What the broker said last, and its average price.
        var theirs = Quantity.zero
        var price = Price.zero
        /// What has traded since the broker said it, or may have just before.
        var since = Quantity.zero

        var expected: Quantity { ours + others }
        /// What the broker should say now.
        var theirsByNow: Quantity { theirs + since }
    }

    /// In the order in which the symbols came.
    var holdings: [Holding] = []
    /// Before the first reconciliation nothing is expected.
    var isFounded = false
    /// No activity before this is of concern: the first reconciliation was then.
    var foundedAt = Timestamp.zero
    var cash = Money.zero
    var funds = Account()
    /// The newest activity that was read, by the broker's clock.
    var newest = Timestamp.zero
    /// The ids of strangers' activities that were taken. Ours are known by the parts of their orders.
    var known: [String] = []
    /// Fills whose order is not known yet.
    var orphans: [BrokerActivity] = []
    /// What somebody else has traded, and nobody has settled.
    var strangers: [BrokerActivity] = []
    /// Dividends that the broker has not paid, the oldest first.
    var dues: [Due] = []

    /// Activities are read again for so long: some come late.
    private static let overlap = 5 * Nanoseconds.minute
    private static let knownMax = 4096

    var activitiesFrom: Timestamp { max(foundedAt, newest - Books.overlap) }

    func knows(_ id: String) -> Bool { known.contains(id) }

    mutating func remember(_ id: String) {
        known.append(id)
        if known.count > Books.knownMax { known.removeFirst(Books.knownMax / 2) }
    }

    func holding(of symbol: Symbol) -> Holding {
        holdings.first { $0.symbol == symbol } ?? Holding(symbol: symbol)
    }

    mutating func change(_ symbol: Symbol, _ body: (inout Holding) -> Void) {
        let place = holdings.firstIndex { $0.symbol == symbol }
        if place == nil { holdings.append(Holding(symbol: symbol)) }
        body(&holdings[place ?? holdings.count - 1])
    }

    mutating func book(_ symbol: Symbol, _ side: Side, _ quantity: Quantity, _ price: Price) {
        change(symbol) {
            $0.ours += side == .buy ? quantity : -quantity
            $0.since += side == .buy ? quantity : -quantity
        }
        pay(side, quantity, price)
    }

    mutating func bookOther(_ symbol: Symbol, _ side: Side, _ quantity: Quantity, _ price: Price) {
        change(symbol) {
            $0.others += side == .buy ? quantity : -quantity
            $0.since += side == .buy ? quantity : -quantity
        }
        pay(side, quantity, price)
    }

    private mutating func pay(_ side: Side, _ quantity: Quantity, _ price: Price) {
        guard let worth = Money.worth(of: quantity, at: price) else { return }
        cash += side == .buy ? -worth : worth
    }
}
