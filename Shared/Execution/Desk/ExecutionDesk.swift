import Domain

/// Execution among the machines of the mesh: makes orders of what risk approves, sends them to a venue as they are, and
/// tells what becomes of each. The orders are followed by the same machine as in a backtest.
public final class ExecutionDesk: Desk {
    public struct Setup: Sendable {
        public var account: String
        /// A halt by hand closes what is held, unless the person says otherwise.
        public var closesOnHalt: Bool
        /// So does the silence of a service that must be heard.
        public var closesOnSilence: Bool

        public init(account: String, closesOnHalt: Bool = false, closesOnSilence: Bool = false) {
            self.account = account
            self.closesOnHalt = closesOnHalt
            self.closesOnSilence = closesOnSilence
        }
    }

    let setup: Setup
    var execution = Execution()
    var asked = Execution.Outbox()
    /// What is held of each symbol, by the fills that came.
    var held: [Symbol: Quantity] = [:]
    /// What a person, or somebody's silence, wants closed; and the orders that do it.
    var closing: Closing?
    var closers: [String] = []

    public init(_ setup: Setup) { self.setup = setup }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        do {
            switch message.body {
            case .brokerReport(let report): try hear(report, at: now, &outbox)
            case .verdict(let verdict): try execution.onVerdict(verdict, &asked)
            case .halt(let halt): if halt.active { try takeBack() }
            case .command(let command): try obey(command, message, at: now, &outbox)
            case .alarm(let alarm) where message.topic == Vigilance.topic: try heed(alarm, message)
            case .step: if closing == nil { return }
            default: return
            }
        } catch {
            // What the venue says of an order cannot be: a person has to look at it.
            outbox.send(
                .alarm(Alarm(level: .critical, code: "order", explanation: "\(error)")),
                on: .alarm(from: "execution"))
        }
        carryOut(&outbox)
        guard closing != nil else { return }
        do { try goOnClosing(&outbox) } catch {
            outbox.send(
                .alarm(Alarm(level: .critical, code: "order", explanation: "\(error)")),
                on: .alarm(from: "execution"))
        }
    }

    private func hear(_ report: BrokerReport, at now: Timestamp, _ outbox: inout Outbox) throws {
        if let fill = report.fill {
            held[fill.symbol, default: .zero] += fill.side == .buy ? fill.quantity : -fill.quantity
            outbox.send(.fill(fill), on: .orders(of: setup.account))
        }
        _ = try execution.onReport(report, at: now, &asked)
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
        try rememberClosing(&walk)
        guard walk.isReading else { return }
        try execution.restore(bytes, version: Execution.snapshotVersion)
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
