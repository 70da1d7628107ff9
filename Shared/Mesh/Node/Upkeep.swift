import Domain

extension Node {
    /// Lets this node go on until a later time, by the grant that it lives by.
    public func renew(_ grant: Grant) {
        leaseUntil = max(leaseUntil ?? .zero, grant.until)
    }

    /// Tells the time: whether a lease has run out is judged by it.
    public func notice(_ now: Timestamp) { hostNow = now }

    /// Does what is due: timers, beats, questions, syncing. A host calls this after what arrived, and again when
    /// `nextWake` says.
    public func wake(at now: Timestamp) throws {
        hostNow = now
        guard transcript != nil else { return }
        if let failure { throw failure }
        if hasLapsed {
            fail("the lease of \(settings.instance) on \(settings.service)/\(settings.shard) has run out")
            try rethrowFailure()
        }
        try endTakingBack(at: now)
        if case .running = phase {
            if !settings.isReplay { takeTicks(until: now) }
            keepVigil()
            if isDue(lastLookAt, every: settings.gapPatience / 2) {
                lastLookAt = now
                lookForGaps(at: now)
                if lockstep != nil { takeInstants() }
            }
        }
        // A beat tells of all that was said.
        try release()
        try answerInquiries()
        if isDue(lastLookAskedAt, every: settings.askRetry / 2) {
            lastLookAskedAt = now
            askAgain(at: now)
        }
        if wholeBeatIsDue || isDue(lastBeatAt, every: settings.beatInterval) { beat() }
        // What was said need not wait for the disk.
        link.flush()
        try keepSafe(at: now)
        try rethrowFailure()
    }

    private func isDue(_ last: Timestamp, every interval: Int64) -> Bool {
        hostNow.nanoseconds - last.nanoseconds >= interval || hostNow < last
    }

    /// When `wake` has something to do even if nothing arrives.
    public var nextWake: Timestamp {
        var next = min(
            lastBeatAt.nanoseconds + settings.beatInterval, lastLookAt.nanoseconds + settings.gapPatience / 2)
        if transcript != nil, lastSyncAt.nanoseconds + settings.syncInterval < next, hasUnsynced {
            next = lastSyncAt.nanoseconds + settings.syncInterval
        }
        if !settings.isReplay, let first = shard.wakes.first { next = min(next, first.nanoseconds) }
        if wholeBeatIsDue || isHolding || !inquiries.isEmpty { next = hostNow.nanoseconds }
        return Timestamp(nanoseconds: next)
    }

    private var hasUnsynced: Bool { transcript.position.sequence != syncedSequence || edgeIsOwed }

    /// Checkpoints, syncs, and what only has to be done now and then. A failing disk stops nothing that was taken.
    private func keepSafe(at now: Timestamp) throws {
        if isDue(lastCheckpointAt, every: settings.checkpointInterval), transcript.uncheckedBytes > 0 {
            try checkpoint(at: recordedTime(now))
        }
        try keepSyncing()
        if !transcript.hasSpare { allocateAhead(waiting: false) }
        let index = transcript.header.index
        if settings.segmentsPerSnapshot > 0, index >= snapshotIndex + settings.segmentsPerSnapshot,
            !shard.awaitsGivenBack, edge.problem == nil,
            isDue(snapshotFailedAt, every: Node.snapshotRetry)
        {
            try snapshot()
        }
        try archiveSlice()
    }

    /// To make one at every turn while the disk is full would be to do and to say nothing else.
    private static var snapshotRetry: Int64 { Nanoseconds.second }

    /// Syncs now and then: aside, so that no message waits for the disk, unless an edge waits for it.
    private func keepSyncing() throws {
        if let begun = syncBegunAt {
            guard try transcript.syncIsDone() else { return }
            syncBegunAt = nil
            syncedSequence = begun
        }
        guard isDue(lastSyncAt, every: settings.syncInterval), hasUnsynced else { return }
        if edgeIsOwed { return try sync() }
        lastSyncAt = hostNow
        syncBegunAt = transcript.position.sequence
        try transcript.beginSync()
    }

    /// Everything so far survives a power cut after this, and the edge may make good what it was told.
    public func sync() throws {
        try release()
        lastSyncAt = hostNow
        try transcript.sync()
        syncedSequence = transcript.position.sequence
        edgeIsOwed = try !edge.settle()
        try checkEdge()
        if edge.lacksAfter != nil { try tellEdgeAgain() }
    }

    private func archiveSlice(waiting: Bool = false) throws {
        if archivedThrough < transcript.header.index {
            let from = archivedThrough
            let through = transcript.header.index
            archivedThrough = through
            let open = Set(try disk.names())
            for index in from..<through where open.contains(SegmentHeader.name(index)) { archive.add(index) }
        }
        do {
            try archive.step(waiting: waiting)
        } catch {
            if !isStalled { tell(.warning, "archive", "a segment stays uncompressed: \(error)") }
        }
    }

    /// Compresses all that is closed, however long it takes.
    public func archiveAll() throws {
        repeat { try archiveSlice(waiting: true) } while !archive.isIdle
    }

    /// Keeps what the shard is now, so that recovery begins here; drops the segments that nobody needs any more.
    public func snapshot() throws {
        try sync()
        if edgeIsOwed {
            edge.drain()
            edgeIsOwed = try !edge.settle()
        }
        // Recovery begins at a snapshot: a command that is owed would be forgotten.
        guard !edgeIsOwed || !settings.guards.contains(.settleBeforeSnapshot) else { return }
        let before = try disk.names().filter { $0.hasPrefix("snapshot-") }
        let position = transcript.position
        let file = SnapshotFile(
            service: settings.service, shard: settings.shard, position: position, epoch: shard.epoch,
            machineVersion: M.snapshotVersion, machine: shard.machine.snapshot(), host: shard.hostBytes())
        let name = SnapshotFile.name(position.sequence)
        do {
            try disk.replace(name, with: file.bytes)
        } catch {
            snapshotFailedAt = hostNow
            return tell(.warning, "snapshot", "none was kept: \(error)")
        }
        snapshotIndex = position.index
        for old in before.dropLast() where old != name { try disk.remove(old) }
        try dropOld(before: position.index)
    }

    /// Drops the segments that are too many or too old.
    private func dropOld(before index: UInt64) throws {
        try history.refresh()
        for (file, next) in zip(history.files, history.files.dropFirst()) where next.index <= index {
            let isTooMany = index > settings.segmentsKept && file.index < index - settings.segmentsKept
            guard try isTooMany || isOutlived(endingWith: next) else { return }
            // What is being compressed right now goes behind the next snapshot.
            guard archive.giveUp(file.index) else { return }
            try disk.remove(file.name)
            sends.forget(file.index)
        }
    }

    /// Whether all that comes before a segment is older than what is kept.
    private func isOutlived(endingWith next: TranscriptFolder.File) throws -> Bool {
        guard settings.retention > 0 else { return false }
        return try history.header(of: next).createdAt
            < recordedTime(hostNow).nanoseconds - settings.retention
    }

    /// Stops in good order: nothing has to be derived again at the next start.
    public func close(at now: Timestamp) throws {
        guard transcript != nil, failure == nil else { return }
        hostNow = now
        try release()
        if case .takingBack = phase {
            // Nothing is in good order yet: the next start asks again for what was lost.
            phase = .closed
            return try transcript.sync()
        }
        if case .running = phase, !shard.awaitsGivenBack { try snapshot() }
        phase = .closed
        try transcript.close(at: recordedTime(now))
        beat()
    }

    /// All forward owners have said that the replay is over, and everything of it is taken.
    public var isReplayOver: Bool { lockstep?.isOver ?? false }
    public var countersNow: Counters { counters }

    /// What this node waits for, for a person who wonders why nothing happens.
    public var whatIsAwaited: [String] {
        var lines = intake.stands.map { stand in
            "\(stand.topic) is at \(stand.epoch)/\(stand.last) of \(stand.headEpoch)/\(stand.headLast), "
                + "\(stand.held.count) held, owner \(stand.owner), question \(stand.question ?? "none")"
        }
        lines += lockstep?.whatIsAwaited ?? []
        if !settings.followers.isEmpty {
            lines.append(
                "\(pace.ahead(of: settings.followers)) steps ahead of \(pace.slowest(of: settings.followers))"
            )
        }
        return lines
    }
}
