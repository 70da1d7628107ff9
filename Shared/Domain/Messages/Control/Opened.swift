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
