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
