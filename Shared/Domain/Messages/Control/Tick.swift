/// A timer that a machine asked for.
public struct Tick: BodyPart {
    public static let name = "Tick"
    public static let kind = BodyKind.tick

    public var at: Timestamp = .zero

    public init() {}

    public init(
        at: Timestamp = .zero
    ) {
        self.at = at
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.field(1, "at", &at)
    }

    public var body: Body { .tick(self) }
}
