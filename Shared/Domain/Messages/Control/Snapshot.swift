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
