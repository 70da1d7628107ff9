import Domain

/// Approvals that are worked over time, rather than sent as they are: what the desk does for their plans.
///
/// Execution is shown the bars of an instant, goes on when all of them are known and before new approvals come, and portfolio
/// and risk hear in the next instant what was worked to its end. The engine of a backtest does the same in the same order.
extension ExecutionDesk {
    /// How approvals are worked, and of which instruments.
    public struct Working: Sendable {
        public var settings: ExecutionSettings
        public var symbols: SymbolTable

        public init(_ settings: ExecutionSettings, symbols: [Symbol]) {
            self.settings = settings
            self.symbols = SymbolTable(symbols)
        }
    }

    /// A request that waits until nothing can happen to its order any more before it leaves.
    struct Pending: Sendable {
        var request = VenueRequest()
        var origin: Origin?
    }

    /// Keeps what a report has brought about. An instant's reports come before what a company does in it, and the venue, which
    /// takes this instant's requests in the next one, counts in the shares of then.
    func holdBack(because message: Message) {
        guard setup.working != nil, case .brokerReport = message.body else { return }
        pending += asked.requests.map { Pending(request: $0, origin: message.asOrigin) }
        asked.requests.removeAll()
    }

    /// Shares were split: what has not left is for those of today.
    func renewPending() {
        for index in pending.indices {
            guard let place = execution.place(of: pending[index].request.order.name) else { continue }
            pending[index].request.order = execution.orders[place].order
        }
    }

    /// The reports of the instant are known, and what companies do in it.
    func sendPending(before message: Message, _ outbox: inout Outbox) {
        guard !pending.isEmpty else { return }
        switch message.body {
        case .brokerReport, .corporateAction: return
        default: break
        }
        for each in pending {
            outbox.send(
                .venueRequest(each.request), on: .venue(setup.account), durable: true, because: each.origin)
        }
        pending.removeAll(keepingCapacity: true)
    }

    func show(_ bar: Bar, at now: Timestamp) {
        guard let instrument = instrument(of: bar.symbol) else { return }
        execution.onBar(bar, of: instrument, at: now, &asked)
        hasNewBars = true
    }

    func instrument(of symbol: Symbol) -> Int? { setup.working?.symbols.index(of: symbol)?.number }

    /// The bars of this instant are known: whatever waits for a price or a time goes on. A broker does not wait for bars, and
    /// neither does what was to be sent to it once more.
    func goOn(at now: Timestamp) {
        guard hasNewBars || setup.isAtOnce && setup.working != nil else { return }
        hasNewBars = false
        if execution.nextWake <= now { execution.onTimer(at: now, &asked) }
    }

    /// Works what risk approved. The ids of its orders are made of the proposal, which is the verdict's cause.
    func work(_ verdict: Verdict, _ message: Message, at now: Timestamp, _ outbox: inout Outbox) throws {
        goOn(at: now)
        if verdict.approved, let objection = objection(to: verdict.order) {
            execution.withhold(verdict.order, because: objection, asksVenue: false, &asked)
            return tell(PlanEnd(orderId: verdict.order.id, outcome: objection), &outbox)
        }
        guard let instrument = instrument(of: verdict.order.symbol) else {
            throw OrderError("\(verdict.order.symbol) is not among the symbols that are traded here.")
        }
        try execution.onVerdict(
            verdict, of: instrument, cause: message.cause ?? message.asCause,
            intent: Plan.Intent(verdict.intent), at: now, &asked)
    }

    /// A fill that no plan has brought: what protects the position may be too large by it.
    func noteOtherTrade(_ report: BrokerReport, at now: Timestamp) {
        guard let fill = report.fill, let instrument = instrument(of: fill.symbol) else { return }
        if let place = execution.place(of: report.orderId), execution.plan(ofOrderAt: place) != nil { return }
        execution.onOtherTrade(fill.side, fill.quantity, of: instrument, at: now, &asked)
    }

    /// Entries are taken back, and none begins before all halts are lifted.
    func heed(_ halt: Halt, at now: Timestamp) throws {
        halts.removeAll { $0 == halt.kind }
        if halt.active { halts.append(halt.kind) }
        if halt.active || halts.isEmpty { execution.onHalt(halt, at: now, &asked) }
    }

    /// A person lifts the halt that execution asked for itself. Where risk halts too, its word that it does so no longer is
    /// awaited.
    func liftOwnHalt() {
        guard halts.isEmpty, execution.isHalted else { return }
        execution.onHalt(Halt(active: false), at: moment, &asked)
    }

    /// Tells what has been worked to its end, and whether a person has to look.
    func tellWorked(_ outbox: inout Outbox, because origin: Origin?) {
        for number in asked.ended {
            let plan = execution.plans[number]
            tell(
                PlanEnd(orderId: plan.order.id, filled: plan.filled, outcome: plan.outcome), &outbox,
                because: origin)
        }
        if let halt = asked.halt {
            alarm("nothing is opened any more: \(halt.reason)", code: "halt", &outbox)
        }
    }

    private func tell(_ end: PlanEnd, _ outbox: inout Outbox, because origin: Origin? = nil) {
        outbox.send(.planEnd(end), on: .worked(setup.account), because: origin)
    }

    /// Takes back approvals of these ids, or all; that of a part stands for the whole.
    func cancelPlans(_ ids: [String], at now: Timestamp) {
        for number in execution.activePlans {
            let plan = execution.plans[number]
            let names = [plan.order.id] + plan.parts.map { execution.orders[$0].order.id }
            guard ids == ["all"] || names.contains(where: ids.contains) else { continue }
            execution.cancelPlan(number, because: "taken back", at: now, &asked)
        }
    }

    // MARK: what is remembered

    func rememberWorking(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        guard setup.working != nil else { return }
        try walk.flag(&hasNewBars)
        try walk.list(&halts, blank: "") { (kind, walk) throws(SnapshotMismatch) in try walk.text(&kind) }
        try walk.list(&pending, blank: Pending()) { (pending, walk) throws(SnapshotMismatch) in
            try walk.choice(&pending.request.verb)
            try walk.order(&pending.request.order)
            try walk.text(&pending.request.replaces)
            try walk.origin(&pending.origin)
        }
    }

    /// Plans go by the market that they have seen, so another list of symbols is another account.
    func checkViews() throws(SnapshotMismatch) {
        let count = setup.working?.symbols.count ?? 0
        guard execution.views.count == count else {
            throw SnapshotMismatch(
                "the snapshot of execution works orders of \(execution.views.count) symbols, where \(count) are worked"
            )
        }
    }
}

extension Plan.Intent {
    /// What nobody said is an entry: it may be given up.
    init(_ intent: OrderIntent) {
        switch intent {
        case .unsaid, .enter: self = .enter
        case .leave: self = .leave
        case .emergency: self = .emergency
        }
    }
}

extension Execution {
    /// Ends whatever is worked in an instrument and takes down what protects it; true while something of that still works.
    mutating func clear(
        _ instrument: Int, because reason: String, at now: Timestamp, _ outbox: inout Outbox
    ) -> Bool {
        for number in activePlans where plans[number].instrument == instrument {
            end(number, because: reason, at: now, &outbox)
        }
        guard !activePlans.contains(where: { plans[$0].instrument == instrument }) else { return true }
        let sells = standDownGuards(of: instrument, for: "", against: .sell, at: now, &outbox)
        let buys = standDownGuards(of: instrument, for: "", against: .buy, at: now, &outbox)
        return sells || buys
    }
}
