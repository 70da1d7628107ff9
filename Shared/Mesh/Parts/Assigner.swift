import Configuration
import Domain

/// The machine that decides which process holds which part of a divided service.
///
/// It spreads parts evenly with the fewest moves, and moves one in three steps: the holder is told to let go, it is
/// seen to have let go, another is granted the part in the next epoch. It takes what processes say of themselves
/// (their beats, as far as something changed), what its host knows of them, and wishes. Its assignments are on disk
/// before they leave, so that another supervisor goes on where this one ended.
public struct Assigner: Machine {
    /// A process as it was last heard of, and what it was told.
    struct Member: Equatable {
        var service: String
        var startedAt: Timestamp
        var parts: Int
        var isHere = true
        var goneSince = Timestamp.zero
        var leftInOrder = false
        /// The revision that it has carried out, and what it holds since.
        var revision: UInt64 = 0
        var holds: Set<String> = []
        /// The last assignment that it was sent: shards and epochs.
        var sent: UInt64 = 0
        var sentAt = Timestamp.zero
        var resendAfter = Assigner.resendFirst
        var granted: [String: UInt64] = [:]
        var until = Timestamp.zero
        /// It has been away since it was sent something: what it was sent may not be what it may hold.
        var isUntold = true
    }

    /// A part of a service.
    struct Share: Equatable {
        /// The highest epoch that was granted or seen.
        var epoch: UInt64 = 0
        /// Who was granted it last.
        var owner = ""
        var ownerStartedAt = Timestamp.zero
        /// That process may hold it still.
        var isHeld = false
    }

    struct Division: Equatable {
        /// Who may hold parts; whoever is there if nobody is named.
        var named: [String] = []
        var namedAt = Timestamp.zero
        /// None before a process has told how many there are.
        var shares: [Share] = []
    }

    static let memory: Int64 = 3_600_000_000_000
    static let resendFirst: Int64 = 500_000_000
    static let resendLast: Int64 = 10_000_000_000

    let name: String
    let guards: Guards
    var divisions: [String: Division] = [:]
    var members: [String: Member] = [:]
    var revision: UInt64 = 0
    /// How long a grant holds without being renewed; 0 where the lock on the folder guards it.
    var lease: Int64 = 0
    /// How long a process that is gone, or was only named, is expected before others get its parts.
    var patience: Int64 = 5_000_000_000
    /// Nothing is granted before this: a supervisor without a past does not know whose leases go on.
    var quietUntil = Timestamp.zero
    /// The tick that was asked for and has not come.
    var wakeAt: Timestamp?

    /// `name` is the instance that the machine works in.
    public init(name: String = "supervisor.1") { self.init(name: name, guards: .all) }

    package init(name: String, guards: Guards) {
        self.name = name
        self.guards = guards
    }

    public mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .settings(let settings): follow(settings.text, at: now)
        case .beat(let beat): note(beat, of: message.topic, at: now)
        case .command(let command): obey(command, at: now)
        case .tick: if let wakeAt, wakeAt <= now { self.wakeAt = nil }
        default: return
        }
        releaseLapsed(at: now)
        for service in divisions.keys.sorted() { assign(service, at: now, &outbox) }
        forget(at: now)
        askForTick(at: now, &outbox)
    }

    private mutating func follow(_ settings: String, at now: Timestamp) {
        for line in settings.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, let duration = DurationText.duration(of: String(words[2])) else {
                continue
            }
            if words[0] == "supervisor.lease" { lease = Int64(duration / .nanoseconds(1)) }
            if words[0] == "supervisor.patience" { patience = Int64(duration / .nanoseconds(1)) }
        }
        if revision == 0 { quietUntil = now + lease + lease / 5 }
    }

    // MARK: what is heard

    private mutating func note(_ beat: Beat, of topic: Topic, at now: Timestamp) {
        let name = String(topic.text.dropFirst(Assigner.beatPrefix.count))
        let parts = Int(clamping: beat.parts)
        guard topic.text.hasPrefix(Assigner.beatPrefix), (1...Assigner.partsMax).contains(parts) else {
            return
        }
        if let known = members[name], known.startedAt != beat.startedAt { release(all: name) }
        if members[name]?.startedAt != beat.startedAt {
            members[name] = Member(service: beat.service, startedAt: beat.startedAt, parts: parts)
        }
        var division = divisions[beat.service] ?? Division()
        if division.shares.isEmpty { division.shares = [Share](repeating: Share(), count: parts) }
        divisions[beat.service] = division
        guard division.shares.count == parts else { return }
        members[name]!.revision = beat.revision
        // A supervisor that lost its past goes on above what it once said.
        revision = max(revision, beat.revision)
        members[name]!.holds = Set(beat.holds.filter { $0.state != .stopped }.map(\.shard))
        for hold in beat.holds { note(hold, of: name) }
        members[name]!.isHere = beat.state != .stopped
        if beat.state == .stopped {
            members[name]!.goneSince = now
            members[name]!.leftInOrder = true
            release(all: name)
        }
        releaseLetGo(by: name)
    }

    private mutating func note(_ hold: HeldPart, of name: String) {
        let member = members[name]!
        guard let part = Part(shard: hold.shard, of: member.parts) else { return }
        let at = part.number - 1
        var share = divisions[member.service]!.shares[at]
        if hold.state == .stopped {
            // Its grant came too late; the next one has to be above.
            if guards.contains(.grantAboveSeen), hold.epoch >= share.epoch { share.epoch = hold.epoch + 1 }
        } else {
            if guards.contains(.grantAboveSeen) { share.epoch = max(share.epoch, hold.epoch) }
            if !share.isHeld {
                share.owner = name
                share.ownerStartedAt = member.startedAt
                share.isHeld = true
            }
        }
        divisions[member.service]!.shares[at] = share
    }

    /// What the process no longer holds, and was told to let go.
    private mutating func releaseLetGo(by name: String) {
        let member = members[name]!
        guard member.revision >= member.sent, var division = divisions[member.service] else { return }
        for at in division.shares.indices where isHeld(division.shares[at], by: name, member) {
            let shard = Part(at + 1, of: division.shares.count).shard
            if member.granted[shard] == nil, !member.holds.contains(shard) {
                division.shares[at].isHeld = false
            }
        }
        divisions[member.service] = division
    }

    func isHeld(_ share: Share, by name: String, _ member: Member) -> Bool {
        share.isHeld && share.owner == name && share.ownerStartedAt == member.startedAt
    }

    /// The process has ended: whatever it held, it holds no more.
    mutating func release(all name: String) {
        guard let member = members[name], var division = divisions[member.service] else { return }
        for at in division.shares.indices where isHeld(division.shares[at], by: name, member) {
            division.shares[at].isHeld = false
        }
        divisions[member.service] = division
        members[name]!.granted = [:]
        members[name]!.isUntold = true
    }

    /// A process that is not heard of any more holds nothing once its lease is over.
    private mutating func releaseLapsed(at now: Timestamp) {
        for (name, member) in members where !member.isHere && now > end(of: member) { release(all: name) }
    }

    /// When a process that is silent holds nothing any more, whatever it believes: clocks may differ.
    func end(of member: Member) -> Timestamp {
        lease == 0 ? member.goneSince : member.until + lease / 5
    }

    static let beatPrefix = "local/beat/"
    static let partsMax = 4096

    // MARK: what is wished, and what the host knows

    private mutating func obey(_ command: Command, at now: Timestamp) {
        let words = command.arguments
        switch command.verb {
        case "share":
            guard let service = words.first else { return }
            divisions[service, default: Division()].named = Array(words.dropFirst())
            divisions[service]!.namedAt = now
        case "ended", "silent":
            guard words.count == 2, let startedAt = Int64(words[1]), var member = members[words[0]],
                member.startedAt.nanoseconds == startedAt, member.isHere
            else { return }
            member.isHere = false
            member.goneSince = now
            member.leftInOrder = false
            members[words[0]] = member
            if command.verb == "ended" { release(all: words[0]) }
        default: break
        }
    }
}
