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
