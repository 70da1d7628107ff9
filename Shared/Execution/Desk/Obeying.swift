import Domain

/// Something that was told and is not done yet: a person's command, or that somebody is silent.
struct Told: Sendable, Equatable {
    var origin = Origin(cause: Cause(topic: Topic(""), epoch: 0, number: 0), at: .zero)
    /// When it was told; nothing of that instant is changed by it.
    var at = Timestamp.zero
    var verb = ""
    var arguments: [String] = []
    /// Who said so, and why, for whoever wonders why an order was not sent.
    var reason = ""

    static let silence = "silence"
}

/// What a person may tell execution, and what it does when those it must hear are silent.
///
/// Beside a broker it is done at once. The simulated exchange goes from instant to instant: what it is asked for late in
/// an instant it may or may not have taken in the next one, and if it had to take it again after a power cut that could
/// be the other way round. So there it is done when the next instant begins, which is the soonest that anything can trade.
extension ExecutionDesk {
    func listen(to command: Command, _ message: Message, at now: Timestamp) throws {
        try listen(
            Told(
                origin: message.asOrigin, at: now, verb: command.verb, arguments: command.arguments,
                reason: "\(command.who) said \(command.verb): \(command.why)"))
    }

    /// Somebody whom this service must hear is silent.
    func listen(to alarm: Alarm, _ message: Message, at now: Timestamp) throws {
        try listen(
            Told(origin: message.asOrigin, at: now, verb: Told.silence, reason: alarm.explanation))
    }

    private func listen(_ told: Told) throws {
        if setup.isAtOnce { try obey(told) } else { waiting.append(told) }
    }

    /// Does what was told in an instant that is over, and sends what follows as its consequence.
    func obeyWhatWaits(at now: Timestamp, _ outbox: inout Outbox) {
        while let told = waiting.first, told.at < now {
            waiting.removeFirst()
            do { try obey(told) } catch { tell(error, &outbox) }
            carryOut(&outbox, because: told.origin)
        }
    }

    private func obey(_ told: Told) throws {
        switch told.verb {
        case "pause": try stop(told)
        case "halt":
            try stop(told)
            if told.arguments.first.map({ $0 == "close" }) ?? setup.closesOnHalt { close([], told) }
        case "flatten": close(told.arguments.compactMap { Symbol($0) }, told)
        case "resume":
            let kind = told.arguments.first
            if kind == nil || kind == "manual" { stopped = "" }
            if kind == nil || kind == "data_loss" { silenced = "" }
            let ends = closing?.origin.cause.topic == Vigilance.topic ? "data_loss" : "manual"
            if kind == nil || kind == ends { endClosing() }
            if kind == nil { liftOwnHalt() }
        case "cancel": try cancel(told.arguments)
        case Told.silence:
            if setup.working != nil { execution.stopEntries(told.reason, at: moment, &asked) }
            try takeBack()
            guard setup.closesOnSilence else { return }
            // Or a strategy would open again at once what it sees closed.
            silenced = told.reason
            if closing == nil { close([], told) }
        default: return
        }
    }

    /// From now on nothing is opened, whatever risk approves: what it approved before it was told may still be on its way.
    private func stop(_ told: Told) throws {
        stopped = told.reason
        if setup.working != nil { execution.stopEntries(told.reason, at: moment, &asked) }
        try takeBack()
    }

    /// The orders of these ids, or all that work.
    private func cancel(_ ids: [String]) throws {
        cancelPlans(ids, at: moment)
        for place in execution.orders.indices where !execution.orders[place].state.hasEnded {
            guard ids == ["all"] || ids.contains(execution.orders[place].order.id) else { continue }
            try cancel(place)
        }
    }

    func cancel(_ place: Int) throws {
        if let plan = execution.plan(ofOrderAt: place) {
            return execution.cancelPlan(plan, because: "taken back", at: moment, &asked)
        }
        guard case .cancelling = execution.orders[place].state else {
            let order = execution.orders[place].order
            try execution.onEvent(.cancelRequested, of: place, &asked)
            asked.requests.append(VenueRequest(verb: .cancel, order: order))
            return
        }
    }

    /// Whether nothing is opened, and whether something is being closed.
    public var figures: [Figure] {
        (stopped.isEmpty && silenced.isEmpty ? [] : [Figure(name: "stopped", value: 1)])
            + (closing == nil ? [] : [Figure(name: "closing", value: 1)])
    }

    // MARK: what risk approved meanwhile

    /// Why an approved order does not leave; nothing where it does.
    func objection(to order: Order) -> String? {
        if let closing, closing.means(order.symbol) {
            return "not sent, for what is held of \(order.symbol) is being closed: \(closing.reason)"
        }
        let reason = stopped.isEmpty ? silenced : stopped
        guard !reason.isEmpty, !reduces(order) else { return nil }
        return "not sent, for nothing is opened: \(reason)"
    }

    /// It makes a position smaller, together with all that does so already, and does not turn it. What guards the position
    /// makes way for it.
    private func reduces(_ order: Order) -> Bool {
        let position = held[order.symbol] ?? .zero
        guard order.side == .sell ? position.isPositive : position.isNegative else { return false }
        var left = position.isNegative ? -position : position
        // What protects a position makes way for whatever closes it.
        for (place, tracked) in execution.orders.enumerated()
        where !tracked.state.hasEnded && !execution.isLeg(place) && !isGuard(tracked.order.id) {
            if tracked.order.symbol == order.symbol, tracked.order.side == order.side {
                left -= tracked.remaining
            }
        }
        return order.quantity <= left
    }

    // MARK: what is remembered

    func rememberObeying(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        // An older snapshot ends here.
        if walk.isReading, walk.isAtEnd { return }
        try walk.text(&stopped)
        try walk.text(&silenced)
        try walk.list(&waiting, blank: Told()) { (told, walk) throws(SnapshotMismatch) in
            var origin: Origin? = told.origin
            try walk.origin(&origin)
            if let origin { told.origin = origin }
            try walk.moment(&told.at)
            try walk.text(&told.verb)
            try walk.list(&told.arguments, blank: "") { (text, walk) throws(SnapshotMismatch) in
                try walk.text(&text)
            }
            try walk.text(&told.reason)
        }
        try rememberClosing(&walk)
    }
}
