import Configuration
import Mesh

/// How processes are called in the mesh.
extension ComposeService {
    /// The program that it runs.
    public var program: String { command.first ?? name }

    /// How many processes can share its work: as many as it has parts.
    public func replicasMax(_ settings: Configuration.Settings) -> Int {
        settings.partCount(of: program) ?? 1
    }

    /// Whether its processes get their parts from the supervisor. Where there is one part there is nothing to grant,
    /// and a process need not wait for a supervisor.
    func isGranted(_ settings: Configuration.Settings) -> Bool {
        guard replicasMax(settings) > 1 else { return false }
        guard let at = command.firstIndex(of: "--parts"), at + 1 < command.count else { return true }
        return command[at + 1] == "granted"
    }

    /// What a process is started with: the command, and what tells it who it is.
    func arguments(_ replica: Int, _ settings: Configuration.Settings) -> [String] {
        var words = Array(command.dropFirst())
        if let at = words.firstIndex(of: "--parts"), at + 1 < words.count, words[at + 1] == "granted" {
            words.removeSubrange(at...at + 1)
        }
        return isGranted(settings)
            ? words + ["--parts", "granted", "--replica", replicaName(replica)] : words
    }

    /// How a process that shares parts is called.
    func replicaName(_ replica: Int) -> String { "\(program)-\(replica)" }

    /// Who signs the beats of a process.
    func senders(_ replica: Int, _ settings: Configuration.Settings) -> [String] {
        if isGranted(settings) { return [replicaName(replica)] }
        if let at = command.firstIndex(of: "--instance"), at + 1 < command.count { return [command[at + 1]] }
        return ["\(program).1", program]
    }
}

extension ComposeFile {
    /// Which process a beat comes from, by who signed it.
    public func senders(_ settings: Configuration.Settings) -> [String: ProcessName] {
        var processes: [String: ProcessName] = [:]
        for service in services where !service.isSupervisor {
            for replica in 1...service.replicasMax(settings) {
                for sender in service.senders(replica, settings) where processes[sender] == nil {
                    processes[sender] = ProcessName(service.name, replica)
                }
            }
        }
        return processes
    }

    /// The sentence for a number of replicas that a service cannot have.
    public func refusal(of replicas: Int, for name: String, _ settings: Configuration.Settings) -> String? {
        guard let service = self[name], replicas > service.replicasMax(settings) else { return nil }
        guard let parts = settings.partCount(of: service.program) else {
            return "\(name) is not divided: one process does all of its work, so it cannot be \(replicas)"
        }
        return
            "\(name) has \(parts) \(parts == 1 ? "part" : "parts") to share (\(service.program).parts), so "
            + "\(replicas) processes are too many; set \(service.program).parts before its first start"
    }
}
