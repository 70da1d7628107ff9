import Domain

/// A limit that a person set for a while.
struct HandLimit: Sendable, Equatable {
    /// As it was said: `position_size@AAPL=2%`.
    var text = ""
    var until = Timestamp.distantFuture
    var who = ""
}

/// What a person may tell risk. A halt by hand closes nothing here: execution, which is told too, does that by itself,
/// so that it works while strategist and portfolio are dead.
extension RiskDesk {
    func obey(_ command: Command, at now: Timestamp, _ outbox: inout Outbox) {
        do {
            switch command.verb {
            case "pause", "halt":
                var halt = gate.halts.halt(by: command.who, because: command.why, at: now)
                halt?.flatten = false
                announce(halt, &outbox)
            case "resume":
                let kind = try command.arguments.first.map { try HaltKind(named: $0) }
                for halt in try gate.halts.lift(kind, by: command.who, equity: account.equity) {
                    announce(halt, &outbox)
                }
            case "limit": try limit(command, &outbox)
            default: return
            }
        } catch {
            tell(.warning, "\(command.who) is not obeyed: \(error)", &outbox)
        }
    }

    /// Why a command is not taken at a time: a limit that is over before it begins would be believed to hold.
    public static func objection(to command: Command, at now: Timestamp) -> String? {
        guard command.verb == "limit", let limit = command.arguments.first else { return nil }
        let until = end(of: command)
        guard until <= now else { return nil }
        return
            "\(limit) would be over at \(until), and it is \(now) here already: a later --until would be right"
    }

    /// Until when a limit is to hold.
    private static func end(of command: Command) -> Timestamp {
        let until = command.arguments.dropFirst().first.flatMap { Int64($0) } ?? 0
        return until > 0 ? Timestamp(nanoseconds: until) : .distantFuture
    }

    private func tell(_ level: AlarmLevel, _ text: String, _ outbox: inout Outbox) {
        outbox.send(
            .alarm(Alarm(level: level, code: "command", explanation: text)), on: .alarm(from: "risk"),
            durable: true)
    }

    /// The halts in force, by kind, and the limits that people set.
    public var figures: [Figure] {
        gate.halts.active.map { Figure(name: "halt.\($0.halt.kind)", value: 1) }
            + handLimits.map { Figure(name: "limit.\($0.text)", value: 1) }
    }

    // MARK: limits

    /// `limit` with a limit as it is written in settings, and until when it holds, in nanoseconds; 0 for ever.
    private func limit(_ command: Command, _ outbox: inout Outbox) throws {
        guard let text = command.arguments.first else { throw HaltError("no limit is named") }
        let limit = try ScopedLimit(text)
        if case .strategy(let name) = limit.scope, !setup.risk.limitedStrategies.contains(name) {
            throw HaltError(
                "what \(name) holds was not counted so far, for no limit of it was in the settings: one of the account or "
                    + "of a symbol can be set")
        }
        let set = HandLimit(text: text, until: RiskDesk.end(of: command), who: command.who)
        handLimits.removeAll { known in
            guard let other = try? ScopedLimit(known.text) else { return true }
            return other.limit == limit.limit && other.scope == limit.scope
        }
        handLimits.append(set)
        holdToLimits()
        if set.until < .distantFuture { outbox.wake(at: set.until) }
        let end = set.until < .distantFuture ? " until \(set.until)" : ""
        tell(.notice, "\(command.who) set \(text)\(end): \(command.why)", &outbox)
    }

    /// Limits whose time is over give way to those of the settings.
    func expireLimits(at now: Timestamp, _ outbox: inout Outbox) {
        let over = handLimits.filter { $0.until <= now }
        guard !over.isEmpty else { return }
        handLimits.removeAll { $0.until <= now }
        holdToLimits()
        for each in over { tell(.notice, "\(each.text), which \(each.who) had set, is over", &outbox) }
    }

    func holdToLimits() {
        var settings = setup.risk
        settings.limits += handLimits.compactMap { try? ScopedLimit($0.text) }
        gate.hold(to: settings, symbols: setup.symbols.symbols, setup.hours)
    }

    func rememberLimits(_ walk: inout SnapshotWalk) throws(SnapshotMismatch) {
        try walk.list(&handLimits, blank: HandLimit()) { (limit, walk) throws(SnapshotMismatch) in
            try walk.text(&limit.text)
            try walk.moment(&limit.until)
            try walk.text(&limit.who)
        }
        if walk.isReading, !handLimits.isEmpty { holdToLimits() }
    }
}
