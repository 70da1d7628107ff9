import Domain

/// What a service takes from another, and what place it has in the order of a replay.
public struct Flow: Sendable {
    public enum Role: Sendable {
        /// Taken in the instant it is sent in.
        case forward
        /// Taken in the instant after it.
        case feedback
        /// Taken as it comes, in a replay too: by whoever owns an edge, for the world outside knows no instants.
        case atOnce
        /// Looked at by the host, never by the machine: not recorded, the newest counts.
        case watched
    }

    public enum Start: Sendable {
        /// A late joiner takes everything since the first message of the topic.
        case first
        /// A late joiner begins with the latest message, the state, and follows from there.
        case latest
    }

    /// The service that owns the topics.
    public var service: String
    /// The topics, by what they begin with.
    public var prefix: String
    public var role: Role
    public var start: Start
    /// Each part of a divided service takes the topics whose key falls in it; otherwise every part takes all.
    public var isDivided: Bool

    public init(
        _ service: String, _ prefix: String, role: Role = .forward, start: Start = .first,
        isDivided: Bool = false
    ) {
        self.service = service
        self.prefix = prefix
        self.role = role
        self.start = start
        self.isDivided = isDivided
    }

    public var lane: Lane { Topic(prefix).lane ?? .market }
}

/// How a node goes about its work.
public struct NodeSettings: Sendable {
    public var service: String
    public var shard: String
    /// Names the process: `historian.1`.
    public var instance: String
    public var flows: [Flow] = []
    /// The part of its service's keys that this node owns.
    public var part = Part.whole
    /// Time is the data's, and what is taken waits for its place in the order.
    public var isReplay = false
    /// In a replay: the instances of each forward and feedback owner.
    public var replicas: [String: [String]] = [:]
    /// The instances known to take this node's topics: after a power cut they are waited for.
    public var takers: [String] = []
    /// Whether each step is passed on: whoever goes in lock-step behind this node needs that. Otherwise those are that
    /// show the feed how far this node is.
    public var passesEachStep = true
    /// Who must keep up with this node's steps.
    public var followers: [String] = []
    public var stepsAheadMax = 64
    public var marketAddress = ""
    public var tradingAddress = ""
    public var galleryAddress = ""

    public var segmentSize = 8 << 20
    public var beatInterval: Int64 = 500_000_000
    public var beatsMissedMax = 4
    /// How long a number that a beat tells of may be on its way before it is asked for.
    public var gapPatience: Int64 = 250_000_000
    public var askRetry: Int64 = 300_000_000
    public var syncInterval: Int64 = 100_000_000
    public var checkpointInterval: Int64 = 100_000_000
    public var checkpointBytes = 64 << 10
    /// Segments between snapshots; 0 for none but the one at the end.
    public var segmentsPerSnapshot: UInt64 = 16
    /// Segments kept behind the newest snapshot.
    public var segmentsKept: UInt64 = .max
    /// How long segments are kept behind the newest snapshot; 0 for ever.
    public var retention: Int64 = 0
    public var heldMax = 100_000
    public var answerBytesMax = 256 << 10
    /// How long, after a power cut, takers are asked for what was lost.
    public var takeBackPatience: Int64 = 1_500_000_000
    /// The same where takers are known: they may need longer than that to recover from the same power cut.
    public var takersPatience: Int64 = 1_500_000_000
    /// Whether the machine looks at the checks of what risk approved: the transcript has them in any case.
    public var readsPassedChecks = true
    /// Says why a person's command is not obeyed, or nothing; without it no command is heard.
    public var commandCheck: (@Sendable (Command) -> String?)?
    /// Says why a command that comes from whom it should cannot be done at this time, or nothing.
    public var commandObjection: (@Sendable (Command, Timestamp) -> String?)?
    /// What the machine wants to see before its first instant.
    public var prelude: Prelude?
    /// Who must be heard, where silence is told to the machine.
    public var vigil: Vigil?
    /// The settings that the machine runs by, as one text.
    public var settingsText = ""
    /// The simulator takes guards away to show that it notices.
    package var guards: Guards = .all

    public init(service: String, shard: String = "all", instance: String) {
        self.service = service
        self.shard = shard
        self.instance = instance
    }
}

/// The rules that keep a mesh honest. Production runs with all of them, always.
package struct Guards: OptionSet, Sendable, CaseIterable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let dropDuplicates = Guards(rawValue: 1 << 0)
    package static let fillGaps = Guards(rawValue: 1 << 1)
    package static let fenceEpochs = Guards(rawValue: 1 << 2)
    package static let appendBeforePublish = Guards(rawValue: 1 << 3)
    package static let obeyLease = Guards(rawValue: 1 << 4)
    package static let syncBeforeDurable = Guards(rawValue: 1 << 5)
    package static let newEpochAfterPowerCut = Guards(rawValue: 1 << 6)
    package static let takeBack = Guards(rawValue: 1 << 7)
    package static let recordTaken = Guards(rawValue: 1 << 8)
    package static let chainEpochs = Guards(rawValue: 1 << 9)
    package static let watchBeats = Guards(rawValue: 1 << 10)
    package static let keepNumbers = Guards(rawValue: 1 << 11)
    /// A step's instant waits for all that the step tells of.
    package static let awaitHeads = Guards(rawValue: 1 << 12)
    /// What was given back is not sent again.
    package static let sendOnce = Guards(rawValue: 1 << 13)
    /// Nothing late is taken of an owner that took back.
    package static let fenceTakenBack = Guards(rawValue: 1 << 14)
    /// Nothing is said in an epoch before the epoch is on disk.
    package static let syncEpoch = Guards(rawValue: 1 << 15)
    /// Commands go to the edge for good only when their cause is on disk.
    package static let settleAfterSync = Guards(rawValue: 1 << 16)
    /// A step closes an instant only when the feedback of the one before is there.
    package static let awaitFeedback = Guards(rawValue: 1 << 17)

    /// No snapshot leaves out what the edge still owes.
    package static let settleBeforeSnapshot = Guards(rawValue: 1 << 18)
    /// A segment's header goes to disk with its first records.
    package static let syncHeaders = Guards(rawValue: 1 << 19)

    /// A part is granted to nobody while somebody may hold it.
    package static let releaseBeforeGrant = Guards(rawValue: 1 << 20)
    /// A grant is above every epoch that was seen of its part.
    package static let grantAboveSeen = Guards(rawValue: 1 << 21)

    package static let allCases: [Guards] = names.indices.map { Guards(rawValue: 1 << $0) }
    package static let all = Guards(allCases)

    private static let names = [
        "drop duplicates", "fill gaps", "fence epochs", "append, then publish", "obey the lease",
        "sync what is durable", "epoch after power cut", "take back", "record what is taken", "chain epochs",
        "watch beats", "keep numbers", "await the step's heads", "send once", "fence who took back",
        "sync the epoch",
        "settle after sync", "await feedback", "settle, then snapshot", "sync headers", "release, then grant",
        "grant above what is seen",
    ]

    package var name: String { Guards.names[rawValue.trailingZeroBitCount] }
}
