/// In a replay: every message of this instant has been sent.
public struct Step: BodyPart {
    public static let name = "Step"
    public static let kind = BodyKind.step

    public var time: Timestamp = .zero
    /// There are no more steps: the replay ends here.
    public var last: Bool = false
    /// The owner's topics that moved in this instant, so that a taker knows when it has all of it.
    public var heads: [TopicHead] = []
    /// Who passes steps on for its pace alone need not pass this one on: another follows.
    public var quiet: Bool = false

    public init() {}

    public init(
        time: Timestamp = .zero, last: Bool = false, heads: [TopicHead] = [], quiet: Bool = false
    ) {
        self.time = time
        self.last = last
        self.heads = heads
        self.quiet = quiet
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.field(1, "time", &time)
        try visitor.flag(2, "last", &last)
        try visitor.messages(3, "heads", &heads)
        try visitor.flag(4, "quiet", &quiet)
    }

    public var body: Body { .step(self) }
}
