/// A number with its name, as it is shown to a person: `drawdown = 0.021`.
public struct Figure: Fielded {
    public static let name = "Figure"

    public var name: String = ""
    public var value: Double = 0

    public init() {}

    public init(
        name: String = "", value: Double = 0
    ) {
        self.name = name
        self.value = value
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "name", &name)
        try visitor.double(2, "value", &value)
    }
}

/// How far an owner is on a topic.
public struct TopicHead: Fielded {
    public static let name = "TopicHead"

    public var topic: String = ""
    public var epoch: UInt64 = 0
    public var last: UInt64 = 0

    public init() {}

    public init(
        topic: String = "", epoch: UInt64 = 0, last: UInt64 = 0
    ) {
        self.topic = topic
        self.epoch = epoch
        self.last = last
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "topic", &topic)
        try visitor.count(2, "epoch", &epoch)
        try visitor.count(3, "last", &last)
    }
}
