import Domain
import Wire

extension Node {
    /// Recovers from the transcript, or begins one, and joins the mesh.
    ///
    /// `grant` names the epoch that the owner of the assignment gave this instance; a restart on its own intact
    /// transcript needs none.
    public func start(at now: Timestamp, grant: Grant? = nil) throws {
        hostNow = now
        startedAt = now
        leaseUntil = grant?.until
        grantedEpoch = grant?.epoch ?? 0
        history = try TranscriptFolder(disk, boot: identity.boot)
        let tail = try recover()
        var lost = false
        if let tail {
            try check(tail, grant)
            transcript = try Transcript(
                disk, identity, resuming: tail, segmentSize: settings.segmentSize, at: now)
            lost = tail.lostPower(before: identity.boot)
            if let torn = tail.torn {
                tell(.warning, "torn", "\(tail.header.name) was cut at byte \(tail.position.offset): \(torn)")
            }
        } else {
            shard.epoch = grant?.epoch ?? 1
            transcript = try Transcript(
                disk, identity, epoch: shard.epoch, segmentSize: settings.segmentSize, at: now)
        }
        try checkEdge()
        transcript.isHeaderSynced = settings.guards.contains(.syncHeaders)
        lockstep?.resume(shard.stepsTaken, instant: shard.instant, before: shard.instantBefore)
        // Whoever has taken of the market goes on with that.
        if let prelude = settings.prelude, shard.instant == nil, shard.taken[.historyEnd] == nil {
            preluding = Preluding(prelude)
        }
        subscribe()
        allocateAhead()
        if lost && settings.guards.contains(.newEpochAfterPowerCut) {
            // Recovery may have taken longer than takers are waited for: the first call with a fresh time asks.
            phase = .takingBack(TakingBack(questionID: nil, until: now, awaited: []))
        } else {
            try run(grantedEpoch: grant?.epoch, at: now)
        }
        beat()
        pass(.hello(Hello(service: settings.service, shard: settings.shard)), on: .hello(settings.instance))
    }

    /// An edge makes good only what is on disk here: one that is ahead belongs to another transcript, and would take
    /// new commands for old ones.
    func checkEdge() throws {
        guard edge.done > transcript.sequence else { return }
        throw NodeFailure(
            "\(settings.service)/\(settings.shard) has stored what command \(edge.done) asked for, and its transcript "
                + "in \(disk.place) ends before command \(transcript.sequence + 1): they do not belong together. Put "
                + "back the transcript, or move away what was stored as well (\(settings.service).database)")
    }

    private func check(_ tail: TranscriptFolder.Tail, _ grant: Grant?) throws {
        guard tail.header.service == settings.service, tail.header.shard == settings.shard else {
            throw NodeFailure(
                "\(disk.place) is the transcript of \(tail.header.service)/\(tail.header.shard), and this is "
                    + "\(settings.service)/\(settings.shard): give this service a folder of its own")
        }
        if let grant, grant.epoch < tail.header.epoch {
            throw EpochPassed(
                epoch: tail.header.epoch,
                description:
                    "\(disk.place) is in epoch \(tail.header.epoch), and \(settings.instance) was granted "
                    + "epoch \(grant.epoch): somebody else has taken this shard over")
        }
    }

    /// Feeds the transcript to the machine again; what it sent then must come out again.
    private func recover() throws -> TranscriptFolder.Tail? {
        let (snapshot, unreadable) = try SnapshotFile.latest(on: disk)
        for problem in unreadable { tell(.warning, "snapshot", "passed over: \(problem)") }
        let rerun = Rerun(shard: shard, codec: codec)
        if let snapshot { try rerun.restore(snapshot) }
        let done = edge.done
        rerun.onCommand = { [edge] command, cause, sequence in
            if sequence + 1 > done { try edge.perform(command, because: cause, number: sequence + 1) }
        }
        var sequence = snapshot?.position.sequence ?? 0
        do {
            let tail = try history.walk(from: snapshot?.position) { header, batch in
                sequence = batch[0].fullSequence(near: sequence)
                try rerun.absorb(header, batch, sequence: sequence)
                for record in batch where record.kind != .taken {
                    let head = try codec.head(of: record.payload)
                    sends.note(
                        header.index, stream: record.stream, epoch: head.epoch, number: head.number,
                        offset: record.offset)
                }
            }
            shard = rerun.shard
            if let snapshot { try index(before: snapshot.position) }
            if let tail {
                shard.epoch = tail.header.epoch
                snapshotIndex = snapshot?.position.index ?? 0
                tell(
                    .info, "recovered",
                    "\(rerun.taken) messages taken and \(rerun.sent) sent again from \(disk.place)")
            }
            return tail
        } catch let difference as Rerun<M>.Difference {
            throw NodeFailure(
                "\(disk.place): this program decides otherwise than the one that wrote the transcript: "
                    + "\(difference). Stop the service in good order with the program that wrote it, then start "
                    + "this one; `tradewind verify` shows what would change")
        }
    }

    /// The part of a segment that lies before the snapshot, where recovery began.
    private func index(before position: TranscriptFolder.Position) throws {
        guard let file = history.files.first(where: { $0.index == position.index }) else { return }
        sends.forget(position.index)
        try history.load(file).withBytes { bytes in
            var at = SegmentHeader.size
            while case .record(let record) = Record.read(bytes, at: at) {
                at = record.end
                guard record.kind == .sent || record.kind == .recovered else { continue }
                let head = try codec.head(of: record.payload)
                sends.note(
                    position.index, stream: record.stream, epoch: head.epoch, number: head.number,
                    offset: record.offset)
            }
        }
    }

    private func subscribe() {
        let own = settings.instance
        for prefix in ["beat/", "hello/", "ask/\(own)/", "ask/all/"] {
            link.subscribe(.control, prefix: "control/" + prefix)
        }
        if settings.commandCheck != nil {
            link.subscribe(.control, prefix: "control/command/\(settings.service)/")
        }
        link.subscribe(.market, prefix: "control/beat/")
        link.subscribe(.trading, prefix: "control/beat/")
        for flow in settings.flows { link.subscribe(flow.lane, prefix: flow.prefix) }
    }

    // MARK: into service

    private func run(grantedEpoch: UInt64?, at now: Timestamp) throws {
        phase = .running
        if let epoch = grantedEpoch, epoch > shard.epoch {
            try openEpoch(epoch, at: now)
        } else {
            // Ended by a crash between the two, an epoch is there that no topic was told of.
            try sayOpened(at: now)
        }
        if shard.settingsText != settings.settingsText {
            take(own: .settings(Settings(text: settings.settingsText)), on: .settings, at: recordedTime(now))
        }
        try rethrowFailure()
    }

    /// The time that a message is recorded with: the data's in a replay, the host's otherwise. Never runs back.
    func recordedTime(_ now: Timestamp) -> Timestamp {
        settings.isReplay ? shard.now : max(now, shard.now)
    }

    /// Begins a new epoch: the first number of each topic tells how the epoch before ended.
    private func openEpoch(_ epoch: UInt64, at now: Timestamp) throws {
        try transcript.openEpoch(epoch, at: now)
        // Nothing is said in an epoch that a power cut could make forgotten.
        if settings.guards.contains(.syncEpoch) { try transcript.sync() }
        if !settings.guards.contains(.keepNumbers) { shard.outlets = Outlets() }
        shard.epoch = epoch
        try sayOpened(at: now)
        tell(.info, "epoch", "epoch \(epoch) is open")
    }

    /// Tells on each topic that still is in an earlier epoch how that one ended.
    private func sayOpened(at now: Timestamp) throws {
        let opened = shard.outlets.all
            .filter { $0.lane != .local && $0.last > 0 && $0.epoch < shard.epoch }
            .map { outlet in
                (
                    topic: outlet.topic,
                    body: Body.opened(Opened(previousEpoch: outlet.epoch, previousLast: outlet.last))
                )
            }
        if !opened.isEmpty { try originate(opened, at: recordedTime(now)) }
    }

    // MARK: after a power cut

    private func askForWhatWasLost(at now: Timestamp) {
        guard settings.guards.contains(.takeBack) else {
            phase = .takingBack(TakingBack(questionID: "", until: now, awaited: []))
            return
        }
        let heads =
            shard.outlets.all.filter { $0.lane != .local }.map {
                TopicHead(topic: $0.topic.text, epoch: $0.epoch, last: $0.last)
            } + [TopicHead(epoch: shard.epoch)]
        let patience = settings.takers.isEmpty ? settings.takeBackPatience : settings.takersPatience
        let until = now + patience
        let ask = Ask(deadline: until, takeBack: TakeBack(heads: heads))
        let question = questions.add(to: "all", ask, stand: nil, from: settings.instance, at: now)
        for taker in settings.takers {
            link.subscribe(.control, prefix: Topic.answer(from: taker, to: settings.instance).text)
        }
        phase = .takingBack(
            TakingBack(questionID: question.id, until: until, awaited: Set(settings.takers)))
        tell(.warning, "power", "the machine was restarted: takers are asked for what was not on disk")
        send(question)
    }

    /// Ends the taking back when all known takers have answered, or patience is over.
    func endTakingBack(at now: Timestamp) throws {
        guard case .takingBack(let takingBack) = phase else { return }
        guard let questionID = takingBack.questionID else { return askForWhatWasLost(at: now) }
        let allAnswered = takingBack.awaited.isEmpty && !settings.takers.isEmpty
        guard allAnswered || now >= takingBack.until else { return }
        _ = questions.close(questionID)
        let back = takingBack.continuations(of: shard.outlets, steps: stepTopic)
        for message in back {
            let bytes = codec.encode(message)
            let time = recordedTime(now)
            let outlet = shard.adopt(message, isGivenBack: true, at: time)
            if !settings.guards.contains(.sendOnce) { (shard.givenBack, shard.dataGivenBack) = ([:], [:]) }
            let stream = UInt16(truncatingIfNeeded: outlet)
            let room = try transcript.reserve(.recovered, stream: stream, payloadMax: bytes.count, at: time)
            room.copyBytes(from: bytes)
            let written = transcript.finish(count: bytes.count)
            transcript.commit()
            let place = transcript.place(of: written)
            sends.note(
                place.segment, stream: stream, epoch: message.epoch, number: message.number,
                offset: place.offset)
        }
        try transcript.sync()
        tell(
            .info, "took back",
            "\(back.count) messages from \(takingBack.answers) takers; \(takingBack.awaited.count) did not answer"
        )
        try run(grantedEpoch: max(grantedEpoch, shard.epoch + 1), at: now)
    }
}

/// A grant that came too late: the shard is in a later epoch already.
public struct EpochPassed: Error, CustomStringConvertible, Sendable {
    public let epoch: UInt64
    public let description: String
}

extension Record {
    /// The batch's number in full, from its low half and the number of one near it.
    public func fullSequence(near known: UInt64) -> UInt64 {
        known &+ UInt64(bitPattern: Int64(Int32(bitPattern: sequence &- UInt32(truncatingIfNeeded: known))))
    }
}
