import Domain
import Wire

extension Node {
    /// Whether there is room to take a message and what may come of it: without it nothing is taken, so that
    /// nothing has to be given up half-way.
    var canTake: Bool {
        guard !hasLapsed, let transcript else { return false }
        if transcript.hasSpare || transcript.roomLeft > settings.segmentSize / 4 { return true }
        allocateAhead()
        return transcript.hasSpare
    }

    func allocateAhead(waiting: Bool = true) {
        do {
            try transcript.allocateAhead(waiting: waiting)
            if isStalled, transcript.hasSpare { tell(.info, "room", "there is room on the disk again") }
            if transcript.hasSpare { isStalled = false }
        } catch {
            if !isStalled { tell(.error, "disk", "nothing more is taken: \(error)") }
            isStalled = true
        }
    }

    /// The first failure is the one that is told: what follows from it explains nothing.
    func fail(_ sentence: String) {
        phase = .closed
        failure = failure ?? NodeFailure(sentence)
    }

    // MARK: one message, one batch

    /// Lets the machine receive a message: the message, then all that it brings about, become one batch. `closing`
    /// tells that it is the last of its instant.
    func take(_ bytes: UnsafeRawBufferPointer, at now: Timestamp, closing: Step? = nil) {
        do throws(WireError) {
            try codec.decode(bytes, into: &hand.pointee)
        } catch {
            return tellUnreadable(error)
        }
        take(&hand.pointee, bytes, at: now, closing: closing)
    }

    /// The same where the frame has been read already.
    @inline(__always)
    func take(_ bytes: UnsafeRawBufferPointer, _ head: EnvelopeHead, at now: Timestamp) {
        do throws(WireError) {
            try codec.decode(bytes, head: head, into: &hand.pointee)
        } catch {
            return tellUnreadable(error)
        }
        take(&hand.pointee, bytes, at: now, closing: nil)
    }

    @inline(never)
    private func tellUnreadable(_ error: WireError) {
        // Its number is used up all the same: the next one must not look like a gap.
        tellMalformed("a message cannot be read: \(error)")
    }

    /// `message` is only looked at: as `inout` it is neither copied nor retained on its way to the machine.
    @inline(__always)
    private func take(
        _ message: inout Message, _ bytes: UnsafeRawBufferPointer, at now: Timestamp, closing: Step?
    ) {
        // The rest of an instant is not taken when its beginning could not be.
        guard failure == nil, let transcript else { return }
        do {
            if case .unknown = message.body { counters.unknown += 1 }
            if guards.contains(.recordTaken) { try transcript.append(taken: bytes, at: now) }
            shard.receive(&message, at: now)
            counters.taken += 1
            // Most messages bring nothing about.
            if shard.outbox.isEmpty, closing == nil {
                transcript.commit()
                if transcript.uncheckedBytes >= settings.checkpointBytes { try checkpoint(at: now) }
            } else {
                try sendWhatFollows(from: message, at: now, closing: closing)
            }
        } catch {
            fail("the transcript cannot hold what was decided: \(error)")
        }
    }

    @inline(never)
    private func sendWhatFollows(from message: Message, at now: Timestamp, closing: Step?) throws {
        for item in shard.outbox.items where !shard.wasGivenBack(item.body, on: item.topic) {
            let outlet = shard.outlets.find(item.topic)
            var body = item.body
            try append(
                &body, outlet, because: message, origin: item.origin, durable: item.durable, at: now)
        }
        if let closing { try append(step: closing, because: message, at: now) }
        try publish(because: message, at: now)
    }

    /// A message of this node to its own machine: a timer, the settings.
    func take(own body: Body, on topic: Topic, from origin: Timestamp = .zero, at now: Timestamp) {
        let last = shard.taken[topic]
        let number = last?.epoch == shard.epoch ? last!.number + 1 : 1
        let message = Message(
            topic: topic, number: number, epoch: shard.epoch, sentAt: now, originAt: origin,
            sender: settings.instance, body: body)
        codec.encode(message).withUnsafeBytes { take($0, at: now) }
    }

    /// Takes all instants that are whole, in the order of a replay.
    func takeInstants() {
        guard case .running = phase, goOnWithPrelude() else { return }
        while failure == nil, canTake,
            let instant = lockstep!.nextInstant(isComplete: { has($0) })
        {
            guard let last = instant.messages.last else { continue }
            takeTicks(until: last.time)
            for waiting in instant.messages.dropLast() { take(waiting, closing: nil) }
            let isOver = lockstep!.isOver
            let isPassedOn = settings.passesEachStep || !instant.isQuiet || isOver
            take(last, closing: isPassedOn ? Step(time: last.time, last: isOver) : nil)
        }
    }

    private func take(_ waiting: Lockstep.Waiting, closing: Step?) {
        waiting.bytes.withUnsafeBytes { bytes in
            let now = max(waiting.time, shard.now)
            guard let step = waiting.step else { return take(bytes, at: now, closing: closing) }
            hand.pointee = step
            take(&hand.pointee, bytes, at: now, closing: closing)
        }
    }

    /// Whether all of a topic up to a head has come, or is of no concern here.
    private func has(_ head: TopicHead) -> Bool {
        guard settings.guards.contains(.awaitHeads) else { return true }
        guard let at = stand(on: Topic(head.topic)) else { return true }
        let stand = intake.stands[at]
        let told = Intake.Place(epoch: head.epoch, number: head.last)
        if let previous = stand.previous, previous.epoch <= told.epoch, told.epoch < stand.epoch {
            // What was lost in a power cut never comes; its owner says the step again.
            return previous >= told
        }
        if Intake.Place(epoch: stand.epoch, number: stand.last) >= told { return true }
        intake.hear(at, epoch: head.epoch, last: head.last, from: stand.owner, at: hostNow)
        ask(for: at, at: hostNow)
        return false
    }

    /// Lets the timers fire that are due.
    func takeTicks(until now: Timestamp) {
        var budget = 1000
        while let first = shard.wakes.first, first <= now, failure == nil, canTake, budget > 0 {
            budget -= 1
            take(own: .tick(Tick(at: first)), on: .tick, at: max(settings.isReplay ? first : now, shard.now))
        }
    }

    // MARK: what an edge brings in

    /// Lets the machine receive what this node's own edge has seen of the world, on a `local/` topic. To be called
    /// only while it may originate.
    public func bring(_ body: Body, on topic: Topic, at now: Timestamp) throws {
        hostNow = now
        take(own: body, on: topic, at: recordedTime(now))
        try rethrowFailure()
    }

    /// The same for a datum of a market, which is taken at the data's time. What the machine sends because of it is as old
    /// as the datum.
    public func bring(datum body: Body, on topic: Topic, dated moment: Timestamp, at now: Timestamp) throws {
        hostNow = now
        let time = settings.isReplay ? moment : now
        take(own: body, on: topic, from: Shard<M>.origin(of: body, because: nil), at: max(time, shard.now))
        try rethrowFailure()
    }

    /// Whether the edge may bring in another instant: not before its followers have kept up.
    public var mayOriginate: Bool {
        guard isRunning, failure == nil, canTake else { return false }
        return pace.ahead(of: settings.followers) < settings.stepsAheadMax
    }

    /// The step that was completed last; a replay goes on after it.
    public var lastStep: Timestamp? { shard.step }

    /// The latest time at which this node took or sent anything: what an edge brought in without a step is not later.
    public var lastMoment: Timestamp { shard.now }

    /// Sends what an edge brought in, as one batch, and closes the instant if a step is given.
    public func originate(_ items: [(topic: Topic, body: Body)], step: Step? = nil, at now: Timestamp) throws
    {
        var step = step
        if step?.last == false { step!.quiet = !isPaceStep }
        shard.now = max(shard.now, now)
        do {
            try items.withUnsafeBufferPointer { items throws(DiskError) in
                for item in items.indices {
                    // In place, and only looked at: an item of an array is copied, and its texts retained.
                    let item = UnsafeMutablePointer(mutating: items.baseAddress! + item)
                    if !shard.dataGivenBack.isEmpty,
                        shard.wasGivenBack(datum: item.pointee.body, on: item.pointee.topic)
                    {
                        continue
                    }
                    let outlet = shard.outlets.find(item.pointee.topic)
                    try append(&item.pointee.body, outlet, because: nil, durable: false, at: shard.now)
                }
            }
            if let step {
                try append(step: step, because: nil, at: shard.now)
                pace.sent(step.time)
            }
            try publish(because: nil, at: shard.now)
        } catch {
            fail("the transcript cannot hold what came in: \(error)")
        }
        try rethrowFailure()
    }

    /// Whether the step that is originated next is one by which followers show how far they are: four in a window, so
    /// that the loss of one or two holds nobody up, and at least each sixteenth.
    private var isPaceStep: Bool {
        var number: UInt64 = 1
        if let outlet = shard.outlets.known(stepTopic), shard.outlets.all[outlet].epoch == epoch {
            number = shard.outlets.all[outlet].last + 1
        }
        return number % UInt64(max(1, min(16, settings.stepsAheadMax / 4))) == 0
    }

    // MARK: the batch in hand

    private func append(step: Step, because cause: Message?, at now: Timestamp) throws {
        let outlet = shard.outlets.find(stepTopic)
        var body = shard.stepBody(step, outlet: outlet)
        try append(&body, outlet, because: cause, durable: false, at: now)
    }

    /// Gives a body its number, and puts it into the transcript as a part of the batch in hand. It is only looked at.
    private func append(
        _ body: inout Body, _ outlet: Int, because cause: Message?, origin: Origin? = nil, durable: Bool,
        at now: Timestamp
    )
        throws(DiskError)
    {
        let number = shard.outlets.advance(outlet, epoch: shard.epoch)
        let topic = shard.outlets.all[outlet].topic
        let because = origin?.cause ?? cause?.asCause
        let room = try transcript.reserve(
            .sent, stream: UInt16(truncatingIfNeeded: outlet),
            payloadMax: codec.sizeMax(of: body, on: topic, sender: instance, cause: because), at: now)
        let count = codec.encode(
            body, on: topic, number: number, epoch: shard.epoch, sentAt: now,
            originAt: origin?.at ?? Shard<M>.origin(of: body, because: cause), sender: instance,
            cause: because, into: room)
        let written = transcript.finish(count: count)
        if !settings.guards.contains(.appendBeforePublish) {
            link.publish(shard.outlets.all[outlet].lane, UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
        outgoing.append((written, outlet))
        mustSync = mustSync || durable
        counters.sent += 1
    }

    /// Commits the batch in hand, and sends what it holds now that it is in the transcript; from a durable message on, all
    /// waits for the disk together.
    private func publish(because cause: Message?, at now: Timestamp) throws {
        let sequence = transcript.sequence
        transcript.commit()
        let isUrgent = mustSync
        if mustSync {
            mustSync = false
            holdBack()
        }
        for (written, outlet) in outgoing {
            let place = transcript.place(of: written)
            let lane = shard.outlets.all[outlet].lane
            sends.note(
                place.segment, stream: UInt16(truncatingIfNeeded: outlet),
                epoch: shard.outlets.all[outlet].epoch,
                number: shard.outlets.all[outlet].last, offset: place.offset)
            if lane == .local {
                let command = try codec.decode(transcript.bytes(of: written))
                if let cause {
                    edgeIsOwed = true
                    try edge.perform(command, because: cause, number: sequence + 1)
                }
                if !settings.guards.contains(.settleAfterSync) { _ = try edge.settle() }
            } else if settings.guards.contains(.appendBeforePublish) {
                let bytes = transcript.bytes(of: written)
                if isHolding { departure.add(bytes, lane) } else { link.publish(lane, bytes) }
            }
        }
        outgoing.removeAll(keepingCapacity: true)
        if isUrgent, !isHolding { try settleWhatIsOwed() }
        if transcript.uncheckedBytes >= settings.checkpointBytes { try checkpoint(at: now) }
    }

    func checkpoint(at now: Timestamp) throws {
        lastCheckpointAt = hostNow
        // Without room for another segment it waits: nothing is lost by that.
        guard transcript.hasSpare || transcript.hasRoomForCheckpoint else { return }
        try transcript.checkpoint(at: now)
    }
}

extension Link {
    /// Sends an envelope as the codec wrote it: it begins with its topic, after a tag and a length of one byte, or of
    /// two if it is longer than takers take.
    @inline(__always)
    func publish(_ lane: Lane, _ envelope: UnsafeRawBufferPointer) {
        var start = 2
        var count = Int(envelope[1])
        if count >= 128 {
            start = 3
            count = count & 127 | Int(envelope[2]) << 7
        }
        let topic = UnsafeRawBufferPointer(rebasing: envelope[start..<(start + count)])
        send(lane, topic: topic, envelope: envelope)
    }
}
