import Domain
import Stops

/// An instrument of which what guarded has ended by itself at the broker, and when the next attempt is due.
struct GuardRetry: Sendable {
    var instrument = 0
    var times = 0
    var due = Timestamp.distantFuture
}

/// What is another thing where a broker stands in the place of the exchange. It refuses a stop that the price has passed
/// and a pair whose target it has, it trades no parts of a share for longer than a day, and it ends orders of its own accord.
extension PortfolioDesk {
    /// The price is beyond a stop already, which so would be refused.
    func isPassed(_ legs: [StopBook.Leg], of symbol: SymbolIndex) -> Bool {
        let (held, price) = (ledger[symbol].quantity, ledger[symbol].price)
        guard setup.hasBroker, price.isPositive else { return false }
        return legs.contains { leg in
            leg.stop.map { held.isPositive ? price <= $0.price : price >= $0.price } ?? false
        }
    }

    /// What a stop would have done if it had rested.
    func closePassed(_ symbol: SymbolIndex, at now: Timestamp, _ outbox: inout Outbox) {
        // Where nothing of it leaves it is looked at again; what was held back on its way rests first.
        guarding.positions.book.touch(symbol.number)
        guard !allocators.contains(where: { $0.exitRests(symbol.number, at: now) }) else { return }
        close(
            symbol.number, because: "stop: the price had passed it before it could rest",
            origin: guarding.moved[symbol.number], &outbox)
    }

    /// Whole shares and cents. A target that the price has reached goes alone, and at once or not at all: what it does not
    /// trade is guarded anew.
    func fitToBroker(_ order: inout Order, at price: Price) {
        order.quantity =
            (try? order.quantity.rounded(toMultipleOf: setup.allocation.lot, .towardZero)) ?? order.quantity
        let tick = Price(units: price < Price(1) ? 100 : 10_000)
        order.trail = order.trail.map { max(tick, (try? $0.rounded(toMultipleOf: tick)) ?? $0) }
        guard let target = order.limit, price.isPositive,
            order.side == .sell ? price >= target : price <= target
        else { return }
        (order.kind, order.orderClass, order.timeInForce) = (.limit, .simple, .immediateOrCancel)
        (order.stop, order.trail, order.trailShare) = (nil, nil, 0)
    }

    // MARK: What ended by itself

    /// What the broker has refused, or has ended, or somebody has taken down there, is put back: after a minute, then after
    /// twice as long, up to a quarter of an hour.
    func retryWhatEnded(at now: Timestamp, _ outbox: inout Outbox) {
        for ended in guarding.ended where ended.guarded {
            let isAsked = guarding.asked.contains { $0.instrument == ended.instrument }
            guard !isAsked, guarding.positions.mayGuard(ended.instrument) else { continue }
            let place =
                guarding.retries.firstIndex { $0.instrument == ended.instrument } ?? guarding.retries.endIndex
            if place == guarding.retries.endIndex {
                guarding.retries.append(GuardRetry(instrument: ended.instrument))
            }
            // Both of a pair end together.
            guard guarding.retries[place].due == .distantFuture else { continue }
            let wait = min(
                Nanoseconds.minute << Int64(min(guarding.retries[place].times, 4)), Self.retryLongest)
            guarding.retries[place].times += 1
            guarding.retries[place].due = now + wait
            let symbol = setup.symbols[SymbolIndex(ended.instrument)]
            outbox.send(
                .alarm(
                    Alarm(
                        level: .critical, code: "guard",
                        explanation:
                            "what guarded \(symbol) has ended at the broker, and is put back in "
                            + "\(Interval(nanoseconds: wait)): \(ended.reason)")),
                on: .alarm(from: "portfolio"))
        }
    }

    private static let retryLongest = 15 * Nanoseconds.minute

    /// What is due is looked at once more.
    func touchWhatIsDue(at now: Timestamp) {
        for place in guarding.retries.indices where guarding.retries[place].due <= now {
            guarding.retries[place].due = .distantFuture
            guarding.positions.book.touch(guarding.retries[place].instrument)
        }
    }

    /// The broker has taken what guards.
    func endRetries(of symbol: Symbol) {
        guard let symbol = setup.symbols.index(of: symbol) else { return }
        guarding.retries.removeAll { $0.instrument == symbol.number }
    }

    func rememberRetries(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        // An older snapshot ends here, and so does one of an account without a broker.
        if walk.isReading ? walk.isAtEnd : !setup.hasBroker { return }
        try walk.list(&guarding.retries, blank: GuardRetry()) { (retry, walk) throws(SnapshotMismatch) in
            try walk.integer(&retry.instrument)
            try walk.integer(&retry.times)
            try walk.moment(&retry.due)
        }
        for place in guarding.ended.indices { try walk.flag(&guarding.ended[place].guarded) }
    }
}
