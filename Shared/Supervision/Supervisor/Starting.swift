import Configuration
import Domain
import Glibc
import Mesh

/// How the supervisor starts and ends processes, and what it does when they end.
extension Supervisor {
    func take(_ step: Plan.Step, at now: Int64) {
        isChanged = true
        switch step {
        case .start(let name): start(name)
        case .stop(let name):
            log.info("stopping", ["process": .text("\(name)")])
            processes[name]?.seen.phase = .stopping(since: now, isKilled: false)
            processes[name]?.handle?.send(SIGTERM)
            // A stopped process does not hear the request; it hears it as soon as it goes on.
            processes[name]?.handle?.send(SIGCONT)
        case .kill(let name):
            log.warning("killed", ["process": .text("\(name)"), "because": "it did not end in time"])
            processes[name]?.seen.phase = .stopping(since: now, isKilled: true)
            processes[name]?.handle?.send(SIGKILL)
        case .forget(let name):
            processes[name] = nil
            removeStaleFiles()
        }
    }

    private func start(_ name: ProcessName) {
        guard let service = compose[name.service], let wanted = plan.services[name.service] else { return }
        let before = processes[name]
        var record = before?.record ?? SeenState.Process(name, .starting, startedAt: System.now)
        if let before, before.seen.generation == wanted.generation,
            before.seen.definition == wanted.definition
        {
            record.restarts += 1
        } else {
            // Somebody asked for it, or it is another: what was before does not count.
            (record.restarts, record.row) = (0, 0)
        }
        record.startedAt = System.now
        record.isAdopted = false
        record.log = folder.log(of: "\(name)")
        let seen = SeenProcess(.starting, definition: wanted.definition, generation: wanted.generation)
        processes[name] = Process(seen: seen, record: record, handle: nil)
        let mark = ProcessMark(
            name, definition: wanted.definition, generation: wanted.generation, folder: folder.state)
        let launch = Launch(
            program: programPath(service),
            arguments: service.arguments(name.replica, settings),
            environment: environment(of: service, name, mark), output: record.log,
            processors: service.processors, memoryMax: service.memoryMax)
        do {
            let number = try launch.start()
            // It may have ended already; its start is only read to be compared later.
            let identity = ProcessIdentity(of: number) ?? ProcessIdentity(number: number, startTicks: 0)
            guard let handle = ProcessHandle(identity, isChild: true) else {
                // Without a descriptor nobody would see it end.
                let reason = String(cString: strerror(errno))
                kill(number, SIGKILL)
                waitpid(number, nil, 0)
                return ended(name, .code(127), saying: "\(name) cannot be watched: \(reason)")
            }
            processes[name]?.record.identity = identity
            hold(handle, of: name)
            log.info("started", ["process": .text("\(name)"), "pid": .integer(Int(number))])
            expectBeats()
        } catch {
            ended(name, .code(127), saying: error.description)
        }
    }

    /// A process has ended: keeps how, and decides what becomes of it.
    func ended(_ name: ProcessName, _ reason: ProcessExit.Reason, saying sentence: String? = nil) {
        guard var process = processes[name] else { return }
        isChanged = true
        let now = System.now
        let began = process.record.startedAt.nanoseconds
        var isAsked = false
        if case .stopping = process.seen.phase { isAsked = true }
        let exit = ProcessExit(
            reason, at: now, ranFor: max(0, now.nanoseconds - began),
            lastLine: sentence ?? LogTail.lastLine(of: process.record.log, since: began - 20_000_000),
            isAsked: isAsked)
        exits = Array((exits + [.init(name: name, exit: exit)]).suffix(SeenState.exitsMax))
        process.handle = nil
        process.record.identity = nil
        process.record.lastExit = exit
        if isAsked {
            // Whether it starts again at once is a matter of what is wanted.
            process.seen.phase = .waiting(until: 0)
            process.record.row = 0
        } else {
            process.record.row = judge.row(process.record.row, exit)
            let policy = compose[name.service]?.restart ?? .no
            switch judge.verdict(on: exit, row: process.record.row, policy, seed: seed(name)) {
            case .restart(let after): process.seen.phase = .waiting(until: now.nanoseconds + after)
            case .leave: process.seen.phase = .ended
            case .giveUp: process.seen.phase = .givenUp
            }
        }
        processes[name] = process
        if let service = compose[name.service], service.isGranted(settings) {
            assigning.ended(service.replicaName(name.replica))
        }
        tell(name, exit, process)
    }

    private func tell(_ name: ProcessName, _ exit: ProcessExit, _ process: Process) {
        if exit.isAsked { return log.info("ended", ["process": .text("\(name)"), "with": .text(exit.text)]) }
        let then = process.seen.phase == .givenUp ? "it is given up" : process.seen.phase.word
        let fields: LogFields = [
            "process": .text("\(name)"), "with": .text(exit.text), "row": .integer(process.record.row),
            "then": .text(then), "last_line": .text(exit.lastLine),
        ]
        if process.seen.phase == .givenUp { log.error("ended", fields) } else { log.warning("ended", fields) }
    }

    /// Different for each process and each life of the supervisor, so that back-off spreads.
    private func seed(_ name: ProcessName) -> UInt64 {
        "\(name)".utf8.reduce(UInt64(getpid())) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Writes down what is seen, for people and for the next supervisor.
    func record() {
        isChanged = false
        var state = SeenState()
        state.supervisor = ProcessIdentity.own
        state.obeyed = obeyed
        state.problem = problem
        state.settings = Supervisor.word(for: settings)
        state.exits = exits
        state.processes = processes.sorted { $0.key < $1.key }.map { _, process in
            var record = process.record
            record.phase = process.seen.phase
            record.definition = process.seen.definition
            record.generation = process.seen.generation
            return record
        }
        do {
            try state.write(folder.path)
            if isUnwritten { log.info("written", ["text": "what is seen can be written down again"]) }
            isUnwritten = false
        } catch {
            // A full disk must not end the supervisor: it knows what it needs, and the processes carry their marks. It
            // tries again with each round.
            if !isUnwritten { log.error("not_written", ["problem": .text("\(error)")]) }
            isUnwritten = true
        }
    }

    /// Which settings and which program a supervisor works with, in one word.
    public static func word(for settings: Configuration.Settings) -> String {
        // Its own log is its own business.
        var text = settings.canonicalText.split(separator: "\n").filter { !$0.hasPrefix("log.file = ") }
            .joined(separator: "\n")
        text += settings.files.joined(separator: " ")
        let own = System.programPath
        let place = own.lastIndex(of: "/").map { String(own[...$0]) } ?? ""
        var status = stat()
        if stat(place + "supervisor", &status) == 0 {
            text += "\(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
        }
        return String(RunningHash.of(text).hex.prefix(16))
    }
}
