/// All that a process may own from now on: what it holds and is not named here, it lets go.
public struct Assignment: BodyPart {
    public static let name = "Assignment"
    public static let kind = BodyKind.assignment

    public var service: String = ""
    public var replica: String = ""
    /// The start of the process that is meant: an earlier or later one of that name is not.
    public var startedAt: Timestamp = .zero
    /// Grows with each assignment that is made, so that a late one is told from the latest.
    public var revision: UInt64 = 0
    public var grants: [Grant] = []

    public init() {}

    public init(
        service: String = "", replica: String = "", startedAt: Timestamp = .zero, revision: UInt64 = 0,
        grants: [Grant] = []
    ) {
        self.service = service
        self.replica = replica
        self.startedAt = startedAt
        self.revision = revision
        self.grants = grants
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "service", &service)
        try visitor.text(2, "replica", &replica)
        try visitor.field(3, "started_at", &startedAt)
        try visitor.count(4, "revision", &revision)
        try visitor.messages(5, "grants", &grants)
    }

    public var body: Body { .assignment(self) }
}
