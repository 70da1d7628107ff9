import Domain
import Stops

/// Stops and targets: portfolio proposes the orders that guard a position, because it knows what is held, at which price
/// and for whom. Risk lets them through, and execution takes down those that others replace or have to make way.
struct Guarding {
    let isOn: Bool
    var positions: PositionGuards
    /// The orders that guard, from their approval to their end.
    var orders = WorkingOrders()
    /// What was proposed and not answered yet, in that order: verdicts come in the same one.
    var asked: [Asked] = []
    /// What moved each position last: the reason for what guards it.
    var moved: [Origin?]
    /// Instruments of which a guard has ended in this instant, and why.
    var ended: [Ended] = []
    /// When it last looked at the positions.
    var lookedAt = Timestamp.distantPast
    /// Instruments of which what guarded at the broker has ended by itself.
    var retries: [GuardRetry] = []

    struct Asked: Sendable {
        var instrument = 0
        /// Of a target, which step of the ladder it is.
        var step: Int?
    }

    struct Ended: Sendable {
        var instrument = 0
        var reason = ""
        /// Nobody had taken it down.
        var guarded = false
    }

    init(_ plan: StopPlan, instruments: Int, lot: Quantity, hasBroker: Bool) {
        isOn = !plan.isEmpty
        positions = PositionGuards(
            plan, instruments: isOn ? instruments : 0, lot: lot, isExclusive: hasBroker)
        moved = Array(repeating: nil, count: isOn ? instruments : 0)
    }

    mutating func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try positions.remember(&walk)
        try orders.remember(&walk)
        try walk.list(&asked, blank: Asked()) { (asked, walk) throws(SnapshotMismatch) in
            var step = asked.step ?? -1
            try walk.integer(&asked.instrument)
            try walk.integer(&step)
            asked.step = step < 0 ? nil : step
        }
        try walk.each(&moved) { (origin, walk) throws(SnapshotMismatch) in try walk.origin(&origin) }
        try walk.list(&ended, blank: Ended()) { (ended, walk) throws(SnapshotMismatch) in
            try walk.integer(&ended.instrument)
            try walk.text(&ended.reason)
        }
        try walk.moment(&lookedAt)
    }
}

extension PortfolioDesk {
    /// Looks at every position whose guard may have to change, once in an instant: when its fills and bars are known, and
    /// before what strategies say of them. What closes a position uses up the signal that opened it, and not the next one.
    func guardPositions(at now: Timestamp, _ outbox: inout Outbox) {
        guard guarding.isOn, guarding.lookedAt < now, actedAt != now else { return }
        guarding.lookedAt = now
        touchWhatIsDue(at: now)
        for need in guarding.positions.takeNeeds() {
            let symbol = SymbolIndex(need.instrument)
            if need.isOverdue {
                closeOverdue(symbol, &outbox)
            } else if isPassed(need.legs, of: symbol) {
                closePassed(symbol, at: now, &outbox)
            } else if need.legs.isEmpty {
                let order = Order(symbol: setup.symbols[symbol])
                ask(OrderProposal(order: order, reason: "nothing is held any more"), of: symbol, &outbox)
            } else {
                for leg in need.legs { rest(leg, of: symbol, &outbox) }
            }
        }
        if setup.hasBroker { retryWhatEnded(at: now, &outbox) } else { tellWhatIsBare(&outbox) }
        guarding.ended.removeAll(keepingCapacity: true)
    }

    /// How far from a price a position opened there would be given up, by the stops of the account.
    func stopDistance(of instrument: Int, from price: Price) -> Price? {
        guarding.isOn ? guarding.positions.book.distance(from: price, of: instrument) : nil
    }

    private func rest(_ leg: StopBook.Leg, of symbol: SymbolIndex, _ outbox: inout Outbox) {
        let holding = ledger[symbol]
        // What guards the account's position is nobody's of several.
        let speaker = setup.parts.count == 1 ? guarding.positions.speaker(of: symbol.number) : ""
        var order = leg.order(for: speaker, of: setup.symbols[symbol], closing: holding.quantity)
        if setup.hasBroker { fitToBroker(&order, at: holding.price) }
        let reason =
            "\(leg.reasons.joined(separator: " and ")) for \(holding.quantity) at \(holding.averagePrice) on average"
        if order.quantity.isPositive {
            guarding.asked.append(Guarding.Asked(instrument: symbol.number, step: leg.target?.step))
        }
        ask(OrderProposal(order: order, reason: reason), of: symbol, &outbox)
    }

    func ask(_ proposal: OrderProposal, of symbol: SymbolIndex, _ outbox: inout Outbox) {
        var proposal = proposal
        proposal.price = ledger[symbol].price
        outbox.send(
            .orderProposal(proposal), on: .guardProposal, because: guarding.moved[symbol.number])
    }

    private func closeOverdue(_ symbol: SymbolIndex, _ outbox: inout Outbox) {
        close(
            symbol.number, because: "stop: held for as many bars as it may be",
            origin: guarding.moved[symbol.number], &outbox)
    }

    func rememberGuarding(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        guard guarding.isOn else { return }
        if !walk.isReading || !walk.isAtEnd {
            try guarding.remember(&walk)
            try walk.list(&proposedClosings, blank: ProposedClosing()) {
                (closing, walk) throws(SnapshotMismatch) in
                try walk.integer(&closing.strategy)
                try walk.integer(&closing.instrument)
            }
            return try rememberRetries(&walk)
        }
        // An older snapshot, or one of an account without stops: what is held is guarded from now on.
        for instrument in 0..<setup.symbols.count {
            let holding = ledger[SymbolIndex(instrument)]
            guarding.positions.book.onPosition(
                holding.quantity, average: holding.averagePrice, of: instrument)
        }
    }

    // MARK: What is heard

    /// Risk has let an order through that guards.
    func hear(guard verdict: Verdict) {
        guard guarding.isOn, verdict.approved, let symbol = setup.symbols.index(of: verdict.order.symbol)
        else { return }
        // The stop of a pair was asked for with its target.
        let isOfPair = !verdict.order.parent.isEmpty
        let asked = isOfPair || guarding.asked.isEmpty ? nil : guarding.asked.removeFirst()
        guarding.orders.begin(verdict.order)
        guarding.positions.onRest(verdict.order.name, step: asked?.step, of: symbol.number)
    }

    /// An order of somebody else is on its way: what guards the position makes way for it.
    func noteSent(_ order: Order, of symbol: SymbolIndex) {
        guard guarding.isOn else { return }
        _ = guarding.positions.onSent(order, of: symbol.number, held: ledger[symbol].quantity)
    }

    /// A fill has been booked.
    func followGuarded(_ fill: Fill, of symbol: SymbolIndex, because origin: Origin) {
        guard guarding.isOn else { return }
        let holding = ledger[symbol]
        guarding.moved[symbol.number] = origin
        let isStopped = guarding.positions.onFill(
            of: fill.orderName, fill.quantity, leaving: holding.quantity, average: holding.averagePrice,
            of: symbol.number)
        guard isStopped else { return }
        for strategy in allocators.indices { allocators[strategy].onStopped(symbol.number) }
    }

    /// The venue's word on an order that guards; true where it was one.
    func hear(guard report: BrokerReport) -> Bool {
        guard guarding.isOn, let known = guarding.orders.orders[report.orderId] else { return false }
        if report.kind == .accepted { endRetries(of: known.order.symbol) }
        guard let order = guarding.orders.take(report), let symbol = setup.symbols.index(of: order.symbol)
        else { return true }
        let guarded = guarding.positions.onEnd(order.name, of: symbol.number)
        guarding.ended.append(
            Guarding.Ended(instrument: symbol.number, reason: report.explanation, guarded: guarded))
        return true
    }

    /// What was taken down by somebody else, or refused by the venue, is not put back before the position changes: whoever
    /// took it down would have to do so again and again.
    private func tellWhatIsBare(_ outbox: inout Outbox) {
        for ended in guarding.ended {
            let isAsked = guarding.asked.contains { $0.instrument == ended.instrument }
            guard !isAsked, guarding.positions.isBare(ended.instrument) else { continue }
            let symbol = setup.symbols[SymbolIndex(ended.instrument)]
            outbox.send(
                .alarm(
                    Alarm(
                        level: .critical, code: "guard",
                        explanation:
                            "nothing guards what is held of \(symbol) until it changes: \(ended.reason)")),
                on: .alarm(from: "portfolio"))
        }
    }
}
