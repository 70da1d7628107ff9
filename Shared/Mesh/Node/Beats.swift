import Domain
import Wire

/// Another instance, as its beats tell of it.
struct Peer {
    var service: String
    var shard = ""
    /// Into how many parts its service is divided.
    var parts = 0
    var startedAt: Timestamp
    var number: UInt64 = 0
    var state = ServiceState.starting
    var heardAt: Timestamp
    /// When it was heard last and was not in trouble.
    var soundAt = Timestamp.zero
    var marketAddress = ""
    var tradingAddress = ""
    var transcriptHash: [UInt8] = []
}

extension Node {
    /// Sends a message that is not kept: its numbers count since the start of the process.
    func pass(_ body: Body, on topic: Topic, lanes: [Lane] = [.control]) {
        let number = (passing[topic] ?? 0) + 1
        passing[topic] = number
        let message = Message(
            topic: topic, number: number, epoch: UInt64(startedAt.nanoseconds), sentAt: hostNow,
            sender: settings.instance, body: body)
        codec.encode(message).withUnsafeBytes { envelope in
            var text = topic.text
            text.withUTF8 { utf8 in
                for lane in lanes { link.send(lane, topic: UnsafeRawBufferPointer(utf8), envelope: envelope) }
            }
        }
    }

    /// The state that this node is in, as others should see it.
    public var state: ServiceState {
        switch phase {
        case .closed: return failure == nil ? .stopped : .degraded
        case .takingBack: return .recovering
        case .running: break
        }
        if isStalled || hasLapsed || isImpaired || !forsaken.isEmpty { return .degraded }
        if edge.problem != nil { return .degraded }
        for flow in settings.flows where flow.role != .watched {
            let owners = peers.values.filter { $0.service == flow.service }
            if owners.isEmpty { return .starting }
            let isMissed = owners.contains { owner in
                // Whoever has handed its shard over may be silent.
                isSilent(owner) && !owners.contains { $0.shard == owner.shard && $0.heardAt > owner.heardAt }
            }
            if isMissed { return .degraded }
        }
        if intake.behind.contains(where: { intake.stands[$0].question != nil }) {
            return everWasReady ? .degraded : .recovering
        }
        if !edge.isReady { return everWasReady ? .degraded : .recovering }
        return .ready
    }

    private func isSilent(_ peer: Peer) -> Bool {
        let silence = hostNow.nanoseconds - peer.heardAt.nanoseconds
        return silence > settings.beatInterval * Int64(settings.beatsMissedMax)
    }

    func beat() {
        guard transcript != nil else { return }
        let state = self.state
        if state == .ready { everWasReady = true }
        beatCount += 1
        let whole = wholeBeatIsDue || beatCount % 10 == 1
        wholeBeatIsDue = false
        lastBeatAt = hostNow
        let behind = intake.behind.compactMap { intake.stands[$0].behindSince }.min()
        let beat = Beat(
            service: settings.service, shard: settings.shard, epoch: shard.epoch, state: state,
            marketAddress: settings.marketAddress, tradingAddress: settings.tradingAddress,
            heads: shard.outlets.headsForBeat(whole: whole), whole: whole,
            lag: behind.map { hostNow.nanoseconds - $0.nanoseconds } ?? 0, counters: figures,
            transcriptHash: transcript.hash.bytes, startedAt: startedAt, parts: UInt64(settings.part.count),
            galleryAddress: settings.galleryAddress)
        // On the owner's own sockets too, so that established flows outlive the relay.
        pass(.beat(beat), on: .beat(settings.instance), lanes: [.control, .market, .trading])
    }

    private var figures: [Figure] {
        [
            Figure(name: "taken", value: Double(counters.taken)),
            Figure(name: "sent", value: Double(counters.sent)),
            Figure(name: "duplicates", value: Double(counters.duplicates)),
            Figure(name: "ghosts", value: Double(counters.ghosts)),
            Figure(name: "gaps", value: Double(counters.gaps)),
            Figure(name: "malformed", value: Double(counters.malformed)),
            Figure(name: "orphans", value: Double(counters.orphans)),
            Figure(name: "waiting", value: Double(lockstep?.count ?? 0)),
            Figure(name: "over", value: isReplayOver ? 1 : 0),
        ] + shard.machine.figures
    }

    /// Takes note of another instance, connects to it if this node takes its topics, and sees what it has sent that
    /// has not come.
    func hear(_ beat: Beat, from instance: String, number: UInt64, at now: Timestamp) {
        // A process that has no shard of its own owns no topics.
        guard instance != settings.instance, !beat.shard.isEmpty else { return }
        var peer = peers[instance] ?? Peer(service: beat.service, startedAt: beat.startedAt, heardAt: now)
        // The same beat comes by the relay and by the owner's own socket; an older one may be a late one.
        if peer.startedAt == beat.startedAt && number <= peer.number { return }
        // An older process, unless it was the clock that went back and nothing is heard of the other one.
        guard beat.startedAt >= peer.startedAt || isSilent(peer) else { return }
        let flows = settings.flows.filter { $0.service == beat.service }
        if !flows.isEmpty {
            connect(to: instance, beat, peer, flows)
        }
        peer.service = beat.service
        peer.shard = beat.shard
        peer.parts = Int(beat.parts)
        peer.startedAt = beat.startedAt
        peer.number = number
        peer.state = beat.state
        peer.heardAt = now
        if beat.state != .degraded || beat.service != "feed" { peer.soundAt = now }
        peer.marketAddress = beat.marketAddress
        peer.tradingAddress = beat.tradingAddress
        peer.transcriptHash = beat.transcriptHash
        peers[instance] = peer
        guard !flows.isEmpty, case .running = phase, settings.guards.contains(.watchBeats) else { return }
        for head in beat.heads where head.last > 0 {
            guard let at = stand(on: Topic(head.topic)) else { continue }
            compare(head, with: at, beat, from: instance)
            intake.hear(at, epoch: head.epoch, last: head.last, from: instance, at: now)
        }
    }

    /// An owner that says less than it said before, in the same epoch, has lost its past. What it says from now on
    /// would be taken for repeats: that is for a person to know.
    private func compare(_ head: TopicHead, with at: Int, _ beat: Beat, from instance: String) {
        let stand = intake.stands[at]
        let place = Intake.Place(epoch: head.epoch, number: head.last)
        if place >= stand.told {
            intake.stands[at].told = place
            intake.stands[at].toldBy = beat.startedAt
            forsaken.remove(at)
        } else if head.epoch == stand.told.epoch, beat.startedAt > stand.toldBy, beat.state != .recovering,
            forsaken.insert(at).inserted
        {
            tell(
                .error, "past lost",
                "\(instance) is at \(head.last) of \(head.topic), and was at \(stand.told.number) before: it has lost "
                    + "its transcript. Put that back, or give up the transcripts of its takers too")
        }
    }

    private func connect(to instance: String, _ beat: Beat, _ peer: Peer, _ flows: [Flow]) {
        let isNew = peers[instance] == nil
        if flows.contains(where: { $0.lane == .market }), !beat.marketAddress.isEmpty,
            isNew || peer.marketAddress != beat.marketAddress
        {
            link.connect(.market, to: instance, at: beat.marketAddress)
        }
        if flows.contains(where: { $0.lane == .trading }), !beat.tradingAddress.isEmpty,
            isNew || peer.tradingAddress != beat.tradingAddress
        {
            link.connect(.trading, to: instance, at: beat.tradingAddress)
        }
        if isNew { tell(.info, "found", "\(instance) at \(beat.marketAddress)") }
    }

    /// What the relay's lane brings.
    func receiveControl(
        _ topic: Topic, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer, at now: Timestamp
    ) throws(WireError) {
        let message = try codec.decode(bytes)
        switch message.body {
        case .beat(let beat):
            guard topic == .beat(message.sender) else { return refuse(message) }
            onBeat?(message, beat, now)
            hear(beat, from: message.sender, number: message.number, at: now)
        case .hello: wholeBeatIsDue = true
        case .ask(let ask):
            guard message.sender != settings.instance else { return }
            guard topic.text.hasSuffix("/" + message.sender) else { return refuse(message) }
            answer(ask, from: message.sender, at: now)
        case .answer(let answer):
            guard topic == .answer(from: message.sender, to: settings.instance) else {
                return refuse(message)
            }
            take(answer, from: message.sender, at: now)
        case .command(let command):
            guard topic == .command(to: settings.service, from: message.sender) else {
                return refuse(message)
            }
            obey(command, message, head, bytes)
        case .unknown: counters.unknown += 1
        default: break
        }
    }

    /// Somebody says something on a topic that is not its own.
    private func refuse(_ message: Message) {
        counters.refused += 1
        tell(.warning, "refused", "\(message.sender) has no business on \(message.topic)")
    }

    /// The lease has run out: somebody else may own this shard now.
    public var hasLapsed: Bool {
        guard let leaseUntil, settings.guards.contains(.obeyLease) else { return false }
        return hostNow > leaseUntil
    }
}
