import Domain

/// What the host of the assigner hears of processes, and what of it is new to the machine. Beats come twice a second
/// for ever; the machine's transcript keeps only those in which something changed.
public struct ReplicaWatch {
    private struct Heard {
        var startedAt: Timestamp
        var number: UInt64
        var at: Timestamp
        var told: Beat?
        var isGone = false
    }

    private var heard: [String: Heard] = [:]
    /// How long a process may be silent before it counts as gone; nothing where somebody else knows whether it runs.
    private let patience: Int64?
    /// No beat comes later than this.
    private static let beatsAreLate: Int64 = 5_000_000_000

    public init(patience: Int64?) { self.patience = patience }

    /// The processes that the machine knows from before: they should be heard of, too.
    public mutating func expect(_ replicas: [(name: String, startedAt: Timestamp)], at now: Timestamp) {
        for replica in replicas where heard[replica.name] == nil {
            heard[replica.name] = Heard(startedAt: replica.startedAt, number: 0, at: now)
        }
    }

    /// The beat as the machine should take it, if something in it is new.
    public mutating func hear(_ message: Message, _ beat: Beat, at now: Timestamp) -> (
        topic: Topic, beat: Beat
    )? {
        guard beat.shard.isEmpty, beat.parts > 0 else { return nil }
        var known =
            heard[message.sender] ?? Heard(startedAt: beat.startedAt, number: 0, at: now)
        if known.startedAt != beat.startedAt {
            // A late one of an earlier process; unless it was the clock that went back before the process was
            // started again. Then the one that is known is not heard of any more.
            let isSilent = now.nanoseconds - known.at.nanoseconds > ReplicaWatch.beatsAreLate
            guard beat.startedAt > known.startedAt || known.isGone || isSilent else { return nil }
            known = Heard(startedAt: beat.startedAt, number: 0, at: now)
        }
        guard message.number > known.number else { return nil }
        known.number = message.number
        known.at = now
        known.isGone = beat.state == .stopped
        let told = Beat(
            service: beat.service, state: beat.state == .stopped ? .stopped : .ready,
            startedAt: beat.startedAt,
            holds: beat.holds.map {
                HeldPart(shard: $0.shard, epoch: $0.epoch, state: $0.state == .stopped ? .stopped : .ready)
            }, parts: beat.parts, revision: beat.revision)
        let isNew = known.told != told
        known.told = told
        heard[message.sender] = known
        return isNew ? (Topic(Assigner.beatPrefix + message.sender), told) : nil
    }

    /// Somebody who knows says that the process has ended.
    public mutating func ended(_ name: String) -> Command? {
        guard let known = heard[name] else { return nil }
        heard[name]!.isGone = true
        heard[name]!.told = nil
        return Command(verb: "ended", arguments: [name, "\(known.startedAt.nanoseconds)"])
    }

    /// The processes that have not been heard of for too long.
    public mutating func silent(at now: Timestamp) -> [Command] {
        // In containers each process has a name of its own: those that are gone are not kept for ever.
        heard = heard.filter {
            !$0.value.isGone || now.nanoseconds - $0.value.at.nanoseconds < Assigner.memory
        }
        guard let patience else { return [] }
        let gone = heard.filter { !$0.value.isGone && now.nanoseconds - $0.value.at.nanoseconds > patience }
        return gone.keys.sorted().map { name in
            heard[name]!.isGone = true
            heard[name]!.told = nil
            return Command(verb: "silent", arguments: [name, "\(heard[name]!.startedAt.nanoseconds)"])
        }
    }
}
