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
