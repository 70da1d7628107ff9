/// The settings that a machine runs by: always the first message it takes.
public struct Settings: BodyPart {
    public static let name = "Settings"
    public static let kind = BodyKind.settings

    /// One `key = value` a line, sorted.
    public var text: String = ""

    public init() {}

    public init(
        text: String = ""
    ) {
        self.text = text
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "text", &text)
    }

    public var body: Body { .settings(self) }
}
