import Domain
import Wire

/// Everything about a shard that its transcript determines: the machine, and the numbers, timers and places that
/// the host keeps for it. Recovery, re-run and the live service change it through the same few functions.
struct Shard<M: Machine> {
    var machine: M
    var epoch: UInt64
    var outlets = Outlets()
    /// The last message taken of each topic.
    var taken = Places()
    var wakes: [Timestamp] = []
    /// The latest time that was recorded. Time never runs back.
    var now = Timestamp.zero
    /// The last instant that was taken whole, and passed on, in a replay.
    var step: Timestamp?
    /// The last step taken of each owner, without its heads.
    var stepsTaken: [Topic: Step] = [:]
    /// The latest instant of which a step was taken, and the one before it.
    var instant: Timestamp?
    var instantBefore: Timestamp?
    /// The text of the settings the machine runs by.
    var settingsText: String?
    /// What takers gave back after a power cut: the next time it is derived it has its number already.
    var givenBack: [Topic: [Body]] = [:]
    /// The same of what an edge brought in, with its time, as long as no step has closed its instant: brought in once more it
    /// has its number already.
    var dataGivenBack: [Topic: [(at: Timestamp, body: Body)]] = [:]
    /// The epoch whose steps were given back without all that they tell of.
    var brokenEpoch: UInt64 = 0
    var outbox = Outbox()

    init(machine: M, epoch: UInt64 = 1) {
        self.machine = machine
        self.epoch = epoch
    }

    /// Lets the machine receive a message; what it wants sent is in the outbox then.
    @inline(__always)
    mutating func receive(_ message: inout Message, at now: Timestamp) {
        self.now = max(self.now, now)
        outbox.removeAll()
        taken.set(message.topic, Intake.Place(epoch: message.epoch, number: message.number))
        switch message.body {
        case .tick(let tick): if let at = wakes.firstIndex(of: tick.at) { wakes.remove(at: at) }
        case .step(let step):
            stepsTaken[message.topic] = Step(time: step.time, last: step.last)
            if instant.map({ $0 < step.time }) ?? true {
                instantBefore = instant
                instant = step.time
            }
        case .settings(let settings): settingsText = settings.text
        default: break
        }
        machine.receive(message, at: self.now, &outbox)
        if !outbox.wakes.isEmpty { noteWakes() }
    }

    @inline(never)
    private mutating func noteWakes() {
        for wake in outbox.wakes where !wakes.contains(wake) {
            wakes.insert(wake, at: wakes.firstIndex { $0 > wake } ?? wakes.endIndex)
        }
    }

    /// Whether something was sent before a power cut, and given back: it is not sent twice.
    mutating func wasGivenBack(_ body: Body, on topic: Topic) -> Bool {
        guard !givenBack.isEmpty, let first = givenBack[topic]?.first else { return false }
        guard first == body else {
            // This time it comes otherwise: from here on all is sent, so that takers end where this shard ends.
            givenBack[topic] = nil
            return false
        }
        givenBack[topic]!.removeFirst()
        // It belongs to this instant all the same: the step has to tell of it.
        outlets.touch(topic)
        if givenBack[topic]!.isEmpty { givenBack[topic] = nil }
        return true
    }

    /// The same of what an edge brings in.
    mutating func wasGivenBack(datum body: Body, on topic: Topic) -> Bool {
        guard let at = dataGivenBack[topic]?.firstIndex(where: { $0.body == body }) else { return false }
        dataGivenBack[topic]!.remove(at: at)
        if dataGivenBack[topic]!.isEmpty { dataGivenBack[topic] = nil }
        outlets.touch(topic)
        return true
    }

    /// An instant is closed: what was given back of it is said.
    private mutating func pass(_ step: Step) {
        self.step = step.time
        guard !dataGivenBack.isEmpty else { return }
        dataGivenBack = dataGivenBack.compactMapValues { data in
            let left = data.filter { $0.at > step.time }
            return left.isEmpty ? nil : left
        }
    }

    /// Something that was given back may be said once more.
    var awaitsGivenBack: Bool { !givenBack.isEmpty || !dataGivenBack.isEmpty }

    /// Counts what an edge brought in, or a taker gave back: there is nothing to derive it from. Gives its outlet.
    mutating func adopt(_ message: Message, isGivenBack: Bool, at time: Timestamp) -> Int {
        let outlet = outlets.find(message.topic)
        outlets.set(outlet, epoch: message.epoch, last: message.number)
        now = max(now, time)
        if case .step(let step) = message.body {
            adopt(step, isGivenBack: isGivenBack, outlet)
        } else if isGivenBack {
            keep(givenBack: message)
        }
        return outlet
    }

    private mutating func keep(givenBack message: Message) {
        if message.cause != nil { return givenBack[message.topic, default: []].append(message.body) }
        switch message.body {
        case .bar, .quote, .trade, .corporateAction, .dataFault:
            dataGivenBack[message.topic, default: []].append((message.sentAt, message.body))
        default: break
        }
    }

    /// An instant of which something is lost for good is not complete, though its step was given back.
    private mutating func adopt(_ step: Step, isGivenBack: Bool, _ outlet: Int) {
        guard isGivenBack else {
            pass(step)
            _ = outlets.headsForStep(besides: outlet)
            return
        }
        let isWhole = step.heads.allSatisfy { head in
            guard let own = outlets.known(Topic(head.topic)) else { return false }
            return (outlets.all[own].epoch, outlets.all[own].last) >= (head.epoch, head.last)
        }
        if !isWhole { brokenEpoch = epoch }
        if brokenEpoch != epoch { pass(step) }
    }

    /// The message that an item becomes, with its number.
    mutating func message(
        _ body: Body, outlet: Int, because cause: Message?, origin: Origin? = nil, sender: String,
        at now: Timestamp
    ) -> Message {
        Message(
            topic: outlets.all[outlet].topic, number: outlets.advance(outlet, epoch: epoch), epoch: epoch,
            sentAt: now, originAt: origin?.at ?? Shard.origin(of: body, because: cause),
            sender: sender, cause: origin?.cause ?? cause?.asCause, body: body)
    }

    /// The step that the host passes on when an instant is complete, with all topics that moved in it.
    mutating func stepBody(_ step: Step, outlet: Int) -> Body {
        pass(step)
        let heads = outlets.headsForStep(besides: outlet)
        return .step(Step(time: step.time, last: step.last, heads: heads, quiet: step.quiet))
    }

    /// When the oldest market datum behind a message happened: one that comes in at an edge happened when it says
    /// it did.
    @inline(__always)
    static func origin(of body: Body, because cause: Message?) -> Timestamp {
        if let cause { return cause.originAt }
        return switch body {
        case .bar(let bar): bar.closesAt
        case .quote(let quote): quote.at
        case .trade(let trade): trade.at
        case .corporateAction(let action): action.exAt
        default: .zero
        }
    }

    /// What is kept in a snapshot beside the machine.
    func hostBytes() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(outlets.all.count)
        for outlet in outlets.all {
            writer.put(outlet.topic.text)
            writer.put(outlet.epoch)
            writer.put(outlet.last)
            writer.put(outlet.movedSinceStep ? 1 : 0)
        }
        writer.put(taken.count)
        for (topic, place) in taken.sorted(by: { $0.key < $1.key }) {
            writer.put(topic.text)
            writer.put(place.epoch)
            writer.put(place.number)
        }
        writer.put(wakes.count)
        for wake in wakes { writer.put(wake.nanoseconds) }
        writer.put(now.nanoseconds)
        writer.put(step == nil ? 0 : 1)
        writer.put(step?.nanoseconds ?? 0)
        writer.put(instant?.nanoseconds ?? .min)
        writer.put(instantBefore?.nanoseconds ?? .min)
        writer.put(stepsTaken.count)
        for (topic, step) in stepsTaken.sorted(by: { $0.key < $1.key }) {
            writer.put(topic.text)
            writer.put(step.time.nanoseconds)
            writer.put(step.last ? 1 : 0)
        }
        writer.put(settingsText == nil ? 0 : 1)
        writer.put(settingsText ?? "")
        return writer.bytes
    }

    mutating func restore(_ snapshot: SnapshotFile) throws(SnapshotMismatch) {
        epoch = snapshot.epoch
        var reader = SnapshotReader(snapshot.host)
        for _ in 0..<(try reader.integer()) {
            let outlet = outlets.find(Topic(try reader.text()))
            outlets.set(
                outlet, epoch: try reader.count(), last: try reader.count(),
                movedSinceStep: try reader.integer() == 1)
        }
        for _ in 0..<(try reader.integer()) {
            let topic = Topic(try reader.text())
            taken.set(topic, Intake.Place(epoch: try reader.count(), number: try reader.count()))
        }
        for _ in 0..<(try reader.integer()) { wakes.append(Timestamp(nanoseconds: try reader.integer())) }
        now = Timestamp(nanoseconds: try reader.integer())
        let hasStep = try reader.integer() == 1
        let time = try reader.integer()
        step = hasStep ? Timestamp(nanoseconds: time) : nil
        let instants = (try reader.integer(), try reader.integer())
        instant = instants.0 == .min ? nil : Timestamp(nanoseconds: instants.0)
        instantBefore = instants.1 == .min ? nil : Timestamp(nanoseconds: instants.1)
        for _ in 0..<(try reader.integer()) {
            let topic = Topic(try reader.text())
            let time = Timestamp(nanoseconds: try reader.integer())
            stepsTaken[topic] = Step(time: time, last: try reader.integer() == 1)
        }
        let hasSettings = try reader.integer() == 1
        let text = try reader.text()
        settingsText = hasSettings ? text : nil
        try machine.restore(snapshot.machine, version: snapshot.machineVersion)
    }
}
