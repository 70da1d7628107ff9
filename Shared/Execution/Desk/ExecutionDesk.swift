import Domain

/// Execution among the machines of the mesh: makes orders of what risk approves, sends them to a venue as they are or works
/// them over time, and tells what becomes of each. The orders are followed by the same machine as in a backtest.
public final class ExecutionDesk: Desk {
    public struct Setup: Sendable {
        public var account: String
        /// A halt by hand closes what is held, unless the person says otherwise.
        public var closesOnHalt: Bool
        /// So does the silence of a service that must be heard.
        public var closesOnSilence: Bool
        /// What people say is done as they say it: the venue is a broker, who knows no instants.
        public var isAtOnce: Bool
        /// How approvals are worked; where nothing stands here they are sent as they are.
        public var working: Working?

        public init(
            account: String, closesOnHalt: Bool = false, closesOnSilence: Bool = false,
            isAtOnce: Bool = false, working: Working? = nil
        ) {
            self.account = account
            self.closesOnHalt = closesOnHalt
            self.closesOnSilence = closesOnSilence
            self.isAtOnce = isAtOnce
            self.working = working
        }
    }

    let setup: Setup
    var execution = Execution()
    var asked = Execution.Outbox()
    /// What is held of each symbol, by the fills that came.
    var held: [Symbol: Quantity] = [:]
    /// Why nothing is opened, by a person's word, and since a silence closed what was held; empty where nothing stands in
    /// the way.
    var stopped = ""
    var silenced = ""
    /// What was told in this instant and is done in the next.
    var waiting: [Told] = []
    /// What a person, or somebody's silence, wants closed; and the orders that do it.
    var closing: Closing?
    var closers: [String] = []
    /// Where those were held back.
    var rests: [ClosingRest] = []
    /// The orders that guard positions, in the order in which they were approved.
    var guards: [RestingGuard] = []
    /// Bars were shown after which execution has not gone on yet.
    var hasNewBars = false
    /// The halts in force, by kind, where orders are worked.
    var halts: [String] = []
    /// What was asked for because of this instant's reports, before it was known what else belongs to the instant.
    var pending: [Pending] = []
    /// When the message in hand is taken.
    private(set) var moment = Timestamp.distantPast

    public init(_ setup: Setup) {
        self.setup = setup
        if let working = setup.working {
            execution = Execution(working.settings, instruments: working.symbols.count)
        }
    }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        moment = now
        sendPending(before: message, &outbox)
        if !waiting.isEmpty { obeyWhatWaits(at: now, &outbox) }
        do { try take(message, at: now, &outbox) } catch { tell(error, &outbox) }
        holdBack(because: message)
        carryOut(&outbox)
        guard closing != nil else { return }
        do { try goOnClosing(at: now, &outbox) } catch { tell(error, &outbox) }
    }

    private func take(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) throws {
        switch message.body {
        case .brokerReport(let report): try hear(report, at: now, &outbox)
        case .verdict(let verdict) where message.topic == .guardVerdict:
            try take(guard: verdict, at: now)
        case .bar(let bar): show(bar, at: now)
        case .verdict(let verdict):
            if setup.working == nil {
                try take(verdict)
            } else {
                try work(verdict, message, at: now, &outbox)
            }
        case .step: goOn(at: now)
        case .corporateAction(let action): try act(action, at: now)
        case .halt(let halt):
            if setup.working != nil { try heed(halt, at: now) }
            if halt.active { try takeBack() }
        case .command(let command):
            outbox.send(.command(command), on: .told("execution"))
            try listen(to: command, message, at: now)
        case .alarm(let alarm) where message.topic == Vigilance.topic && alarm.code == Vigilance.silent:
            outbox.send(.alarm(alarm), on: .told("execution"))
            try listen(to: alarm, message, at: now)
        default: break
        }
    }

    /// Tells a person of what cannot be: what the venue says of an order, most likely.
    func tell(_ error: any Error, _ outbox: inout Outbox) { alarm("\(error)", &outbox) }

    func alarm(_ explanation: String, code: String = "order", _ outbox: inout Outbox) {
        outbox.send(
            .alarm(Alarm(level: .critical, code: code, explanation: explanation)),
            on: .alarm(from: "execution"))
    }

    private func take(_ verdict: Verdict) throws {
        if verdict.approved, let objection = objection(to: verdict.order) {
            execution.withhold(verdict.order, because: objection, &asked)
        } else {
            if verdict.approved { try standDown(before: verdict.order) }
            try execution.onVerdict(verdict, &asked)
        }
    }

    private func hear(_ report: BrokerReport, at now: Timestamp, _ outbox: inout Outbox) throws {
        if let fill = report.fill {
            held[fill.symbol, default: .zero] += fill.side == .buy ? fill.quantity : -fill.quantity
            outbox.send(.fill(fill), on: .orders(of: setup.account))
        }
        _ = try execution.onReport(report, at: now, &asked)
        if setup.working != nil { noteOtherTrade(report, at: now) }
    }

    /// A company has done something to its shares: what is held and what works is counted in those of today.
    private func act(_ action: CorporateAction, at now: Timestamp) throws {
        let working = execution.orders.indices.filter {
            !execution.orders[$0].state.hasEnded && execution.orders[$0].order.symbol == action.symbol
        }
        if setup.working == nil || instrument(of: action.symbol) != nil {
            try execution.onAction(action, of: instrument(of: action.symbol) ?? 0, at: now)
        }
        if action.kind != .dividend {
            // Whoever looks on counts in the new shares too, also where nothing else becomes of the order.
            asked.changes += working
            renewPending()
        }
        guard let quantity = held[action.symbol] else { return }
        switch action.kind {
        case .split: held[action.symbol] = try quantity.scaled(action.numerator, over: action.denominator)
        case .merger, .delisting: held[action.symbol] = .zero
        case .dividend, .symbolChange: break
        }
    }

    /// A halt has begun: what would open something new is taken back.
    func takeBack() throws {
        for place in execution.orders.indices where !execution.orders[place].state.hasEnded {
            let order = execution.orders[place].order
            let position = held[order.symbol] ?? .zero
            let reduces = order.side == .sell ? position.isPositive : position.isNegative
            guard !reduces else { continue }
            try cancel(place)
        }
    }

    /// Sends what execution asks for. An order is on disk before it leaves.
    func carryOut(_ outbox: inout Outbox, because origin: Origin? = nil) {
        for request in asked.requests {
            outbox.send(.venueRequest(request), on: .venue(setup.account), durable: true, because: origin)
        }
        for place in asked.changes {
            let tracked = execution.orders[place]
            outbox.send(
                .orderUpdate(tracked.update(reason: tracked.state.reason)), on: .orders(of: setup.account),
                because: origin)
        }
        if setup.working != nil { tellWorked(&outbox, because: origin) }
        asked.removeAll()
    }

    // MARK: What is remembered

    public static let snapshotVersion: UInt32 = 2

    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        var bytes = execution.snapshot()
        try walk.blob(&bytes)
        var positions = held.sorted { $0.key.text < $1.key.text }.map { (symbol: $0.key, quantity: $0.value) }
        try walk.list(&positions, blank: (symbol: Symbol(), quantity: .zero)) {
            (position, walk) throws(SnapshotMismatch) in
            try walk.symbol(&position.symbol)
            try walk.amount(&position.quantity)
        }
        try rememberObeying(&walk)
        try rememberWorking(&walk)
        try rememberGuards(&walk)
        guard walk.isReading else { return }
        try execution.restore(bytes, version: Execution.snapshotVersion)
        try checkViews()
        held = [:]
        for position in positions { held[position.symbol] = position.quantity }
    }
}

extension OrderState {
    /// Why the order has ended, where somebody said so.
    fileprivate var reason: String {
        switch self {
        case .ended(.cancelled(let reason)), .ended(.rejected(let reason)),
            .ended(.rejectedByBroker(let reason)):
            reason
        default: ""
        }
    }
}
