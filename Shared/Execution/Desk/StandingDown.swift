import Domain

/// An order that guards a position, and when it was approved.
struct RestingGuard: Sendable, Equatable {
    var id = ""
    var at = Timestamp.zero
}

/// Orders that guard positions: a stop, a target, or both as a pair of which one cancels the other. They rest until others
/// take their place, or an order that makes the position smaller is about to leave: both together could sell more than
/// there is.
extension ExecutionDesk {
    /// Risk's word on what should guard a position: all of an instant take the place of all from before it. One that is
    /// for nothing only takes down.
    func take(guard verdict: Verdict, at now: Timestamp) throws {
        let order = verdict.order
        try standDown(order.symbol) { $0.at < now }
        guard verdict.approved else { return }
        if let closing, closing.means(order.symbol) {
            return execution.withhold(
                order, because: "not sent, for what is held of \(order.symbol) is being closed", &asked)
        }
        guards.append(RestingGuard(id: order.id, at: now))
        try execution.onVerdict(verdict, &asked)
    }

    /// An order is about to leave: where it makes a position smaller, what guards that makes way. At a broker it does so for
    /// every order of the symbol, for orders of both sides may not stand there beside each other.
    func standDown(before order: Order) throws {
        guard !guards.isEmpty else { return }
        let position = held[order.symbol] ?? .zero
        let reduces = order.side == .sell ? position.isPositive : position.isNegative
        guard reduces || setup.isAtOnce else { return }
        try standDown(order.symbol) { _ in true }
    }

    private func standDown(_ symbol: Symbol, _ isMeant: (RestingGuard) -> Bool) throws {
        for resting in guards where isMeant(resting) {
            guard let place = execution.place(of: resting.id), execution.orders[place].order.symbol == symbol,
                !execution.orders[place].state.hasEnded, !endsWithParent(place)
            else { continue }
            try cancel(place)
        }
        guards.removeAll { resting in
            guard let place = execution.place(of: resting.id) else { return true }
            return execution.orders[place].state.hasEnded
                || execution.orders[place].order.symbol == symbol && isMeant(resting)
        }
    }

    /// The other of its pair works, and takes it along when it is cancelled.
    private func endsWithParent(_ place: Int) -> Bool {
        execution.place(of: execution.orders[place].order.parent).map {
            !execution.orders[$0].state.hasEnded
        } ?? false
    }

    func isGuard(_ orderId: String) -> Bool { guards.contains { $0.id == orderId } }

    func rememberGuards(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        // Of an account without stops, as of an older one, nothing stands here.
        if walk.isReading ? walk.isAtEnd : guards.isEmpty { return }
        try walk.list(&guards, blank: RestingGuard()) { (resting, walk) throws(SnapshotMismatch) in
            try walk.text(&resting.id)
            try walk.moment(&resting.at)
        }
    }
}
