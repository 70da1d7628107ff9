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
    let supervisor = SimulatedSupervisor()
    /// The supervisor was told once who may hold parts.
    var isShared = false
    var judge: Judge
    var relayDownUntil: Int64 = 0
    /// Pairs that cannot hear each other, and until when. The relay is process -1.
    var cuts: [(Int, Int, until: Int64)] = []
    /// Who is heard late, and until when.
    var slowWires: [(from: Int, until: Int64)] = []
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
    /// Holders that hang for longer than their lease.
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
            add(
                ShardState(
                    "source", Part(at + 1, of: plan.sources), .source, symbols: own,
                    instance: "source.\(at + 1)"))
        }
        for part in Part.all(plan.middles) {
            let own = symbols.filter { part.owns(Topic("market/quote/\($0.element)")) }
                .map { ($0.offset, $0.element) }
            let shard = ShardState("mid", part, .middle, symbols: own, instance: "mid.\(part.number)")
            if plan.isGranted { shards.append(shard) } else { add(shard) }
        }
        add(
            ShardState(
                "sink", .whole, .sink, symbols: symbols.map { ($0.offset, $0.element) }, instance: "sink.1"))
        if plan.isGranted { addReplicas() }
        for process in processes {
            events.add(.start(process: process.index), at: chance.within(0...300) * Plan.millisecond)
        }
        for at in shards.indices where shards[at].role == .source {
            events.add(.bring(shard: at), at: 400 * Plan.millisecond)
        }
        if !plan.faults.isEmpty { events.add(.fault, at: Plan.second) }
        events.add(.look, at: Plan.second)
    }

    private func add(_ shard: ShardState) {
        shards.append(shard)
        addProcess(.owner(shard), shard.instance, on: SimulatedMachine(shard.instance))
    }

    private func addReplicas() {
        let shared = SimulatedMachine("mid")
        for name in plan.replicaNames {
            addProcess(.replica(of: "mid"), name, on: plan.lease == 0 ? shared : SimulatedMachine(name))
        }
        addProcess(.supervisor, "supervisor.1", on: SimulatedMachine("supervisor.1"))
    }

    private func addProcess(_ kind: SimulatedProcess.Kind, _ name: String, on machine: SimulatedMachine) {
        let process = SimulatedProcess(kind, instance: name, index: processes.count, on: machine)
        process.clockOffset = chance.within(-5...5) * Plan.millisecond
        processes.append(process)
    }

    /// The node that owns a shard now, and its process.
    func owner(of shard: ShardState) -> (process: SimulatedProcess, node: Node<Probe>)? {
        for process in processes where process.state == .up {
            for seat in process.seats where seat.shard === shard && seat.disk === shard.disk {
                if let node = seat.node { return (process, node) }
            }
        }
        return nil
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
                for seat in process.seats {
                    for line in seat.node?.whatIsAwaited ?? [] {
                        note("\(seat.shard.instance) awaits: \(line)")
                    }
                }
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
            call(process) { work, time in try work.wake(at: time) }
        case .start(let at): start(processes[at])
        case .resume(let at): resume(processes[at])
        case .bring(let at): bring(shards[at], at)
        case .fault: injectFault()
        case .look: look()
        }
    }

    /// The time on the clock of a process.
    func clock(_ process: SimulatedProcess) -> Timestamp {
        Timestamp(nanoseconds: World.epochOfWorld + now + process.clockOffset)
    }

    private func deliver(_ packet: Packet, to process: SimulatedProcess) {
        call(process) { work, time in
            try packet.topic.withUnsafeBytes { topic in
                try packet.envelope.withUnsafeBytes { try work.receive(topic: topic, envelope: $0, at: time) }
            }
            try work.wake(at: time)
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
