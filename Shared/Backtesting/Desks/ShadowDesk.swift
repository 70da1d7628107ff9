import Domain

/// A shadow among the machines of the mesh: the desks of an account once more, perhaps with other strategies, on the
/// messages that the live ones take. What it decides goes to topics of its own, which nobody takes; its orders go nowhere.
///
/// It is shown the fills of the live account, so it always stands where the live account stands, and says what it would
/// do there. What people tell the live services it is told as they were, between the same two instants.
public final class ShadowDesk: Desk {
    public struct Setup: Sendable {
        public var plan: DeskPlan

        /// Tells why a strategy cannot be made, if one cannot.
        public init(_ plan: DeskPlan) throws {
            self.plan = plan
            if plan.works {
                throw DeskPlanError(
                    description:
                        "a shadow sends orders as they are approved: it cannot stand beside an account that works them over "
                        + "time (execution.*)")
            }
            _ = try DeskChain(plan)
        }
    }

    private var chain: DeskChain
    /// What has come of the instant that is not closed yet.
    private var venue: [Message] = []
    private var bars: [Message] = []
    private var closed = Timestamp.distantPast

    public init(_ setup: Setup) {
        do { chain = try DeskChain(setup.plan) } catch {
            preconditionFailure("a strategy was made once and cannot be made again: \(error)")
        }
    }

    public func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        if message.topic == .history || message.topic == .historyEnd { return chain.take(past: message) }
        if message.topic == .told("risk") {
            return tell(chain.tell(risk: ShadowDesk.original(of: message)), &outbox)
        }
        if message.topic == .told("execution") {
            return tell(chain.tell(execution: ShadowDesk.original(of: message)), &outbox)
        }
        switch message.body {
        case .brokerReport, .account: venue.append(message)
        case .bar, .corporateAction, .dataFault: bars.append(message)
        case .step(let step) where message.topic.lane == .market && step.time > closed:
            closed = step.time
            let sent = chain.take(venue, bars, message)
            venue.removeAll(keepingCapacity: true)
            bars.removeAll(keepingCapacity: true)
            tell(sent, &outbox)
        default: break
        }
    }

    /// What was told, as the live service took it: orders that close something have their names from that.
    private static func original(of message: Message) -> Message {
        guard let cause = message.cause else { return message }
        return Message(
            topic: cause.topic, number: cause.number, epoch: cause.epoch, sentAt: message.sentAt,
            originAt: message.originAt, body: message.body)
    }

    private func tell(_ messages: [Message], _ outbox: inout Outbox) {
        for message in messages { tell(message, &outbox) }
    }

    /// Under a topic of its own, because of its own messages: the live ones have the others.
    private func tell(_ message: Message, _ outbox: inout Outbox) {
        guard message.topic.lane == .trading else { return }
        var origin: Origin?
        if let cause = message.cause {
            origin = Origin(
                cause: ShadowDesk.isOwn(cause.topic) ? shadowed(cause) : cause, at: message.originAt)
        }
        outbox.send(message.body, on: .shadow(message.topic), because: origin)
    }

    private func shadowed(_ cause: Cause) -> Cause {
        Cause(topic: .shadow(cause.topic), epoch: cause.epoch, number: cause.number)
    }

    /// What the desks say themselves; the rest comes from the market and the venue.
    private static func isOwn(_ topic: Topic) -> Bool {
        topic.lane == .trading
            && !["trading/broker/", "trading/funds/"].contains { topic.text.hasPrefix($0) }
    }

    // MARK: What is remembered

    public static let snapshotVersion: UInt32 = 2

    /// A snapshot is made between instants as a rule, and within one where a host has to stop there.
    public func remember(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try chain.remember(&walk)
        try walk.moment(&closed)
        try walk.messages(&venue)
        try walk.messages(&bars)
    }
}

extension SnapshotWalk {
    /// What is told of a market and a venue: bars, what companies do, reports and funds.
    fileprivate mutating func messages(_ messages: inout [Message]) throws(SnapshotMismatch) {
        let blank = Message(topic: Topic(""), body: .bar(Bar()))
        try list(&messages, blank: blank) { (message, walk) throws(SnapshotMismatch) in
            try walk.text(&message.topic.text)
            try walk.integer(&message.number)
            try walk.integer(&message.epoch)
            try walk.moment(&message.sentAt)
            try walk.moment(&message.originAt)
            try walk.body(&message.body)
        }
    }

    private mutating func body(_ body: inout Body) throws(SnapshotMismatch) {
        var kind: Int
        switch body {
        case .account: kind = 1
        case .brokerReport: kind = 2
        case .corporateAction: kind = 3
        case .dataFault: kind = 4
        default: kind = 0
        }
        try integer(&kind)
        switch kind {
        case 1:
            var account = Account()
            if case .account(let known) = body { account = known }
            try self.account(&account)
            body = .account(account)
        case 2:
            var report = BrokerReport()
            if case .brokerReport(let known) = body { report = known }
            try self.report(&report)
            body = .brokerReport(report)
        case 3:
            var action = CorporateAction()
            if case .corporateAction(let known) = body { action = known }
            try self.action(&action)
            body = .corporateAction(action)
        case 4:
            var mark = DataFault()
            if case .dataFault(let known) = body { mark = known }
            try symbol(&mark.symbol)
            try choice(&mark.kind)
            try moment(&mark.at)
            try text(&mark.provider)
            try text(&mark.explanation)
            try figures(&mark.figures)
            body = .dataFault(mark)
        default:
            var bar = Bar()
            if case .bar(let known) = body { bar = known }
            try self.bar(&bar)
            body = .bar(bar)
        }
    }

    private mutating func report(_ report: inout BrokerReport) throws(SnapshotMismatch) {
        try choice(&report.kind)
        try text(&report.account)
        try text(&report.orderId)
        try text(&report.venueOrderId)
        try optional(&report.fill, blank: Fill()) { (fill, walk) throws(SnapshotMismatch) in
            try walk.text(&fill.id)
            try walk.text(&fill.orderId)
            try walk.text(&fill.account)
            try walk.text(&fill.strategy)
            try walk.symbol(&fill.symbol)
            try walk.choice(&fill.side)
            try walk.amount(&fill.quantity)
            try walk.amount(&fill.price)
            try walk.amount(&fill.fee)
            try walk.moment(&fill.at)
        }
        try text(&report.explanation)
        try moment(&report.at)
        try optional(&report.filled, blank: Quantity.zero) { (filled, walk) throws(SnapshotMismatch) in
            try walk.amount(&filled)
        }
        try symbol(&report.symbol)
        try amount(&report.charge)
        try flag(&report.isSpent)
    }
}
