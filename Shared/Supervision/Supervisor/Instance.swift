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

    /// Whether its processes get their parts from the supervisor.
    func isGranted(_ settings: Configuration.Settings) -> Bool {
        replicasMax(settings) > 1 && !command.contains("--parts")
    }

    /// What a process is told about who it is.
    func arguments(_ replica: Int, _ settings: Configuration.Settings) -> [String] {
        isGranted(settings) ? ["--parts", "granted", "--replica", replicaName(replica)] : []
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
        return "\(name) has \(parts) \(parts == 1 ? "part" : "parts") to share (\(service.program).parts), so "
            + "\(replicas) processes are too many; set \(service.program).parts before its first start"
    }
}
