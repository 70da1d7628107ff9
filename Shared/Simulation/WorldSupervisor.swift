import Domain
import Mesh

/// The supervisor: the assigner in a node of its own, with what it hears, on a disk of its own.
final class SimulatedSupervisor {
    let disk = SimulatedDisk(place: "supervisor/all")
    var assigning: Assigning?
    var node: Node<Assigner>?
    var boot = ""
}

extension World {
    func supervisorWork(_ process: SimulatedProcess) -> any SimulatedWork {
        let disk = supervisor.disk
        disk.onOperation = { [unowned self, unowned process] in operation(of: process) }
        supervisor.boot = process.machine.boot
        let node = supervisorNode(disk, process)
        let assigning = Assigning(patience: plan.silence)
        supervisor.node = node
        supervisor.assigning = assigning
        if !isShared {
            isShared = true
            assigning.share("mid", among: plan.namesReplicas ? plan.replicaNames : [])
        }
        let settings = ReplicaSettings(
            service: "supervisor", name: process.instance, parts: 1, opening: .parts([.whole]), flows: [])
        return Replica<Assigner>(settings, link: SimulatedLink(self, process)) { _ in node }
    }

    private func supervisorNode(_ disk: SimulatedDisk, _ process: SimulatedProcess) -> Node<Assigner> {
        var settings = NodeSettings(service: "supervisor", instance: process.instance)
        settings.segmentSize = plan.segmentSize
        settings.segmentsPerSnapshot = plan.segmentsPerSnapshot
        settings.checkpointBytes = plan.checkpointBytes
        settings.settingsText =
            "supervisor.lease = \(plan.lease / Plan.millisecond)ms\nsupervisor.patience = 1s\n"
        settings.guards = plan.guards
        let node = Node(
            Assigner(name: process.instance, guards: plan.guards), settings, disk: disk,
            link: SimulatedLink(self, process),
            identity: Transcript.Identity(
                service: "supervisor", shard: "all", instance: process.instance, boot: process.machine.boot))
        if log != nil {
            node.onEvent = { [unowned self] event in note("\(process.instance) \(event.name): \(event.text)")
            }
        }
        return node
    }

    /// Hands the assigner what its host has heard, as the host's loop does.
    func pumpSupervisor(at time: Timestamp) throws {
        guard let node = supervisor.node, let assigning = supervisor.assigning else { return }
        _ = try assigning.pump(node, at: time)
    }

    /// Other processes share the parts from now on.
    func rescale() -> Bool {
        guard let assigning = supervisor.assigning else { return false }
        let names = plan.replicaNames.filter { _ in chance.below(2) == 0 }
        assigning.share("mid", among: names)
        note("the parts of mid are for \(names.isEmpty ? "all" : names.joined(separator: ", "))")
        let replicas = processes.filter(\.isReplica)
        if chance.below(2) == 0 {
            // One of them does not hear of it.
            let deaf = chance.pick(replicas)
            cuts.removeAll { $0.until <= now }
            cuts.append((deaf.index, -1, until: now + chance.within(50...3_000) * Plan.millisecond))
            note("\(deaf.instance) and relay are cut apart")
        }
        return true
    }

    /// A holder hangs for so long that its lease runs out and its parts go to others; then it wakes up late.
    func hang() -> Bool {
        let holders = processes.filter {
            $0.isReplica && $0.state == .up && now >= $0.pausedUntil && !$0.seats.isEmpty
                && !(plan.isStrict && $0.seats.contains { $0.node?.state == .recovering })
        }
        guard !holders.isEmpty else { return false }
        let process = chance.pick(holders)
        lapsing.insert(process.index)
        pause(process, until: now + 2 * plan.lease + chance.within(2_500...6_000) * Plan.millisecond)
        return true
    }

    /// The assigner's own decisions, derived again.
    func checkSupervisor() {
        guard plan.isGranted else { return }
        do {
            let history = try TranscriptFolder(supervisor.disk, boot: supervisor.boot)
            let rerun = Rerun(Assigner(name: "supervisor.1", guards: plan.guards))
            var sequence: UInt64 = 0
            _ = try history.walk { header, batch in
                try rerun.absorb(header, batch, sequence: sequence)
                sequence += 1
            }
        } catch {
            accuse("a re-run of the supervisor differs: \(error)")
        }
    }
}
