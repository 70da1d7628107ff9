public enum ServiceState: Int32, Choice {
    case starting, recovering, ready, degraded, draining, stopped
}

/// A service's sign of life, twice a second.
public struct Beat: BodyPart {
    public static let name = "Beat"
    public static let kind = BodyKind.beat

    public var service: String = ""
    /// The part of the service's keys that this instance owns.
    public var shard: String = ""
    public var epoch: UInt64 = 0
    public var state: ServiceState = .starting
    /// Where takers connect for each lane.
    public var marketAddress: String = ""
    public var tradingAddress: String = ""
    /// The heads of the topics that moved; all of them when `whole`.
    public var heads: [TopicHead] = []
    public var whole: Bool = false
    /// How long the oldest message that is not taken yet has waited, in nanoseconds.
    public var lag: Int64 = 0
    public var counters: [Figure] = []
    /// The running hash of the transcript, so that others witness it.
    public var transcriptHash: [UInt8] = []
    public var startedAt: Timestamp = .zero

    public init() {}

    public init(
        service: String = "", shard: String = "", epoch: UInt64 = 0, state: ServiceState = .starting,
        marketAddress: String = "", tradingAddress: String = "", heads: [TopicHead] = [],
        whole: Bool = false, lag: Int64 = 0, counters: [Figure] = [], transcriptHash: [UInt8] = [],
        startedAt: Timestamp = .zero
    ) {
        self.service = service
        self.shard = shard
        self.epoch = epoch
        self.state = state
        self.marketAddress = marketAddress
        self.tradingAddress = tradingAddress
        self.heads = heads
        self.whole = whole
        self.lag = lag
        self.counters = counters
        self.transcriptHash = transcriptHash
        self.startedAt = startedAt
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "service", &service)
        try visitor.text(2, "shard", &shard)
        try visitor.count(3, "epoch", &epoch)
        try visitor.choice(4, "state", &state)
        try visitor.text(5, "market_address", &marketAddress)
        try visitor.text(6, "trading_address", &tradingAddress)
        try visitor.messages(7, "heads", &heads)
        try visitor.flag(8, "whole", &whole)
        try visitor.fixed(9, "lag", &lag, .span)
        try visitor.messages(10, "counters", &counters)
        try visitor.bytes(11, "transcript_hash", &transcriptHash)
        try visitor.field(12, "started_at", &startedAt)
    }

    public var body: Body { .beat(self) }
}

/// A service has started and would like to hear everybody's whole beat.
public struct Hello: BodyPart {
    public static let name = "Hello"
    public static let kind = BodyKind.hello

    public var service: String = ""
    public var shard: String = ""

    public init() {}

    public init(
        service: String = "", shard: String = ""
    ) {
        self.service = service
        self.shard = shard
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "service", &service)
        try visitor.text(2, "shard", &shard)
    }

    public var body: Body { .hello(self) }
}

/// Something a person should know.
public enum AlarmLevel: Int32, Choice {
    case notice, warning, critical
}

public struct Alarm: BodyPart {
    public static let name = "Alarm"
    public static let kind = BodyKind.alarm

    public var level: AlarmLevel = .notice
    public var code: String = ""
    public var explanation: String = ""
    public var figures: [Figure] = []

    public init() {}

    public init(
        level: AlarmLevel = .notice, code: String = "", explanation: String = "", figures: [Figure] = []
    ) {
        self.level = level
        self.code = code
        self.explanation = explanation
        self.figures = figures
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "level", &level)
        try visitor.text(2, "code", &code)
        try visitor.text(3, "explanation", &explanation)
        try visitor.messages(4, "figures", &figures)
    }

    public var body: Body { .alarm(self) }
}

public enum LogLevel: Int32, Choice {
    case debug, info, warning, error
}

public struct LogLine: BodyPart {
    public static let name = "LogLine"
    public static let kind = BodyKind.logLine

    public var level: LogLevel = .debug
    public var event: String = ""
    /// The line's other fields as one JSON object.
    public var fields: String = ""

    public init() {}

    public init(
        level: LogLevel = .debug, event: String = "", fields: String = ""
    ) {
        self.level = level
        self.event = event
        self.fields = fields
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "level", &level)
        try visitor.text(2, "event", &event)
        try visitor.text(3, "fields", &fields)
    }

    public var body: Body { .logLine(self) }
}

/// An order to a service, with who gave it and why.
public struct Command: BodyPart {
    public static let name = "Command"
    public static let kind = BodyKind.command

    public var id: String = ""
    public var verb: String = ""
    public var arguments: [String] = []
    public var who: String = ""
    public var why: String = ""
    public var at: Timestamp = .zero
    public var signature: [UInt8] = []

    public init() {}

    public init(
        id: String = "", verb: String = "", arguments: [String] = [], who: String = "", why: String = "",
        at: Timestamp = .zero, signature: [UInt8] = []
    ) {
        self.id = id
        self.verb = verb
        self.arguments = arguments
        self.who = who
        self.why = why
        self.at = at
        self.signature = signature
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.text(2, "verb", &verb)
        try visitor.texts(3, "arguments", &arguments)
        try visitor.text(4, "who", &who)
        try visitor.text(5, "why", &why)
        try visitor.field(6, "at", &at)
        try visitor.bytes(7, "signature", &signature)
    }

    public var body: Body { .command(self) }
}

/// The first message on a topic in a new epoch: what the epoch before it ended with.
public struct Opened: BodyPart {
    public static let name = "Opened"
    public static let kind = BodyKind.opened

    public var previousEpoch: UInt64 = 0
    public var previousLast: UInt64 = 0

    public init() {}

    public init(
        previousEpoch: UInt64 = 0, previousLast: UInt64 = 0
    ) {
        self.previousEpoch = previousEpoch
        self.previousLast = previousLast
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.count(1, "previous_epoch", &previousEpoch)
        try visitor.count(2, "previous_last", &previousLast)
    }

    public var body: Body { .opened(self) }
}

/// What comes after a number on a topic, over the ends of epochs.
public struct Replay: Fielded {
    public static let name = "Replay"

    public var topic: String = ""
    public var epoch: UInt64 = 0
    public var from: UInt64 = 0
    /// The last number wanted of that epoch; 0 for all there is.
    public var to: UInt64 = 0

    public init() {}

    public init(
        topic: String = "", epoch: UInt64 = 0, from: UInt64 = 0, to: UInt64 = 0
    ) {
        self.topic = topic
        self.epoch = epoch
        self.from = from
        self.to = to
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "topic", &topic)
        try visitor.count(2, "epoch", &epoch)
        try visitor.count(3, "from", &from)
        try visitor.count(4, "to", &to)
    }
}

/// The latest message on a topic, for those who come late.
public struct Snapshot: Fielded {
    public static let name = "Snapshot"

    public var topic: String = ""

    public init() {}

    public init(
        topic: String = ""
    ) {
        self.topic = topic
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "topic", &topic)
    }
}

/// Bars of an instrument in a span of time, oldest first, in pages.
public struct History: Fielded {
    public static let name = "History"

    public var symbol: Symbol = Symbol()
    public var span: Int64 = 0
    public var from: Timestamp = .zero
    public var to: Timestamp = .zero
    public var limit: UInt64 = 0

    public init() {}

    public init(
        symbol: Symbol = Symbol(), span: Int64 = 0, from: Timestamp = .zero, to: Timestamp = .zero,
        limit: UInt64 = 0
    ) {
        self.symbol = symbol
        self.span = span
        self.from = from
        self.to = to
        self.limit = limit
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.symbol(1, "symbol", &symbol)
        try visitor.fixed(2, "span", &span, .span)
        try visitor.field(3, "from", &from)
        try visitor.field(4, "to", &to)
        try visitor.count(5, "limit", &limit)
    }
}

/// What takers hold of a shard's topics beyond what its owner still has after a power cut.
public struct TakeBack: Fielded {
    public static let name = "TakeBack"

    public var heads: [TopicHead] = []

    public init() {}

    public init(
        heads: [TopicHead] = []
    ) {
        self.heads = heads
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.messages(1, "heads", &heads)
    }
}

/// A question to a service, good until its deadline, and the same question if it is repeated with its id.
public struct Ask: BodyPart {
    public static let name = "Ask"
    public static let kind = BodyKind.ask

    public var id: String = ""
    public var deadline: Timestamp = .zero
    public var replay: Replay? = nil
    public var snapshot: Snapshot? = nil
    public var history: History? = nil
    public var takeBack: TakeBack? = nil

    public init() {}

    public init(
        id: String = "", deadline: Timestamp = .zero, replay: Replay? = nil, snapshot: Snapshot? = nil,
        history: History? = nil, takeBack: TakeBack? = nil
    ) {
        self.id = id
        self.deadline = deadline
        self.replay = replay
        self.snapshot = snapshot
        self.history = history
        self.takeBack = takeBack
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.field(2, "deadline", &deadline)
        try visitor.message(3, "replay", &replay)
        try visitor.message(4, "snapshot", &snapshot)
        try visitor.message(5, "history", &history)
        try visitor.message(6, "take_back", &takeBack)
    }

    public var body: Body { .ask(self) }
}

/// An answer, or a page of it.
public struct Answer: BodyPart {
    public static let name = "Answer"
    public static let kind = BodyKind.answer

    public var id: String = ""
    /// Empty when all is well.
    public var error: String = ""
    /// Whole envelopes, as they were on the wire.
    public var envelopes: [[UInt8]] = []
    public var bars: [Bar] = []
    /// There is more: ask again from where this ends.
    public var more: Bool = false

    public init() {}

    public init(
        id: String = "", error: String = "", envelopes: [[UInt8]] = [], bars: [Bar] = [], more: Bool = false
    ) {
        self.id = id
        self.error = error
        self.envelopes = envelopes
        self.bars = bars
        self.more = more
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.text(2, "error", &error)
        try visitor.blobs(3, "envelopes", &envelopes)
        try visitor.messages(4, "bars", &bars)
        try visitor.flag(5, "more", &more)
    }

    public var body: Body { .answer(self) }
}

/// Work to be done at a time, and how it went.
public enum JobState: Int32, Choice {
    case requested, running, done, failed
}

public struct Job: BodyPart {
    public static let name = "Job"
    public static let kind = BodyKind.job

    public var name: String = ""
    public var run: String = ""
    public var state: JobState = .requested
    public var dueAt: Timestamp = .zero
    public var explanation: String = ""

    public init() {}

    public init(
        name: String = "", run: String = "", state: JobState = .requested, dueAt: Timestamp = .zero,
        explanation: String = ""
    ) {
        self.name = name
        self.run = run
        self.state = state
        self.dueAt = dueAt
        self.explanation = explanation
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "name", &name)
        try visitor.text(2, "run", &run)
        try visitor.choice(3, "state", &state)
        try visitor.field(4, "due_at", &dueAt)
        try visitor.text(5, "explanation", &explanation)
    }

    public var body: Body { .job(self) }
}

/// A timer that a machine asked for.
public struct Tick: BodyPart {
    public static let name = "Tick"
    public static let kind = BodyKind.tick

    public var at: Timestamp = .zero

    public init() {}

    public init(
        at: Timestamp = .zero
    ) {
        self.at = at
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.field(1, "at", &at)
    }

    public var body: Body { .tick(self) }
}

/// The settings that a machine runs by: always the first message it takes.
public struct Settings: BodyPart {
    public static let name = "Settings"
    public static let kind = BodyKind.settings

    /// One `key = value` a line, sorted.
    public var text: String = ""

    public init() {}

    public init(
        text: String = ""
    ) {
        self.text = text
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "text", &text)
    }

    public var body: Body { .settings(self) }
}

/// To an edge: store the message that caused this.
public struct Store: BodyPart {
    public static let name = "Store"
    public static let kind = BodyKind.store

    public var stored: TopicHead = TopicHead()

    public init() {}

    public init(
        stored: TopicHead = TopicHead()
    ) {
        self.stored = stored
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.message(1, "stored", &stored)
    }

    public var body: Body { .store(self) }
}

/// Who may own a shard, and until when.
public struct Grant: BodyPart {
    public static let name = "Grant"
    public static let kind = BodyKind.grant

    public var shard: String = ""
    public var instance: String = ""
    public var epoch: UInt64 = 0
    public var until: Timestamp = .zero

    public init() {}

    public init(
        shard: String = "", instance: String = "", epoch: UInt64 = 0, until: Timestamp = .zero
    ) {
        self.shard = shard
        self.instance = instance
        self.epoch = epoch
        self.until = until
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "shard", &shard)
        try visitor.text(2, "instance", &instance)
        try visitor.count(3, "epoch", &epoch)
        try visitor.field(4, "until", &until)
    }

    public var body: Body { .grant(self) }
}
