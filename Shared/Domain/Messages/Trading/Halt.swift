/// Trading is stopped, or allowed again.
public struct Halt: BodyPart {
    public static let name = "Halt"
    public static let kind = BodyKind.halt

    public var account: String = ""
    public var active: Bool = false
    public var kind: String = ""
    public var reason: String = ""
    public var by: String = ""
    public var flatten: Bool = false
    public var figures: [Figure] = []

    public init() {}

    public init(
        account: String = "", active: Bool = false, kind: String = "", reason: String = "",
        by: String = "", flatten: Bool = false, figures: [Figure] = []
    ) {
        self.account = account
        self.active = active
        self.kind = kind
        self.reason = reason
        self.by = by
        self.flatten = flatten
        self.figures = figures
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "account", &account)
        try visitor.flag(2, "active", &active)
        try visitor.text(3, "kind", &kind)
        try visitor.text(4, "reason", &reason)
        try visitor.text(5, "by", &by)
        try visitor.flag(6, "flatten", &flatten)
        try visitor.messages(7, "figures", &figures)
    }

    public var body: Body { .halt(self) }
}
