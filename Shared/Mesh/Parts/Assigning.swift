import Domain

/// The edge of an assigner: hands its node what is heard of processes, and what is wished. Whoever hosts the assigner
/// gives this to `Service.run` as the source.
public final class Assigning: Source {
    private var watch: ReplicaWatch
    private var waiting: [(topic: Topic, body: Body)] = []
    private var endings: [String] = []
    private var isAttached = false
    private let interval: Int64 = 100_000_000
    private static let commands = Topic("local/command")

    /// `patience` is how long a process may be silent before it counts as gone; nothing where `ended` tells.
    public init(patience: Int64?) { watch = ReplicaWatch(patience: patience) }

    /// The service's parts are for these processes alone from now on; for whoever is there if nobody is named.
    public func share(_ service: String, among replicas: [String]) {
        waiting.append(
            (Assigning.commands, .command(Command(verb: "share", arguments: [service] + replicas))))
    }

    /// The process is known to have ended.
    public func ended(_ replica: String) {
        endings.append(replica)
    }

    public func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped {
        if !isAttached { attach(to: node, at: now) }
        let ended = endings.compactMap { watch.ended($0) }
        endings = []
        for command in ended { waiting.append((Assigning.commands, .command(command))) }
        for command in watch.silent(at: now) { waiting.append((Assigning.commands, .command(command))) }
        // With a full disk it waits.
        guard node.mayOriginate else { return .idle(until: now + interval) }
        let all = waiting
        waiting = []
        for (topic, body) in all { try node.bring(body, on: topic, at: now) }
        return .idle(until: now + interval)
    }

    private func attach<M: Machine>(to node: Node<M>, at now: Timestamp) {
        isAttached = true
        if let assigner = node.machine as? Assigner {
            watch.expect(
                assigner.members.filter(\.value.isHere).map { ($0.key, $0.value.startedAt) }, at: now)
        }
        node.onBeat = { [unowned self] message, beat, now in
            guard let new = watch.hear(message, beat, at: now) else { return }
            waiting.append((new.topic, .beat(new.beat)))
        }
    }
}
