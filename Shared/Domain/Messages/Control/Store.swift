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
