/// Something a person should know.
public enum AlarmLevel: Int32, Choice {
    case notice, warning, critical
}

public struct Alarm: BodyPart {
    public static let name = "Alarm"
    public static let kind = BodyKind.alarm

    public var level: AlarmLevel = .notice
    public var code: String = ""
    public var explanation: String = ""
    public var figures: [Figure] = []

    public init() {}

    public init(
        level: AlarmLevel = .notice, code: String = "", explanation: String = "", figures: [Figure] = []
    ) {
        self.level = level
        self.code = code
        self.explanation = explanation
        self.figures = figures
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.choice(1, "level", &level)
        try visitor.text(2, "code", &code)
        try visitor.text(3, "explanation", &explanation)
        try visitor.messages(4, "figures", &figures)
    }

    public var body: Body { .alarm(self) }
}
