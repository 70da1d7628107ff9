import Domain

/// Closing what is held, because a person said so or nobody watches any more: all, or some symbols.
///
/// First everything that works in a symbol is cancelled; when all of it has ended, what is still held is sold or bought
/// back at market. So two orders never close the same shares.
struct Closing: Sendable, Equatable {
    /// What is behind it, of which the ids of its orders are made.
    var origin = Origin(cause: Cause(topic: Topic(""), epoch: 0, number: 0), at: .zero)
    /// All that is held where none is named.
    var symbols: [Symbol] = []
    /// How many orders were sent for it.
    var sent = 0

    func means(_ symbol: Symbol) -> Bool { symbols.isEmpty || symbols.contains(symbol) }
}

/// What a person may tell execution, and what it does when those it must hear are silent.
extension ExecutionDesk {
    func obey(_ command: Command, _ message: Message, at now: Timestamp, _ outbox: inout Outbox) throws {
        switch command.verb {
        case "halt":
            try takeBack()
            let closes = command.arguments.first.map { $0 == "close" } ?? setup.closesOnHalt
            if closes { closing = Closing(origin: message.asOrigin) }
        case "flatten":
            closing = Closing(origin: message.asOrigin, symbols: command.arguments.compactMap { Symbol($0) })
        case "resume": closing = nil
        case "cancel": try cancel(command.arguments)
        default: return
        }
    }

    /// The orders of these ids, or all that work.
    private func cancel(_ ids: [String]) throws {
        for place in execution.orders.indices where !execution.orders[place].state.hasEnded {
            guard ids == ["all"] || ids.contains(execution.orders[place].order.id) else { continue }
            try cancel(place)
        }
    }

    func cancel(_ place: Int) throws {
        guard case .cancelling = execution.orders[place].state else {
            let order = execution.orders[place].order
            try execution.onEvent(.cancelRequested, of: place, &asked)
            asked.requests.append(VenueRequest(verb: .cancel, order: order))
            return
        }
    }

    /// Somebody whom this service must hear is silent, or is heard again: what would open something new is taken back.
    func heed(_ alarm: Alarm, _ message: Message) throws {
        guard alarm.code == Vigilance.silent else { return }
        try takeBack()
        if setup.closesOnSilence, closing == nil { closing = Closing(origin: message.asOrigin) }
    }

    // MARK: closing

    /// Does what is next to close what is held; nothing where nothing is to be closed, or all of it is on its way.
    func goOnClosing(_ outbox: inout Outbox) throws {
        guard var closing else { return }
        var isDone = true
        for symbol in held.keys.sorted(by: { $0.text < $1.text }) where closing.means(symbol) {
            let works = execution.orders.indices.filter {
                !execution.orders[$0].state.hasEnded && execution.orders[$0].order.symbol == symbol
            }
            for place in works where !closers.contains(execution.orders[place].order.id) { try cancel(place) }
            let quantity = held[symbol] ?? .zero
            isDone = isDone && quantity == .zero && works.isEmpty
            guard works.isEmpty, quantity != .zero else { continue }
            let id = OrderId(
                account: setup.account, cause: closing.origin.cause, generation: UInt32(closing.sent))
            closing.sent += 1
            closers.append(id.text)
            try execution.onVerdict(
                Verdict(
                    approved: true,
                    order: Order(
                        id: id.text, account: setup.account, symbol: symbol,
                        side: quantity.isPositive ? .sell : .buy,
                        quantity: quantity.isPositive ? quantity : -quantity)), &asked)
        }
        self.closing = isDone ? nil : closing
        if isDone { closers = [] }
        carryOut(&outbox, because: closing.origin)
    }

    func rememberClosing(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        // An older snapshot ends here.
        if walk.isReading, walk.isAtEnd { return }
        var list = closing.map { [$0] } ?? []
        try walk.list(&list, blank: Closing()) { (closing, walk) throws(SnapshotMismatch) in
            var origin: Origin? = closing.origin
            try walk.origin(&origin)
            if let origin { closing.origin = origin }
            try walk.list(&closing.symbols, blank: Symbol()) { (symbol, walk) throws(SnapshotMismatch) in
                try walk.symbol(&symbol)
            }
            try walk.integer(&closing.sent)
        }
        try walk.list(&closers, blank: "") { (id, walk) throws(SnapshotMismatch) in try walk.text(&id) }
        if walk.isReading { closing = list.first }
    }
}
