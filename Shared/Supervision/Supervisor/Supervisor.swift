import Configuration
import Domain
import Glibc
import Mesh

/// Keeps the processes of a mesh as people want them: starts, watches, starts again and stops them. If it dies they go
/// on, and the next one takes them over. What to do it asks `Plan` and `RestartJudge`, which do nothing themselves.
public final class Supervisor {
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
    let lookout: Lookout
    private let lock: SupervisorLock
    private let knock: Int32
    private let mesh: MeshSettings

    var file = ComposeFile(services: [])
    var wanted = WantedState()
    var plan = Plan([:])
    var processes: [ProcessName: Process] = [:]
    var exits: [SeenState.Exit] = []
    /// Those that ended while there was no supervisor.
    var vanished: [ProcessName] = []
    /// What keeps it from obeying.
    var problem = ""
    /// Something changed that is to be written down.
    var isChanged = true
    private var greetWait: Int64 = 0
    private var greetAt = Int64.max
    private var alarmAt = Int64.max

    public init(_ settings: Configuration.Settings, _ log: Log) throws {
        self.settings = settings
        self.log = log
        folder = try MeshFolder(settings)
        lock = try SupervisorLock(folder)
        mesh = MeshSettings(settings)
        if mesh.transport == .ipc {
            try makeFolders(mesh.folder)
            for path in StaleSockets.remove(in: mesh.folder) {
                log.info("stale_socket", ["path": .text(path)])
            }
        }
        judge = RestartJudge(
            backoff: Backoff(
                first: settings.duration("supervisor.restart_first"),
                longest: settings.duration("supervisor.restart_longest")),
            restartsMax: settings.integer("supervisor.restarts_max"),
            stableAfter: settings.duration("supervisor.stable_after"))
        lookout = try Lookout(mesh, as: "supervisor.1")
        knock = Knock.listen()
        Stop.listen()
    }

    /// Works until nothing is wanted any more, or until it is asked to stop: then the processes stay.
    public func run() throws {
        takeOver()
        try obey(isFirst: true)
        judgeVanished()
        try record()
        lock.sign()
        log.info("started", ["mesh": .text(folder.state), "adopted": .integer(processes.count)])
        while !Stop.isAsked {
            let wake = try work()
            if isChanged { try record() }
            if wanted.isDown, processes.isEmpty { break }
            wait(until: wake)
        }
        log.info("stopped", ["left running": .integer(processes.values.count { $0.seen.isRunning })])
    }

    /// Does what is due; gives when something will be.
    private func work() throws -> Int64 {
        if Knock.wasHeard() { try obey(isFirst: false) }
        let now = System.now.nanoseconds
        let (steps, wake) = plan.next(processes.mapValues(\.seen), at: now)
        for step in steps { take(step, at: now) }
        greet(at: now)
        alarm(at: now)
        // What was just done may make more possible at once.
        return steps.isEmpty ? min(wake ?? .max, greetAt, alarmAt) : now
    }

    private func wait(until wake: Int64) {
        let files = [knock] + processes.sorted { $0.key < $1.key }.compactMap { $0.value.handle?.descriptor }
        let left = max(0, min(wake &- System.now.nanoseconds, 500_000_000))
        let ready = lookout.wait(Int((left + 999_999) / 1_000_000), orFor: files)
        lookout.beats { sender, beat in hear(beat, from: sender) }
        for (name, process) in processes where ready.contains(process.handle?.descriptor ?? -1) {
            if let reason = process.handle?.reason() { ended(name, reason) }
        }
    }

    private func hear(_ beat: Beat, from sender: String) {
        guard beat.state == .ready, let name = Instance.process(of: sender), var process = processes[name],
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

    // MARK: What is said to the mesh

    /// A process that has just been started is asked how it is, at first soon, then ever more seldom: its own first
    /// beat may be over before anybody hears it.
    func expectBeats() {
        greetWait = 20_000_000
        greetAt = System.now.nanoseconds + greetWait
    }

    private func greet(at now: Int64) {
        guard processes.values.contains(where: { $0.seen.phase == .starting }) else {
            greetAt = .max
            return
        }
        if greetAt == .max { expectBeats() }
        guard now >= greetAt else { return }
        lookout.greet()
        greetWait = min(greetWait * 3 / 2, 500_000_000)
        greetAt = now + greetWait
    }

    /// Whoever is given up is told of again and again: the first time may not be heard.
    private func alarm(at now: Int64) {
        let givenUp = processes.filter { $0.value.seen.phase == .givenUp }.sorted { $0.key < $1.key }
        guard !givenUp.isEmpty else {
            alarmAt = .max
            return
        }
        guard alarmAt == .max || now >= alarmAt else { return }
        alarmAt = now + 10_000_000_000
        for (name, process) in givenUp {
            let exit = process.record.lastExit
            lookout.raise(
                .critical, code: "crash loop",
                "\(name) ended \(process.record.row) times in a row and is not started again; last: "
                    + "\(exit?.text ?? "unknown"), \(exit?.lastLine ?? ""). Mend it, then: tradewind restart \(name.service)"
            )
        }
    }
}
