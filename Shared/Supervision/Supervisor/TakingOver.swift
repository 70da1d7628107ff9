import Configuration
import Domain
import Glibc
import Mesh

/// What a supervisor does first: finds the processes that another one left.
extension Supervisor {
    /// Adopts every process that carries this mesh's mark, and remembers what was written down about the others.
    func takeOver() {
        var before: [ProcessName: SeenState.Process] = [:]
        do {
            if let state = try SeenState.read(folder.path) {
                before = Dictionary(state.processes.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
                exits = state.exits
            }
        } catch {
            log.warning("forgotten", ["problem": .text("\(error)")])
        }
        for (identity, mark) in ProcessMark.all(in: folder.state) {
            let record = before[mark.name]
            if processes[mark.name] != nil || (record?.identity.map { $0 != identity && $0.lives } ?? false) {
                // Two of one name cannot be: whoever was written down is the right one.
                log.warning(
                    "orphan_killed",
                    ["process": .text("\(mark.name)"), "pid": .integer(Int(identity.number))])
                ProcessHandle(identity, isChild: false)?.send(SIGKILL)
                continue
            }
            adopt(identity, mark, record)
        }
        for (name, record) in before where processes[name] == nil { remember(name, record) }
    }

    private func adopt(_ identity: ProcessIdentity, _ mark: ProcessMark, _ record: SeenState.Process?) {
        guard let handle = ProcessHandle(identity, isChild: false) else { return }
        let isKnown = record?.identity == identity
        var adopted = record ?? SeenState.Process(mark.name, .starting, startedAt: System.now)
        adopted.identity = identity
        adopted.isAdopted = true
        adopted.log = folder.log(of: "\(mark.name)")
        var phase = isKnown ? adopted.phase : .starting
        if case .waiting = phase { phase = .starting }
        let seen = SeenProcess(phase, definition: mark.definition, generation: mark.generation)
        processes[mark.name] = Process(seen: seen, record: adopted, handle: nil)
        hold(handle, of: mark.name)
        log.info("adopted", ["process": .text("\(mark.name)"), "pid": .integer(Int(identity.number))])
    }

    /// A process that was written down and is not there: it ended while nobody looked, or before.
    private func remember(_ name: ProcessName, _ record: SeenState.Process) {
        let seen = SeenProcess(record.phase, definition: record.definition, generation: record.generation)
        processes[name] = Process(seen: seen, record: record, handle: nil)
        vanished += seen.isRunning ? [name] : []
    }

    /// Judges those that ended while nobody looked; what the compose file says of them is known by now.
    func judgeVanished() {
        for name in vanished { ended(name, .unknown) }
        vanished = []
    }
}
