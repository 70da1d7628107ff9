/// How much a log line matters.
public enum LogLevel: Int32, Choice {
    case debug, info, warning, error
}

public struct LogLine: BodyPart {
    public static let name = "LogLine"
    public static let kind = BodyKind.logLine

    public var level: LogLevel = .debug
    public var event: String = ""
    /// The line's other fields as one JSON object.
    public var fields: String = ""

    public init() {}

    public init(
        level: LogLevel = .debug, event: String = "", fields: String = ""
    ) {
        self.level = level
        self.event = event
        self.fields = fields
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "level", &level)
        try visitor.text(2, "event", &event)
        try visitor.text(3, "fields", &fields)
    }

    public var body: Body { .logLine(self) }
}
