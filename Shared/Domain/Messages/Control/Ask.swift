/// A question to a service, good until its deadline, and the same question if it is repeated with its id.
public struct Ask: BodyPart {
    public static let name = "Ask"
    public static let kind = BodyKind.ask

    public var id: String = ""
    public var deadline: Timestamp = .zero
    public var replay: Replay? = nil
    public var snapshot: Snapshot? = nil
    public var history: History? = nil
    public var takeBack: TakeBack? = nil

    public init() {}

    public init(
        id: String = "", deadline: Timestamp = .zero, replay: Replay? = nil, snapshot: Snapshot? = nil,
        history: History? = nil, takeBack: TakeBack? = nil
    ) {
        self.id = id
        self.deadline = deadline
        self.replay = replay
        self.snapshot = snapshot
        self.history = history
        self.takeBack = takeBack
    }

    public mutating func visit(_ visitor: inout some FieldVisitor) throws {
        try visitor.text(1, "id", &id)
        try visitor.field(2, "deadline", &deadline)
        try visitor.message(3, "replay", &replay)
        try visitor.message(4, "snapshot", &snapshot)
        try visitor.message(5, "history", &history)
        try visitor.message(6, "take_back", &takeBack)
    }

    public var body: Body { .ask(self) }
}
