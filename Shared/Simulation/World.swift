import Domain
import Mesh
import Wire

/// One run: the processes, the network between them, the supervisor that grants shards, and the judge.
final class World {
    enum Event {
        case deliver(process: Int, incarnation: Int, Packet)
        case relay(from: Int, Packet)
        case wake(process: Int, incarnation: Int)
        case start(process: Int)
        case resume(process: Int)
        case bring(shard: Int)
        case grant
        case takeOver(shard: Int, from: Int)
        case fault
        case look
    }

    let plan: Plan
    let codec = Codec()
    var events = EventQueue<Event>()
    var now: Int64 = 0
    var chance: Chance
    var networkChance: Chance
    var shards: [ShardState] = []
    var processes: [SimulatedProcess] = []
    var judge: Judge
    var relayDownUntil: Int64 = 0
    /// Pairs that cannot hear each other, and until when. The relay is process -1.
    var cuts: [(Int, Int, until: Int64)] = []
    /// Until then no fault comes: a shard takes back what it lost.
    var calmUntil: Int64 = 0
    var faultCounts: [String: Int] = [:]
    var eventCount = 0
    var packetsLost = 0
    var packetsDoubled = 0
    var packetsDelayed = 0
    var log: ((String) -> Void)?
    var violation: String?
    /// The last arrival of each connection, for networks that keep the order.
    var lastArrival: [Int: Int64] = [:]
    let instantsOfSource: [Int]
    /// Disks without room, and until when.
    var fullUntil: [(disk: SimulatedDisk, until: Int64)] = []
    /// Holders that hang until their lease has run out.
    var lapsing: Set<Int> = []
    var isHealed = false

    static let epochOfWorld: Int64 = 1_700_000_000 * Plan.second

    init(_ plan: Plan) {
        self.plan = plan
        var seeds = plan.chance
        chance = seeds.split()
        networkChance = seeds.split()
        judge = Judge()
        instantsOfSource = (0..<plan.sources).map { plan.instants - $0 * 7 }
        build()
    }

    var faultsAreOn: Bool { now < plan.faultsEnd && !plan.faults.isEmpty }
    var isCalm: Bool { now < calmUntil }

    private func build() {
        let symbols = Array(plan.symbols.enumerated())
        for at in 0..<plan.sources {
            let own = symbols.filter { $0.offset % plan.sources == at }.map { ($0.offset, $0.element) }
            add(ShardState("source", "s\(at + 1)", .source, symbols: own, instance: "source.\(at + 1)"))
        }
        for at in 0..<plan.middles {
            let own = symbols.filter { $0.offset % plan.middles == at }.map { ($0.offset, $0.element) }
            let shard = ShardState("mid", "m\(at + 1)", .middle, symbols: own, instance: "mid.\(at + 1)")
            shard.isGranted = plan.isGranted
            add(shard)
        }
        add(
            ShardState(
                "sink", "all", .sink, symbols: symbols.map { ($0.offset, $0.element) }, instance: "sink.1"))
        for process in processes {
            events.add(.start(process: process.index), at: chance.within(0...300) * Plan.millisecond)
        }
        for at in shards.indices where shards[at].role == .source {
            events.add(.bring(shard: at), at: 400 * Plan.millisecond)
        }
        if plan.isGranted { events.add(.grant, at: 0) }
        if !plan.faults.isEmpty { events.add(.fault, at: Plan.second) }
        events.add(.look, at: Plan.second)
    }

    private func add(_ shard: ShardState) {
        shards.append(shard)
        addProcess(shard)
    }

    @discardableResult
    func addProcess(_ shard: ShardState) -> SimulatedProcess {
        let process = SimulatedProcess(shard, instance: shard.instance, index: processes.count)
        process.clockOffset = chance.within(-5...5) * Plan.millisecond
        processes.append(process)
        return process
    }

    func note(_ line: @autoclosure () -> String) {
        guard let log else { return }
        let milliseconds = now / Plan.millisecond
        log("\(milliseconds) ms  \(line())")
    }

    func count(_ fault: String) { faultCounts[fault, default: 0] += 1 }

    func accuse(_ sentence: String) {
        guard violation == nil else { return }
        violation = sentence
        note("VIOLATION \(sentence)")
    }

    // MARK: time

    /// Runs until all is healed, something is wrong, or patience is over.
    func run() {
        let end = plan.faultsEnd + 90 * Plan.second
        while violation == nil, !isHealed, let (time, event) = events.next() {
            now = max(now, time)
            guard now < end else { break }
            eventCount += 1
            handle(event)
        }
        if violation == nil && !isHealed && log != nil {
            for process in processes where process.state == .up {
                for line in process.node?.whatIsAwaited ?? [] { note("\(process.instance) awaits: \(line)") }
            }
        }
        if violation == nil && !isHealed {
            accuse("not healed: \(whatIsMissing() ?? "nothing is missing now")")
        }
        if violation == nil { checkAtEnd() }
    }

    private func handle(_ event: Event) {
        switch event {
        case .deliver(let at, let incarnation, let packet):
            let process = processes[at]
            guard process.incarnation == incarnation, process.state == .up else { return }
            process.onTheWay -= 1
            if now < process.pausedUntil { return process.backlog.append(packet) }
            deliver(packet, to: process)
        case .relay(let from, let packet): relay(packet, from: from)
        case .wake(let at, let incarnation):
            let process = processes[at]
            guard process.incarnation == incarnation, process.state == .up, now >= process.wakeAt else {
                return
            }
            process.wakeAt = .max
            guard now >= process.pausedUntil else { return }
            call(process) { node, time in try node.wake(at: time) }
        case .start(let at): start(processes[at])
        case .resume(let at): resume(processes[at])
        case .bring(let at): bring(shards[at], at)
        case .grant: grant()
        case .takeOver(let shard, let from): takeOver(shards[shard], from: processes[from])
        case .fault: injectFault()
        case .look: look()
        }
    }

    /// The time on the clock of a process.
    func clock(_ process: SimulatedProcess) -> Timestamp {
        Timestamp(nanoseconds: World.epochOfWorld + now + process.clockOffset)
    }

    private func deliver(_ packet: Packet, to process: SimulatedProcess) {
        call(process) { node, time in
            try packet.topic.withUnsafeBytes { topic in
                try packet.envelope.withUnsafeBytes { try node.receive(topic: topic, envelope: $0, at: time) }
            }
            try node.wake(at: time)
        }
    }

    private func look() {
        for process in processes where process.state == .up { inspect(process) }
        for (disk, until) in fullUntil where until <= now { disk.isFull = false }
        fullUntil.removeAll { $0.until <= now }
        if now > plan.faultsEnd || plan.faults.isEmpty { isHealed = whatIsMissing() == nil }
        events.add(.look, at: now + 200 * Plan.millisecond)
    }
}
