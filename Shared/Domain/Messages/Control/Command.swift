/// An order to a service, with who gave it and why.
public struct Command: BodyPart {
    public static let name = "Command"
    public static let kind = BodyKind.command

    public var id: String = ""
    public var verb: String = ""
    public var arguments: [String] = []
    public var who: String = ""
    public var why: String = ""
    public var at: Timestamp = .zero
    public var signature: [UInt8] = []

    public init() {}

    public init(
        id: String = "", verb: String = "", arguments: [String] = [], who: String = "", why: String = "",
        at: Timestamp = .zero, signature: [UInt8] = []
    ) {
        self.id = id
        self.verb = verb
        self.arguments = arguments
        self.who = who
        self.why = why
        self.at = at
        self.signature = signature
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.text(2, "verb", &verb)
        try visitor.texts(3, "arguments", &arguments)
        try visitor.text(4, "who", &who)
        try visitor.text(5, "why", &why)
        try visitor.field(6, "at", &at)
        try visitor.bytes(7, "signature", &signature)
    }

    public var body: Body { .command(self) }
}
