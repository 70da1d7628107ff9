import Domain

/// What guards the positions of an account: which orders rest for each, when others have to, and when none may.
///
/// While an order of somebody else is on its way that makes a position smaller, nothing guards it: both together could
/// sell more than there is.
public struct PositionGuards: Sendable {
    public var book: StopBook
    /// The orders that rest for each instrument, in the order in which they were asked for.
    private var resting: [[Resting]]
    /// How many orders of others are on their way that make the position smaller, and which they are.
    private var exits: [Int]
    private var exitNames: Set<OrderName> = []
    /// Whom the position of an instrument belongs to, by the last order of it.
    private var strategies: [String]
    /// Nothing guards a position while any order of its symbol is on its way: a broker does not take orders of both sides
    /// beside each other.
    private let isExclusive: Bool

    private struct Resting: Sendable {
        var name = OrderName()
        /// Of a target, which step of the ladder it is.
        var step: Int?
    }

    /// What has to be done about a position.
    public struct Need: Sendable {
        public var instrument: Int
        /// The orders that should rest from now on, instead of all that did.
        public var legs: [StopBook.Leg] = []
        public var replaced: [OrderName] = []
        /// It has been held for as many bars as it may be, and is closed at market.
        public var isOverdue = false
    }

    public init(_ plan: StopPlan, instruments: Int, lot: Quantity, isExclusive: Bool = false) {
        self.isExclusive = isExclusive
        book = StopBook(plan, instruments: instruments, lot: lot)
        resting = Array(repeating: [], count: instruments)
        exits = Array(repeating: 0, count: instruments)
        strategies = Array(repeating: "", count: instruments)
    }

    /// What has to be done about the positions that should be looked at again: those first that are guarded anew, then
    /// those that are closed.
    public mutating func takeNeeds() -> [Need] {
        var needs: [Need] = []
        var overdue: [Need] = []
        for instrument in book.takeStale() where exits[instrument] == 0 {
            if book.isOverdue(instrument) {
                overdue.append(Need(instrument: instrument, isOverdue: true))
                continue
            }
            let need = Need(
                instrument: instrument, legs: book.legs(of: instrument),
                replaced: resting[instrument].map(\.name))
            guard !need.legs.isEmpty || !need.replaced.isEmpty else { continue }
            resting[instrument].removeAll(keepingCapacity: true)
            needs.append(need)
        }
        return needs + overdue
    }

    // MARK: What happens

    /// An order that guards rests from now on.
    public mutating func onRest(_ name: OrderName, step: Int?, of instrument: Int) {
        resting[instrument].append(Resting(name: name, step: step))
    }

    /// An order of somebody else leaves, where so much is held. Gives what has to make way for it.
    public mutating func onSent(_ order: Order, of instrument: Int, held: Quantity) -> [OrderName] {
        strategies[instrument] = order.strategy
        guard isExclusive || (order.side == .sell ? held.isPositive : held.isNegative) else { return [] }
        exits[instrument] += 1
        exitNames.insert(order.name)
        guard !resting[instrument].isEmpty else { return [] }
        defer { resting[instrument].removeAll(keepingCapacity: true) }
        return resting[instrument].map(\.name)
    }

    /// An order has ended: one that guarded, or one for which the guard had made way. True where it guarded until then.
    @discardableResult
    public mutating func onEnd(_ name: OrderName, of instrument: Int) -> Bool {
        let guarded = resting[instrument].contains { $0.name == name }
        resting[instrument].removeAll { $0.name == name }
        guard exitNames.remove(name) != nil else { return guarded }
        exits[instrument] -= 1
        book.touch(instrument)
        return guarded
    }

    /// A fill of any order, after which so much is held. True where what guarded the position has closed it.
    public mutating func onFill(
        of name: OrderName, _ quantity: Quantity, leaving held: Quantity, average: Price, of instrument: Int
    ) -> Bool {
        let known = resting[instrument].first { $0.name == name }
        if let step = known?.step { book.onTarget(step, quantity, of: instrument) }
        book.onPosition(held, average: average, of: instrument)
        return known != nil && held == .zero
    }

    // MARK: What is so

    public func speaker(of instrument: Int) -> String { strategies[instrument] }

    /// A position that should be guarded and is not: what did so has ended by itself.
    public func isBare(_ instrument: Int) -> Bool {
        resting[instrument].isEmpty && mayGuard(instrument)
    }

    /// A position is there to be guarded, and nothing stands in the way.
    public func mayGuard(_ instrument: Int) -> Bool {
        exits[instrument] == 0 && !book.isOverdue(instrument) && !book.legs(of: instrument).isEmpty
    }

    public mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try book.remember(&walk)
        try walk.each(&resting) { (orders, walk) throws(SnapshotMismatch) in
            try walk.list(&orders, blank: Resting()) { (order, walk) throws(SnapshotMismatch) in
                var (text, step) = (order.name.text, order.step ?? -1)
                try walk.text(&text)
                try walk.integer(&step)
                order = Resting(name: OrderName(text), step: step < 0 ? nil : step)
            }
        }
        try walk.each(&exits) { (count, walk) throws(SnapshotMismatch) in try walk.integer(&count) }
        var names = exitNames.map(\.text).sorted()
        try walk.list(&names, blank: "") { (name, walk) throws(SnapshotMismatch) in try walk.text(&name) }
        if walk.isReading { exitNames = Set(names.map { OrderName($0) }) }
        try walk.each(&strategies) { (name, walk) throws(SnapshotMismatch) in try walk.text(&name) }
    }
}

extension StopBook.Leg {
    /// What its orders are for, the target first.
    public var reasons: [String] {
        var reasons: [String] = []
        if let target { reasons.append("target \(target.step + 1)") }
        if let stop { reasons.append(stop.isTrailing ? "trailing stop" : "stop") }
        return reasons
    }

    /// The order that should rest. Of a target and its stop it has both prices, and the gate makes a pair of it.
    public func order(for strategy: String, of symbol: Symbol, closing held: Quantity) -> Order {
        var order = Order(
            strategy: strategy, symbol: symbol, side: held.isPositive ? .sell : .buy, kind: .limit,
            quantity: quantity, limit: target?.price, timeInForce: .goodTillCancelled,
            orderClass: stop != nil && target != nil ? .oneCancelsOther : .simple)
        guard let stop else { return order }
        order.kind = stop.isTrailing ? .trailingStop : .stop
        order.stop = stop.price
        order.trail = stop.trail
        order.trailShare = stop.trailShare
        return order
    }
}

extension StopBook.Stop {
    var isTrailing: Bool { trail != nil || trailShare > 0 }
}
