/// Risk's word on a proposal, with every check that was made.
public struct Verdict: BodyPart {
    public static let name = "Verdict"
    public static let kind = BodyKind.verdict

    public var approved: Bool = false
    /// The order as approved: it may be smaller than proposed.
    public var order: Order
    public var checks: [CheckResult] = []
    public var intent: OrderIntent = .unsaid

    public init() { order = Order() }

    @inlinable public init(
        approved: Bool = false, order: Order = Order(), checks: [CheckResult] = []
    ) {
        self.approved = approved
        self.order = order
        self.checks = checks
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.flag(1, "approved", &approved)
        try visitor.message(2, "order", &order)
        try visitor.messages(3, "checks", &checks)
        try visitor.choice(4, "intent", &intent)
    }

    public var body: Body { .verdict(self) }
}
