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
