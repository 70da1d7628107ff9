import Brokers
import Domain

/// A fault that is put into a machine of trading on purpose: the simulation has to find it.
enum TradingFault: String, CaseIterable, Sendable {
    case portfolioLosesFills = "portfolio loses a fill"
    case portfolioDoublesFills = "portfolio books twice"
    case portfolioMiscounts = "a millionth is missing"
    case riskApprovesAll = "risk approves all"
    case riskSeesNothing = "risk sees no position"
    case executionForgets = "an order is forgotten"
    case executionDoubles = "an order is doubled"
    case brokerSwallows = "a report is swallowed"
    case brokerRepeats = "a report is repeated"
    /// No fault: somebody cancels some of the orders as soon as they are sent, or as they work.
    case restless

    static var faults: [TradingFault] { allCases.filter { $0 != .restless } }

    /// The service whose machine it is in.
    var member: Int {
        switch self {
        case .portfolioLosesFills, .portfolioDoublesFills, .portfolioMiscounts: 3
        case .riskApprovesAll, .riskSeesNothing: 4
        case .executionForgets, .executionDoubles, .restless: 5
        case .brokerSwallows, .brokerRepeats: 1
        }
    }
}

/// A machine with such a fault. It remembers nothing of its own, so that it does the same when it recovers.
struct FaultyMachine: Machine {
    private(set) var inner: AnyMachine
    private let fault: TradingFault

    init(_ inner: AnyMachine, _ fault: TradingFault) {
        self.inner = inner
        self.fault = fault
    }

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        var own = Outbox()
        switch (fault, message.body) {
        case (.portfolioLosesFills, .brokerReport(let report)) where report.fill != nil && isChosen(message):
            return
        case (.riskSeesNothing, .position): return
        case (.portfolioDoublesFills, .brokerReport(let report))
        where report.fill != nil && isChosen(message):
            inner.receive(message, at: now, &own)
            own.removeAll()
        default: break
        }
        inner.receive(message, at: now, &own)
        for item in own.items { send(item, message, &outbox) }
        for time in own.wakes { outbox.wake(at: time) }
        if fault == .restless, case .brokerReport(let report) = message.body, report.kind == .accepted,
            isChosen(message)
        {
            cancel(report.orderId, report.account, report.symbol, &outbox)
        }
    }

    private func cancel(_ id: String, _ account: String, _ symbol: Symbol, _ outbox: inout Outbox) {
        var order = Order(account: account, symbol: symbol)
        order.id = id
        outbox.send(
            .venueRequest(VenueRequest(verb: .cancel, order: order)), on: .venue(account), durable: true)
    }

    private func send(_ item: Outbox.Item, _ message: Message, _ outbox: inout Outbox) {
        var body = item.body
        switch (fault, body) {
        case (.portfolioMiscounts, .account(var account)) where isChosen(message):
            account.cash -= Money(units: 1)
            body = .account(account)
        case (.riskApprovesAll, .verdict(var verdict)):
            verdict.approved = true
            body = .verdict(verdict)
        case (.executionForgets, .venueRequest), (.brokerSwallows, .brokerReport):
            if isChosen(message) { return }
        case (.executionDoubles, .venueRequest(var request)) where isChosen(message):
            request.order.id += "again"
            outbox.send(.venueRequest(request), on: item.topic, durable: true, because: item.origin)
        case (.brokerRepeats, .brokerReport(let report)) where report.fill != nil && isChosen(message):
            outbox.send(body, on: item.topic, durable: item.durable, because: item.origin)
        default: break
        }
        outbox.send(body, on: item.topic, durable: item.durable, because: item.origin)
        if fault == .restless, case .venueRequest(let request) = body, request.verb == .submit,
            isChosen(message)
        {
            cancel(request.order.id, request.order.account, request.order.symbol, &outbox)
        }
    }

    private func isChosen(_ message: Message) -> Bool { mixed(message.number) % 4 == 0 }

    static var snapshotVersion: UInt32 { 1 }
    func snapshot() -> [UInt8] { inner.snapshot() }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        try inner.restore(bytes, version: AnyMachine.snapshotVersion)
    }
}
