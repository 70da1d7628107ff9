import Domain

/// Risk among the machines of the mesh: judges what portfolio proposes, with the gate of a backtest, and halts trading
/// when a limit of the account is broken.
///
/// Portfolio tells of the account once an instant, before it proposes: halts are looked for then.
public final class RiskDesk: Desk {
    public struct Setup: Sendable {
        public var account: String
        public var symbols: SymbolTable
        public var risk: RiskSettings
        /// Orders are whole multiples of it.
        public var lot: Quantity
        public var hours: TradingHours
        /// The length of the market's bars.
        public var span: Int64
        /// Approvals are worked over time: execution tells when one is over.
        public var works: Bool

        public init(
            account: String, symbols: [Symbol], risk: RiskSettings, lot: Quantity, hours: TradingHours,
            span: Int64, works: Bool = false
        ) {
            self.account = account
            self.symbols = SymbolTable(symbols)
            self.risk = risk
            self.lot = lot
            self.hours = hours
            self.span = span
            self.works = works
        }
    }

    let setup: Setup
    var gate: RiskGate
    /// What a person set for a while; of two for the same, the later one holds.
    var handLimits: [HandLimit] = []
    private var orders = WorkingOrders()
    /// The last price of each instrument.
    private var prices: [Price]
    /// The account as portfolio told it last, and whether the gate knows it.
    private(set) var account = Account()
    private var isTold = true
    /// The account's word of this instant, by which halts are not looked for yet: what moved positions in the instant
    /// counts first, as it does in a backtest, though it is taken after it.
    private var unseen: Origin?
    /// When a company did something to its shares last.
    private var actedAt = Timestamp.distantPast
    /// When it last looked at the bars of an instant.
    private var lookedAt = Timestamp.distantPast

    public init(_ setup: Setup) {
        self.setup = setup
        gate = RiskGate(
            setup.risk, account: setup.account, symbols: setup.symbols.symbols, lot: setup.lot,
            hours: setup.hours, works: setup.works)
        prices = Array(repeating: .zero, count: setup.symbols.count)
    }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        if !handLimits.isEmpty { expireLimits(at: now, &outbox) }
        switch message.body {
        case .orderProposal(let proposal) where message.topic == .guardProposal:
            lookForHalts(at: now, &outbox)
            for verdict in gate.onProtection(proposal, cause: message.asCause) {
                outbox.send(.verdict(verdict), on: .guardVerdict)
            }
        case .orderProposal(let proposal): judge(proposal, message, at: now, &outbox)
        case .command(let command):
            outbox.send(.command(command), on: .told("risk"))
            obey(command, at: now, &outbox)
        case .brokerReport(let report): hear(report, at: now, &outbox)
        case .planEnd(let plan): if let ended = orders.end(plan.orderId) { gate.onOrderEnd(ended.id) }
        case .bar(let bar):
            guard let symbol = setup.symbols.index(of: bar.symbol) else { return }
            prices[symbol.number] = bar.close
            gate.onBar(
                high: bar.high, low: bar.low, close: bar.close, volume: bar.volume, span: bar.span,
                closingAt: now, of: symbol.number)
        case .corporateAction(let action): act(action, at: now, &outbox)
        case .dataFault(let mark):
            guard let at = mark.standInCameAt, let symbol = setup.symbols.index(of: mark.symbol) else {
                return
            }
            gate.onStandIn(cameAt: at, of: symbol.number)
        case .position(let position): hear(position)
        case .account(let account):
            self.account = account
            isTold = false
            unseen = message.asOrigin
        case .step: lookForHalts(at: now, &outbox)
        case .alarm(let alarm) where message.topic == Vigilance.topic && alarm.code == Vigilance.silent:
            outbox.send(.alarm(alarm), on: .told("risk"))
            announce(gate.halts.onDataLoss(alarm.explanation, at: now), &outbox)
        default: break
        }
    }

    // MARK: What is told

    private func hear(_ report: BrokerReport, at now: Timestamp, _ outbox: inout Outbox) {
        switch report.kind {
        case .accepted: gate.halts.onOrderAccepted()
        case .rejected: announce(gate.halts.onOrderRejected(report.explanation, at: now), &outbox)
        case .state where report.isOfBroker:
            if report.explanation.isEmpty {
                gate.halts.onBrokerAnswer()
            } else {
                announce(gate.halts.onBrokerError(report.explanation, at: now), &outbox)
            }
        default: break
        }
        // Of what is worked the venue knows parts: when the whole is over execution tells.
        if !setup.works, let ended = orders.take(report) { gate.onOrderEnd(ended.id) }
    }

    private func hear(_ position: Position) {
        guard let symbol = setup.symbols.index(of: position.symbol) else { return }
        if let fill = position.fill {
            if let closed = position.closed {
                gate.onClose(closed, strategy: fill.strategy, of: symbol.number)
            }
            gate.onFill(
                fill.orderId, strategy: fill.strategy, fill.side, fill.quantity, at: fill.price,
                of: symbol.number)
        }
        gate.onPosition(position, of: symbol.number)
    }

    /// A company has done something to its shares: what is counted in shares and prices changes, and nothing has happened.
    private func act(_ action: CorporateAction, at now: Timestamp, _ outbox: inout Outbox) {
        guard let symbol = setup.symbols.index(of: action.symbol) else { return }
        actedAt = now
        for text in orders.apply(action) { tell(text, &outbox) }
        guard action.kind == .split else { return }
        do throws(CorporateActionError) {
            try action.checkRatio()
        } catch {
            return tell("\(error) Risk goes on with the shares and prices of before.", &outbox)
        }
        gate.onSplit(action.numerator, for: action.denominator, of: symbol.number)
        do {
            prices[symbol.number] = try prices[symbol.number].scaled(
                action.denominator, over: action.numerator)
        } catch {
            let text = CorporateActionError(
                action, "cannot be applied to the price \(prices[symbol.number]): \(error)")
            tell("\(text) Risk goes on with that price until the next bar.", &outbox)
        }
    }

    private func tell(_ text: String, _ outbox: inout Outbox) {
        outbox.send(
            .alarm(Alarm(level: .critical, code: "action", explanation: text)), on: .alarm(from: "risk"))
    }

    // MARK: What is asked

    private func judge(
        _ proposal: OrderProposal, _ message: Message, at now: Timestamp, _ outbox: inout Outbox
    ) {
        lookForHalts(at: now, &outbox)
        guard let symbol = setup.symbols.index(of: proposal.order.symbol) else {
            let check = CheckResult(
                name: "symbol", passed: false,
                explanation: "\(proposal.order.symbol) is not among the symbols that risk knows")
            return outbox.send(.verdict(Verdict(order: proposal.order, checks: [check])), on: .verdict)
        }
        if !isTold {
            isTold = true
            gate.onAccount(account, at: now)
            for instrument in gate.book.active { gate.mark(instrument, at: prices[instrument]) }
        }
        var verdict = gate.onProposal(
            proposal, of: symbol.number, price: proposal.price,
            stopDistance: gate.isOff ? nil : proposal.stopDistance, cause: message.asCause, at: now)
        verdict.intent = proposal.intent
        if verdict.intent == .leave, gate.halts.active.contains(where: { $0.halt.flatten }) {
            verdict.intent = .emergency
        }
        if verdict.approved { orders.begin(verdict.order) }
        outbox.send(.verdict(verdict), on: .verdict)
    }

    // MARK: Halts

    private func lookForHalts(at now: Timestamp, _ outbox: inout Outbox) {
        guard let origin = unseen else { return }
        unseen = nil
        // Between two instants of the market no bar is missing, and prices are not those of what was paid yet.
        guard actedAt != now else { return }
        // What a person stopped, no setting starts again.
        for each in gate.halts.active
        where each.halt.kind != HaltKind.manual.rawValue && setup.risk.lift.isDue(at: now, since: each.since)
        {
            let lifted = try? gate.halts.lift(
                HaltKind(rawValue: each.halt.kind), by: "the setting risk.halt_lift", equity: account.equity)
            for halt in lifted ?? [] { announce(halt, &outbox, because: origin) }
        }
        if gate.halts.watchesData, lookedAt != .distantPast {
            let gap = setup.hours.intervals(of: setup.span, from: lookedAt, to: now) - 1
            announce(gate.halts.onDataGap(intervals: gap, at: now), &outbox, because: origin)
        }
        announce(gate.onEquity(account.equity, at: now), &outbox, because: origin)
        lookedAt = now
    }

    func announce(_ halt: Halt?, _ outbox: inout Outbox, because origin: Origin? = nil) {
        if let halt { outbox.send(.halt(halt), on: .halt, durable: true, because: origin) }
    }

    // MARK: What is remembered

    public static let snapshotVersion: UInt32 = 3

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try gate.remember(&walk)
        try orders.remember(&walk)
        if walk.isReading { gate.nameStrategies { orders.orders[$0]?.order.strategy } }
        try walk.each(&prices) { (price, walk) throws(SnapshotMismatch) in try walk.amount(&price) }
        try walk.account(&account)
        try walk.flag(&isTold)
        try walk.moment(&lookedAt)
        // An older snapshot ends here.
        if walk.isReading, walk.isAtEnd { return }
        try walk.origin(&unseen)
        if walk.isReading, walk.isAtEnd { return }
        try rememberLimits(&walk)
        if walk.isReading, walk.isAtEnd { return }
        try walk.moment(&actedAt)
        try gate.rememberStandIns(&walk)
    }
}
