import Configuration
import Domain
import Glibc
import Mesh

/// Keeps the processes of a mesh as people want them: starts, watches, starts again and stops them. If it dies they go
/// on, and the next one takes them over. What to do it asks `Plan` and `RestartJudge`, which do nothing themselves.
///
/// It is the source of the node that holds the `Assigner`: one process, one loop, and grants that are in a transcript.
public final class Supervisor: Source {
    /// A process, and all that is known about it.
    struct Process {
        var seen: SeenProcess
        var record: SeenState.Process
        var handle: ProcessHandle?
    }

    let settings: Configuration.Settings
    let folder: MeshFolder
    let log: Log
    let judge: RestartJudge
    let assigning = Assigning(patience: nil)
    private let lock: SupervisorLock
    private let watch = Watch()
    private let knock: Int32
    private var isAttached = false

    var compose = ComposeFile(services: [])
    var wanted = WantedState()
    /// How far what is wanted is not only known: the first steps towards it are taken.
    var obeyed = 0
    var plan = Plan([:])
    /// Which process a beat comes from.
    var senders: [String: ProcessName] = [:]
    /// The processes that were last named to share a service's parts.
    var shared: [String: [String]] = [:]
    var processes: [ProcessName: Process] = [:]
    var exits: [SeenState.Exit] = []
    /// Those that ended while there was no supervisor.
    var vanished: [ProcessName] = []
    /// What keeps it from obeying.
    var problem = ""
    /// Something changed that is to be written down.
    var isChanged = true
    /// The disk had no room for what is seen.
    var isUnwritten = false
    private var greetWait: Int64 = 0
    private var greetAt = Int64.max
    private var alarmAt = Int64.max

    public init(_ settings: Configuration.Settings, _ log: Log) throws {
        self.settings = settings
        self.log = log
        folder = try MeshFolder(settings)
        lock = try SupervisorLock(folder)
        judge = RestartJudge(
            backoff: Backoff(
                first: settings.duration("supervisor.restart_first"),
                longest: settings.duration("supervisor.restart_longest")),
            restartsMax: settings.integer("supervisor.restarts_max"),
            stableAfter: settings.duration("supervisor.stable_after"))
        knock = Knock.listen()
        watch.add(knock)
        removeStaleFiles()
    }

    /// Nobody waits at the sockets of a process that was killed and does not come back, and nobody takes its last sign of
    /// life for one.
    func removeStaleFiles() {
        for path in StaleFiles.remove(in: MeshSettings(settings).folder) {
            log.info("stale_file", ["path": .text(path)])
        }
    }

    /// Readable when a process has ended, or somebody knocks.
    public var file: Int32? { watch.file }

    /// One round of the loop: sees what happened, and does what is due.
    public func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        if !isAttached { try attach(to: node, at: now) }
        guard lock.isHeld else {
            throw Failure("\(folder.path) was removed; this supervisor has no mesh any more, and lets it be")
        }
        for file in watch.ready() where file != knock { look(at: file) }
        if Knock.wasHeard() { obey(isFirst: false) }
        let (steps, wake) = plan.next(processes.mapValues(\.seen), at: now.nanoseconds)
        for step in steps { take(step, at: now.nanoseconds) }
        if obeyed != wanted.number {
            obeyed = wanted.number
            isChanged = true
        }
        greet(node, at: now.nanoseconds)
        alarm(node, at: now.nanoseconds)
        if isChanged || isUnwritten { record() }
        _ = try assigning.pump(node, at: now)
        if wanted.isDown, processes.isEmpty { Stop.ask() }
        // What was just done may make more possible at once.
        guard steps.isEmpty else { return .busy }
        let next = min(wake ?? .max, greetAt, alarmAt, now.nanoseconds + 500_000_000)
        return .idle(until: Timestamp(nanoseconds: next))
    }

    /// Takes over what another supervisor left, and begins to listen.
    private func attach<M: Machine>(to node: Node<M>, at now: Timestamp) throws {
        isAttached = true
        takeOver()
        obey(isFirst: true)
        judgeVanished()
        record()
        lock.sign()
        log.info("supervises", ["mesh": .text(folder.state), "processes": .integer(processes.count)])
        // The assigner's hands listen from their first call on.
        _ = try assigning.pump(node, at: now)
        let other = node.onBeat
        node.onBeat = { [unowned self] message, beat, now in
            other?(message, beat, now)
            hear(beat, from: message.sender)
        }
    }

    private func look(at file: Int32) {
        guard let name = processes.first(where: { $0.value.handle?.descriptor == file })?.key,
            let reason = processes[name]?.handle?.reason()
        else { return }
        ended(name, reason)
    }

    private func hear(_ beat: Beat, from sender: String) {
        guard beat.state == .ready, let name = senders[sender], var process = processes[name],
            process.seen.phase == .starting,
            // Not the last word of the process before it.
            process.record.isAdopted || beat.startedAt.nanoseconds >= process.record.startedAt.nanoseconds
        else { return }
        process.seen.phase = .ready
        processes[name] = process
        isChanged = true
        let took = (System.now.nanoseconds - process.record.startedAt.nanoseconds) / 1_000_000
        log.info("ready", ["process": .text("\(name)"), "after_ms": .integer(Int(took))])
    }

    /// Keeps a process, and sees when it ends.
    func hold(_ handle: ProcessHandle?, of name: ProcessName) {
        processes[name]?.handle = handle
        if let handle { watch.add(handle.descriptor) }
    }

    // MARK: What is said to the mesh

    /// A process that has just been started is asked how it is, at first soon, then ever more seldom: its own first
    /// beat may be over before anybody hears it.
    func expectBeats() {
        greetWait = 20_000_000
        greetAt = System.now.nanoseconds + greetWait
    }

    private func greet<M: Machine>(_ node: Node<M>, at now: Int64) {
        guard processes.values.contains(where: { $0.seen.phase == .starting }) else {
            greetAt = .max
            return
        }
        if greetAt == .max { expectBeats() }
        guard now >= greetAt else { return }
        node.greet()
        greetWait = min(greetWait * 3 / 2, 500_000_000)
        greetAt = now + greetWait
    }

    /// Whoever is given up is told of again and again: the first time may not be heard.
    private func alarm<M: Machine>(_ node: Node<M>, at now: Int64) {
        let givenUp = processes.filter { $0.value.seen.phase == .givenUp }.sorted { $0.key < $1.key }
        guard !givenUp.isEmpty else {
            alarmAt = .max
            return
        }
        guard alarmAt == .max || now >= alarmAt else { return }
        alarmAt = now + 10_000_000_000
        for (name, process) in givenUp {
            let exit = process.record.lastExit
            node.raise(
                .critical, code: "crash loop",
                "\(name) ended \(process.record.row) times in a row and is not started again; last: "
                    + "\(exit?.text ?? "unknown"), \(exit?.lastLine ?? ""). Mend it, then: tradewind restart \(name.service)"
            )
        }
    }
}
