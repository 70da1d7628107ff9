import Domain
import Wire

/// How a process carries out the assignments that the supervisor gives it.
extension Replica {
    /// What names this process: its assignments.
    func receiveOwn(_ topic: UnsafeRawBufferPointer, _ envelope: UnsafeRawBufferPointer, at now: Timestamp)
        throws
    {
        let message: Message
        do { message = try codec.decode(envelope) } catch {
            return tell(.warning, "malformed", "an assignment cannot be read: \(error)")
        }
        guard case .assignment(let assignment) = message.body else { return }
        guard message.sender.hasPrefix("supervisor."),
            message.topic == .grant(to: settings.name, from: message.sender),
            topic.elementsEqual(message.topic.text.utf8)
        else {
            return tell(.warning, "refused", "\(message.sender) has no business on \(message.topic)")
        }
        // What was meant for an earlier process of this name, or comes late, is void.
        guard !isClosed, settings.opening.isGranted, assignment.replica == settings.name,
            assignment.startedAt == startedAt, assignment.revision > revision
        else { return }
        try carryOut(assignment, at: now)
    }

    private func carryOut(_ assignment: Assignment, at now: Timestamp) throws {
        grants = Dictionary(assignment.grants.map { ($0.shard, $0) }, uniquingKeysWith: { first, _ in first })
        passed = [:]
        awaitedSince = awaitedSince.filter { grants[$0.key] != nil }
        for seat in seats {
            if let grant = grants[seat.part.shard], grant.epoch <= seat.epoch {
                seat.node.renew(grant)
            } else {
                tell(.info, "lets go", "\(seat.node.settings.instance) is handed over")
                try close(seat, at: now)
            }
        }
        // Only now: who reads the revision in a beat may rely on it that all else has been let go.
        revision = assignment.revision
        hasAssignment = true
        try openWhatIsGranted(at: now)
        beat()
    }

    /// Opens what is granted and not open, as far as its folder is free.
    func openWhatIsGranted(at now: Timestamp) throws {
        openNextAt = Timestamp(nanoseconds: .max)
        for shard in grants.keys.sorted() where passed[shard] == nil {
            guard !seats.contains(where: { $0.part.shard == shard }),
                let part = Part(shard: shard, of: settings.parts), let grant = grants[shard]
            else { continue }
            // A grant that is over opens nothing; its successor may.
            guard grant.until > now else { continue }
            do {
                try open(part, by: grant, at: now)
                awaitedSince[shard] = nil
                tell(.info, "opened", "\(settings.service)/\(shard) in epoch \(grant.epoch)")
                lastBeatAt = .zero
            } catch let error as DiskError where error.kind == .owned {
                openNextAt = now + settings.openRetry
                wait(for: shard, error, at: now)
            } catch let error as EpochPassed {
                passed[shard] = error.epoch
                tell(.warning, "passed", error.description)
                lastBeatAt = .zero
            }
        }
    }

    private func wait(for shard: String, _ error: DiskError, at now: Timestamp) {
        guard let since = awaitedSince[shard] else { return awaitedSince[shard] = now }
        guard since > .zero, now.nanoseconds - since.nanoseconds > settings.openPatience else { return }
        // Told once.
        awaitedSince[shard] = .zero
        tell(
            .error, "not released",
            "\(settings.service)/\(shard) was granted to \(settings.name), but \(error)")
    }

    /// A part whose lease is over may be somebody else's already: it is left as it stands.
    func dropLapsed(at now: Timestamp) throws {
        for seat in seats {
            seat.node.notice(now)
            guard seat.node.hasLapsed else { continue }
            tell(
                .warning, "lapsed",
                "the lease of \(settings.name) on \(settings.service)/\(seat.part.shard) is over")
            leave(seat)
            grants[seat.part.shard] = nil
            lastBeatAt = .zero
        }
    }

    // MARK: the process's own beat

    /// While it is not yet known, a process beats faster: its first beats go before the relay hears it.
    var nextBeat: Timestamp {
        let isNew = !hasAssignment && hostNow < startedAt + 2_000_000_000
        return lastBeatAt + (isNew ? min(50_000_000, settings.beatInterval) : settings.beatInterval)
    }

    /// The state of the process: that of its worst part.
    var state: ServiceState {
        if isClosed { return .stopped }
        if settings.opening.isGranted && !hasAssignment
            || grants.keys.contains(where: { shard in !seats.contains { $0.part.shard == shard } })
        {
            return .starting
        }
        let states = seats.map(\.node.state)
        return [.degraded, .recovering, .starting].first(where: states.contains) ?? .ready
    }

    private var holdings: [HeldPart] {
        let open = seats.map {
            HeldPart(shard: $0.part.shard, epoch: $0.node.epoch, state: $0.node.state)
        }
        let refused = passed.map { HeldPart(shard: $0.key, epoch: $0.value, state: .stopped) }
        return (open + refused).sorted { $0.shard < $1.shard }
    }

    func beat() {
        lastBeatAt = hostNow
        let beat = Beat(
            service: settings.service, state: state, startedAt: startedAt, holds: holdings,
            parts: UInt64(settings.parts), revision: revision)
        pass(.beat(beat), on: .beat(settings.name))
    }

    /// Tells everybody something that a person should know of a node, or of this process.
    func raise(_ level: AlarmLevel, of sender: String, code: String, _ explanation: String) {
        if let node = nodes.first(where: { $0.settings.instance == sender }) {
            return node.raise(level, code: code, explanation)
        }
        pass(
            .alarm(Alarm(level: level, code: code, explanation: explanation)),
            on: .alarm(from: settings.name))
    }

    private func pass(_ body: Body, on topic: Topic) {
        passedCounts[topic, default: 0] += 1
        let message = Message(
            topic: topic, number: passedCounts[topic]!, epoch: UInt64(startedAt.nanoseconds), sentAt: hostNow,
            sender: settings.name, body: body)
        codec.encode(message).withUnsafeBytes { envelope in
            var text = topic.text
            text.withUTF8 { link.send(.control, topic: UnsafeRawBufferPointer($0), envelope: envelope) }
        }
    }
}
