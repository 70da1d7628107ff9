import Domain

/// Closing what is held, because a person said so or nobody watches any more: all, or some symbols.
///
/// First everything that works in a symbol is cancelled; when all of it has ended, what is still held is sold or bought
/// back at market. So two orders never close the same shares. Meanwhile no other order of the symbol leaves.
struct Closing: Sendable, Equatable {
    /// What is behind it, of which the ids of its orders are made.
    var origin = Origin(cause: Cause(topic: Topic(""), epoch: 0, number: 0), at: .zero)
    var reason = ""
    /// All that is held where none is named.
    var symbols: [Symbol] = []
    /// How many orders were sent for it.
    var sent = 0
    /// What the venue will not let it close.
    var givenUp: [Symbol] = []

    func means(_ symbol: Symbol) -> Bool {
        (symbols.isEmpty || symbols.contains(symbol)) && !givenUp.contains(symbol)
    }

    /// After so many refusals in a symbol a person has to look at it.
    static let refusalsMax = 3
}

/// A symbol whose closing was held back on its way to the venue, for it is frozen there: it is tried again after a minute,
/// then after twice as long, up to a quarter of an hour.
struct ClosingRest: Sendable, Equatable {
    var symbol = Symbol()
    /// How many orders were held back.
    var times = 0
    var until = Timestamp.zero

    private static let longest = 15 * Nanoseconds.minute

    mutating func note(_ count: Int, at now: Timestamp) {
        times = count
        until = now + min(Nanoseconds.minute << Int64(min(count - 1, 10)), ClosingRest.longest)
    }
}

extension ExecutionDesk {
    /// Begins to close; what is being closed already goes on.
    func close(_ symbols: [Symbol], _ told: Told) {
        var all = symbols
        if let closing, !symbols.isEmpty {
            all = closing.symbols.isEmpty ? [] : symbols + closing.symbols.filter { !symbols.contains($0) }
        }
        closing = Closing(origin: told.origin, reason: told.reason, symbols: all)
        // Whoever says it once more wants it tried now.
        for place in rests.indices { rests[place].until = .zero }
    }

    func endClosing() {
        closing = nil
        closers = []
        rests = []
        // What is left, because somebody took the order to close it back, is protected again.
        for instrument in 0..<(setup.working?.symbols.count ?? 0) {
            execution.releaseGuards(of: instrument, at: moment, &asked)
        }
    }

    /// Does what is next to close what is held; nothing where all of it is on its way.
    func goOnClosing(at now: Timestamp, _ outbox: inout Outbox) throws {
        guard var closing else { return }
        // What works, by symbol: orders that have ended are gone over once.
        var works: [Symbol: [Int]] = [:]
        for place in execution.orders.indices where !execution.orders[place].state.hasEnded {
            works[execution.orders[place].order.symbol, default: []].append(place)
        }
        var isDone = true
        for plan in execution.activePlans { works[execution.plans[plan].order.symbol, default: []] += [] }
        let symbols = Set(held.keys).union(works.keys).filter { closing.means($0) }
        for symbol in symbols.sorted(by: { $0.text < $1.text }) {
            let quantity = held[symbol] ?? .zero
            let working = works[symbol] ?? []
            for place in working where !closers.contains(execution.orders[place].order.id) {
                try cancel(place)
            }
            let isWorked = clear(symbol, because: closing.reason, at: now)
            guard quantity != .zero || !working.isEmpty || isWorked else { continue }
            isDone = false
            guard working.isEmpty, !isWorked else { continue }
            if let refusal = refusal(of: symbol) {
                closing.givenUp.append(symbol)
                alarm("\(symbol) cannot be closed, somebody has to look at it: \(refusal)", &outbox)
                continue
            }
            guard !isResting(symbol, at: now, &outbox) else { continue }
            try send(quantity, of: symbol, for: &closing)
        }
        self.closing = closing
        if isDone { endClosing() }
        carryOut(&outbox, because: closing.origin)
    }

    /// Ends what is worked over time in a symbol; true while something of it still works.
    private func clear(_ symbol: Symbol, because reason: String, at now: Timestamp) -> Bool {
        guard let instrument = instrument(of: symbol) else { return false }
        return execution.clear(instrument, because: reason, at: now, &asked)
    }

    /// Whether the symbol's last order was held back a short while ago: the next one would be, too.
    private func isResting(_ symbol: Symbol, at now: Timestamp, _ outbox: inout Outbox) -> Bool {
        let held = closers.compactMap { id -> String? in
            guard let place = execution.place(of: id), execution.orders[place].order.symbol == symbol,
                case .ended(.cancelled(let reason)) = execution.orders[place].state,
                execution.orders[place].venueOrderId.isEmpty
            else { return nil }
            return reason
        }
        guard let reason = held.last else { return false }
        let place = rests.firstIndex { $0.symbol == symbol } ?? rests.endIndex
        if place == rests.endIndex {
            rests.append(ClosingRest(symbol: symbol))
            alarm("what is held of \(symbol) is not closed yet, and it is tried again: \(reason)", &outbox)
        }
        if rests[place].times < held.count { rests[place].note(held.count, at: now) }
        return now < rests[place].until
    }

    private func send(_ quantity: Quantity, of symbol: Symbol, for closing: inout Closing) throws {
        let id = OrderId(
            account: setup.account, cause: closing.origin.cause, generation: UInt32(closing.sent))
        closing.sent += 1
        closers.append(id.text)
        let order = Order(
            id: id.text, account: setup.account, symbol: symbol, side: quantity.isPositive ? .sell : .buy,
            quantity: quantity.isPositive ? quantity : -quantity)
        try execution.onVerdict(Verdict(approved: true, order: order), &asked)
    }

    /// Why the venue refuses to close a symbol, once it has done so often enough.
    private func refusal(of symbol: Symbol) -> String? {
        var last = ""
        var count = 0
        for id in closers {
            guard let place = execution.place(of: id), execution.orders[place].order.symbol == symbol,
                case .ended(.rejectedByBroker(let reason)) = execution.orders[place].state
            else { continue }
            count += 1
            last = reason
        }
        return count < Closing.refusalsMax
            ? nil : "\(count) orders were refused, the last one because \(last)"
    }

    func rememberClosing(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var list = closing.map { [$0] } ?? []
        try walk.list(&list, blank: Closing()) { (closing, walk) throws(SnapshotMismatch) in
            var origin: Origin? = closing.origin
            try walk.origin(&origin)
            if let origin { closing.origin = origin }
            try walk.text(&closing.reason)
            try walk.list(&closing.symbols, blank: Symbol()) { (symbol, walk) throws(SnapshotMismatch) in
                try walk.symbol(&symbol)
            }
            try walk.integer(&closing.sent)
            try walk.list(&closing.givenUp, blank: Symbol()) { (symbol, walk) throws(SnapshotMismatch) in
                try walk.symbol(&symbol)
            }
        }
        try walk.list(&closers, blank: "") { (id, walk) throws(SnapshotMismatch) in try walk.text(&id) }
        if walk.isReading { closing = list.first }
        // An older snapshot ends here.
        if walk.isReading, walk.isAtEnd { return }
        try walk.list(&rests, blank: ClosingRest()) { (rest, walk) throws(SnapshotMismatch) in
            try walk.symbol(&rest.symbol)
            try walk.integer(&rest.times)
            try walk.moment(&rest.until)
        }
    }
}
