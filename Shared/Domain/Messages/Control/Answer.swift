/// An answer, or a page of it.
public struct Answer: BodyPart {
    public static let name = "Answer"
    public static let kind = BodyKind.answer

    public var id: String = ""
    /// Empty when all is well.
    public var error: String = ""
    /// Whole envelopes, as they were on the wire.
    public var envelopes: [[UInt8]] = []
    public var bars: [Bar] = []
    /// There is more: ask again from where this ends.
    public var more: Bool = false

    public init() {}

    public init(
        id: String = "", error: String = "", envelopes: [[UInt8]] = [], bars: [Bar] = [], more: Bool = false
    ) {
        self.id = id
        self.error = error
        self.envelopes = envelopes
        self.bars = bars
        self.more = more
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.text(2, "error", &error)
        try visitor.blobs(3, "envelopes", &envelopes)
        try visitor.messages(4, "bars", &bars)
        try visitor.flag(5, "more", &more)
    }

    public var body: Body { .answer(self) }
}
