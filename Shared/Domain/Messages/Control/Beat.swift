/// How a service is, as it says itself.
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
    /// A process that waits for parts has no shard: it tells which ones it holds.
    public var holds: [HeldPart] = []
    /// Into how many parts the service is divided.
    public var parts: UInt64 = 0
    /// The last assignment that the process has carried out.
    public var revision: UInt64 = 0
    /// Where those connect who look on and take no part.
    public var galleryAddress: String = ""

    public init() {}

    public init(
        service: String = "", shard: String = "", epoch: UInt64 = 0, state: ServiceState = .starting,
        marketAddress: String = "", tradingAddress: String = "", heads: [TopicHead] = [],
        whole: Bool = false, lag: Int64 = 0, counters: [Figure] = [], transcriptHash: [UInt8] = [],
        startedAt: Timestamp = .zero, holds: [HeldPart] = [], parts: UInt64 = 0, revision: UInt64 = 0,
        galleryAddress: String = ""
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
        self.holds = holds
        self.parts = parts
        self.revision = revision
        self.galleryAddress = galleryAddress
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
        try visitor.messages(13, "holds", &holds)
        try visitor.count(14, "parts", &parts)
        try visitor.count(15, "revision", &revision)
        try visitor.text(16, "gallery_address", &galleryAddress)
    }

    public var body: Body { .beat(self) }
}

/// A part that a process holds, or would hold if it could.
public struct HeldPart: Fielded {
    public static let name = "HeldPart"

    public var shard: String = ""
    public var epoch: UInt64 = 0
    public var state: ServiceState = .starting

    public init() {}

    public init(
        shard: String = "", epoch: UInt64 = 0, state: ServiceState = .starting
    ) {
        self.shard = shard
        self.epoch = epoch
        self.state = state
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "shard", &shard)
        try visitor.count(2, "epoch", &epoch)
        try visitor.choice(3, "state", &state)
    }
}
