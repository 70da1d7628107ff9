import Domain
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// One shard of a service at work: numbers, transcript, gaps, asks and beats around one machine.
///
/// It knows no socket and no clock. A host feeds it what arrives and tells it the time; what it sends goes through a
/// `Link`, what it stores through a `Disk`. So the same code runs on ZeroMQ and in the fault simulator.
public final class Node<M: Machine> {
    public let settings: NodeSettings
    /// Who sends: the settings' own text, at hand for each message.
    let instance: String
    /// The same for the rules it goes by.
    let guards: Guards
    private let roles: [Flow.Role]
    private let starts: [Flow.Start]
    let codec = Codec()
    /// The message in hand, in a place of its own: each is decoded in place of the one before it.
    let hand = UnsafeMutablePointer<Message>.allocate(capacity: 1)
    let disk: any Disk
    let link: any Link
    let edge: any Edge

    var shard: Shard<M>
    var transcript: Transcript!
    var history: TranscriptFolder!
    var archive: Archive
    var intake = Intake()
    /// Topics of other parts: each step names them again.
    var foreign = TopicIndex()
    var sends = SendIndex()
    var lockstep: Lockstep?
    var peers: [String: Peer] = [:]
    var questions = Questions()
    var inquiries = Inquiries()
    var phase = Phase.closed {
        didSet { if case .running = phase { isRunning = true } else { isRunning = false } }
    }
    /// Asked for each message: to look at the phase itself is to copy all that taking back keeps.
    private(set) var isRunning = false
    var counters = Counters()
    /// The records of the batch in hand that are to be published once it is committed.
    var outgoing: [(written: Transcript.Written, outlet: Int)] = []
    var mustSync = false
    /// Whether what is said waits for the disk, and that.
    var isHolding = false
    var departure = Departure()
    var isStalled = false
    /// Until when this node may send, where somebody grants it; without a grant the lock on the folder is all.
    var leaseUntil: Timestamp?

    /// The numbers of messages that are not kept: beats, asks and answers. Their epoch is the start of the process.
    var passing: [Topic: UInt64] = [:]
    /// The host's clock, as of the last call.
    var hostNow = Timestamp.zero
    var lastLookAskedAt = Timestamp.zero
    var syncedSequence = UInt64.max
    /// How far the transcript was when the sync that goes on aside was begun.
    var syncBegunAt: UInt64?
    /// The edge may have commands that are not made good yet: those of this process, and those of a recovery.
    var edgeIsOwed = true
    /// Where the edge is told again what it let go of.
    var retelling: Retelling?
    /// The topics whose owner says less than it once said: it has lost its past.
    var forsaken: Set<Int> = []
    var archivedThrough: UInt64 = 0
    var everWasReady = false
    var wholeBeatIsDue = true
    /// The last closed segment that was read for somebody.
    var segmentAtHand: (index: UInt64, loaded: TranscriptFolder.Loaded)?
    var startedAt = Timestamp.zero
    var lastBeatAt = Timestamp.zero
    var lastSyncAt = Timestamp.zero
    var lastCheckpointAt = Timestamp.zero
    var lastLookAt = Timestamp.zero
    var beatCount = 0
    var snapshotIndex: UInt64 = 0
    /// When a snapshot could not be kept last.
    var snapshotFailedAt = Timestamp.zero
    /// The last snapshot found no room.
    var diskIsFull = false
    var identity: Transcript.Identity
    let stepTopic: Topic

    /// The owners that took back what they had lost, and the last epoch of which they may say no more.
    var fences: [(owner: [UInt8], epoch: UInt64)] = []
    /// What the machine wants to see before its first instant, until it has.
    var preluding: Preluding?
    /// The services whose silence the machine has been told of.
    var silentServices: Set<String> = []
    /// When it was last looked who is silent, and since when that has been done without a break.
    var vigilAt = Timestamp.zero
    var vigilSince = Timestamp.zero
    /// The epoch of the grant that this node lives by.
    var grantedEpoch: UInt64 = 0

    /// What a person may want to read of what happens, as it happens.
    public var onEvent: ((Event) -> Void)?
    /// Told of each beat that comes, of shards and of processes.
    public var onBeat: ((Message, Beat, Timestamp) -> Void)?

    /// Set by an edge that has lost its part of the world for now: others see it in the beats.
    public var isImpaired = false {
        didSet { if isImpaired != oldValue { wholeBeatIsDue = true } }
    }

    public typealias Event = NodeEvent

    enum Phase {
        case closed
        /// After a power cut: takers are asked for what was published and lost.
        case takingBack(TakingBack)
        case running
    }

    enum Asked { case no, first, next }

    public struct Counters: Sendable {
        public var taken: UInt64 = 0
        public var sent: UInt64 = 0
        public var duplicates: UInt64 = 0
        public var ghosts: UInt64 = 0
        public var gaps: UInt64 = 0
        public var asked: UInt64 = 0
        public var answered: UInt64 = 0
        /// Questions that were answered just before.
        public var repeated: UInt64 = 0
        public var malformed: UInt64 = 0
        public var unknown: UInt64 = 0
        public var refused: UInt64 = 0
        public var orphans: UInt64 = 0
    }

    public init(
        _ machine: M, _ settings: NodeSettings, disk: any Disk, link: any Link, edge: any Edge = NoEdge(),
        identity: Transcript.Identity
    ) {
        self.settings = settings
        instance = settings.instance
        guards = settings.guards
        codec.leavesOutPassedChecks = !settings.readsPassedChecks
        roles = settings.flows.map(\.role)
        starts = settings.flows.map(\.start)
        hand.initialize(to: Message(topic: Topic(""), body: .tick(Tick())))
        self.disk = disk
        self.link = link
        self.edge = edge
        self.identity = identity
        shard = Shard(machine: machine)
        archive = Archive(disk)
        let lane = settings.flows.first { $0.role != .watched }?.lane ?? .market
        stepTopic = .step(lane, of: settings.instance)
        if settings.isReplay { lockstep = Lockstep(settings) }
    }

    deinit {
        hand.deinitialize(count: 1)
        hand.deallocate()
    }

    public var machine: M { shard.machine }
    public var epoch: UInt64 { shard.epoch }
    public var transcriptHash: RunningHash { transcript.hash }

    func tell(_ level: Event.Level, _ name: String, _ text: @autoclosure () -> String) {
        onEvent?(Event(level: level, name: name, text: text()))
    }

    /// Counts what cannot be read, and tells of the first, the second, the fourth, the eighth…: a flood of it must
    /// not become a flood of the log.
    func tellMalformed(_ text: @autoclosure () -> String) {
        counters.malformed += 1
        guard counters.malformed.nonzeroBitCount == 1 else { return }
        tell(.warning, "malformed", "\(text()); \(counters.malformed) so far")
    }

    // MARK: what arrives

    /// Takes note of what came in on a socket. Whatever is wrong with it is counted, and does no harm.
    public func receive(
        topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer, at now: Timestamp
    ) throws {
        hostNow = now
        do throws(WireError) {
            let head = try codec.head(of: envelope)
            let inside = UnsafeRawBufferPointer(rebasing: envelope[head.topic])
            guard topic.count <= Topic.lengthMax, topic.count == inside.count,
                topic.isEmpty || memcmp(topic.baseAddress!, inside.baseAddress!, topic.count) == 0
            else {
                return tellMalformed("a message's topic frame is not the topic in its envelope")
            }
            if let known = intake.known(topic) { return offer(known, head, envelope, at: now) }
            let name = Topic(try codec.name(topic))
            if let known = intake.known(name) { return offer(known, head, envelope, at: now) }
            if name.lane == .control { return try receiveControl(name, head, envelope, at: now) }
            guard let at = stand(on: name) else { return }
            offer(at, head, envelope, at: now)
        } catch {
            tellMalformed("a message cannot be read: \(error)")
        }
        try rethrowFailure()
    }

    /// A failure inside of taking: the transcript could not hold what the machine already decided.
    var failure: NodeFailure?

    func rethrowFailure() throws {
        if let failure { throw failure }
    }

    func stand(on topic: Topic) -> Int? {
        if foreign.known(topic) != nil { return nil }
        let before = intake.stands.count
        let at = intake.stand(on: topic, flow: flow(of: topic))
        // A topic is taken up where the transcript left it.
        if let at, at == before, let place = shard.taken[topic] {
            intake.stands[at].epoch = place.epoch
            intake.stands[at].last = place.number
        }
        return at
    }

    /// The flow that a topic belongs to, if this node takes it.
    private func flow(of topic: Topic) -> Int? {
        let flow = settings.flows.firstIndex { topic.text.hasPrefix($0.prefix) }
        guard let flow, settings.flows[flow].isDivided, !settings.part.owns(topic) else { return flow }
        if foreign.count < Node.foreignMax { _ = foreign.find(topic) }
        return nil
    }

    private static var foreignMax: Int { 65_536 }

    /// One message on a topic that this node takes, from a socket or an answer.
    ///
    /// `asked` tells that it comes in an answer; `.first`, that the owner has nothing between where this taker stood
    /// and this message.
    func offer(
        _ at: Int, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer, at now: Timestamp,
        asked: Asked = .no
    ) {
        guard isRunning, failure == nil else { return }
        if asked == .no && isFenced(head, bytes) { return counters.ghosts += 1 }
        let flow = intake.stands[at].flow
        let isOpening = head.bodyField == BodyKind.opened.rawValue
        let decision = intake.decide(
            at, epoch: head.epoch, number: head.number, isOpening: isOpening, start: starts[flow],
            guards: guards)
        switch decision {
        case .duplicate: counters.duplicates += 1
        case .ghost: counters.ghosts += 1
        case .early:
            let stand = intake.stands[at]
            // The owner lost all of the epochs that this taker knows, before they were on disk.
            if asked == .first, head.number == 1, !isOpening, head.epoch > stand.epoch, stand.epoch > 0 {
                mourn(at, after: Intake.Place(epoch: 0, number: 0))
                lockstep?.lookAgain()
                return accept(at, head, bytes, flow, at: now)
            }
            wait(at, head, bytes, at: now, asked: asked)
        case .take: accept(at, head, bytes, flow, at: now)
        case .opening:
            guard agrees(at, head, bytes) else { return wait(at, head, bytes, at: now, asked: asked) }
            lockstep?.lookAgain()
            accept(at, head, bytes, flow, at: now)
        }
    }

    private func accept(
        _ at: Int, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer, _ flow: Int, at now: Timestamp
    ) {
        let role = roles[flow]
        if role == .watched {
            intake.accept(at, epoch: head.epoch, number: head.number)
            return watch(bytes)
        }
        guard canTake else {
            // It is as if it had been lost: it will be asked for when there is room again.
            counters.refused += 1
            intake.hear(at, epoch: head.epoch, last: head.number, from: intake.stands[at].owner, at: now)
            return
        }
        intake.accept(at, epoch: head.epoch, number: head.number)
        if lockstep != nil, role != .atOnce {
            addToLockstep(at, head, bytes, flow)
            takeInstants()
        } else {
            take(bytes, head, at: max(lockstep == nil ? now : head.sentAt, shard.now))
        }
        while failure == nil, let held = intake.nextHeld(at) {
            let before = (intake.stands[at].epoch, intake.stands[at].last)
            held.withUnsafeBytes { bytes in
                if let head = try? codec.head(of: bytes) { offer(at, head, bytes, at: now) }
            }
            if before == (intake.stands[at].epoch, intake.stands[at].last) { break }
        }
        if !intake.stands[at].held.isEmpty { ask(for: at, at: now) }
    }

    /// Hands a message to the order of the replay; a step is read here, once.
    private func addToLockstep(_ at: Int, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer, _ flow: Int)
    {
        let topic = intake.stands[at].topic
        var message: Message?
        if head.bodyField == BodyKind.step.rawValue { message = try? codec.decode(bytes) }
        lockstep!.add(
            bytes, head, step: message, topic: topic, service: settings.flows[flow].service,
            role: settings.flows[flow].role)
        guard case .step(let step)? = message?.body else { return }
        lockstep!.note(step, on: topic, at: Intake.Place(epoch: head.epoch, number: head.number))
    }

    private func wait(
        _ at: Int, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer, at now: Timestamp, asked: Asked
    ) {
        if intake.stands[at].held.isEmpty { counters.gaps += 1 }
        _ = intake.hold(at, epoch: head.epoch, number: head.number, bytes, max: settings.heldMax)
        let sender = (try? codec.name(UnsafeRawBufferPointer(rebasing: bytes[head.sender]))) ?? ""
        intake.hear(at, epoch: head.epoch, last: head.number, from: sender, at: now)
        // An answer that does not help is not asked for again at once.
        if asked == .no { ask(for: at, at: now) }
    }

    /// Whether the end of the epoch before, as the owner tells it, is where this taker stands.
    private func agrees(_ at: Int, _ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard settings.guards.contains(.chainEpochs) else { return true }
        guard let message = try? codec.decode(bytes), case .opened(let opened) = message.body else {
            return false
        }
        let stand = intake.stands[at]
        let told = Intake.Place(epoch: opened.previousEpoch, number: opened.previousLast)
        let here = Intake.Place(epoch: stand.epoch, number: stand.last)
        guard told <= here else { return false }
        if told < here { mourn(at, after: told) }
        intake.stands[at].previous = told
        return true
    }

    /// Counts what was taken here, and lost by its owner.
    private func mourn(_ at: Int, after told: Intake.Place) {
        let stand = intake.stands[at]
        var count = stand.epoch == told.epoch ? stand.last - told.number : stand.last
        let first = Intake.Place(epoch: told.epoch, number: told.number + 1)
        count -= min(
            count,
            lockstep?.forget(
                stand.topic, from: first, to: Intake.Place(epoch: stand.epoch, number: stand.last)) ?? 0)
        guard count > 0 else { return }
        counters.orphans += count
        tell(
            .error, "orphans",
            "\(stand.topic): \(count) messages of epoch \(stand.epoch) were taken here that their owner lost in a "
                + "power cut and did not take back")
    }

    /// Whether an owner that lost power has been told what this taker holds: more of that time must not be taken,
    /// though it may still be on its way.
    private func isFenced(_ head: EnvelopeHead, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guards.contains(.fenceTakenBack) && !fences.isEmpty
            && fences.contains { head.epoch <= $0.epoch && bytes[head.sender].elementsEqual($0.owner) }
    }

    /// A message that only the host looks at.
    private func watch(_ bytes: UnsafeRawBufferPointer) {
        guard let message = try? codec.decode(bytes), case .step(let step) = message.body else { return }
        pace.acknowledge(step.time, by: message.sender)
    }

    /// How far the followers are, in a replay.
    var pace = Pace()
}

/// Something that a person may want to read.
public struct NodeEvent: Sendable {
    public enum Level: Sendable { case debug, info, warning, error }
    public var level: Level
    public var name: String
    public var text: String
}

/// A node that cannot go on: it stops, and recovers from its transcript when it is started again.
public struct NodeFailure: Error, CustomStringConvertible, Sendable {
    public let description: String
    public init(_ description: String) { self.description = description }
}
