/// Work to be done at a time, and how it went.
public enum JobState: Int32, Choice {
    case requested, running, done, failed, missed
}

public struct Job: BodyPart {
    public static let name = "Job"
    public static let kind = BodyKind.job

    public var name: String = ""
    public var run: String = ""
    public var state: JobState = .requested
    public var dueAt: Timestamp = .zero
    public var explanation: String = ""

    public init() {}

    public init(
        name: String = "", run: String = "", state: JobState = .requested, dueAt: Timestamp = .zero,
        explanation: String = ""
    ) {
        self.name = name
        self.run = run
        self.state = state
        self.dueAt = dueAt
        self.explanation = explanation
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "name", &name)
        try visitor.text(2, "run", &run)
        try visitor.choice(3, "state", &state)
        try visitor.field(4, "due_at", &dueAt)
        try visitor.text(5, "explanation", &explanation)
    }

    public var body: Body { .job(self) }
}
