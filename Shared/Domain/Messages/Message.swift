/// A message as a machine sees it: what it says, and where it stands in the order of things.
public struct Message: Equatable, Sendable {
    public var topic: Topic
    /// 1, 2, 3… within the topic and epoch, without holes.
    public var number: UInt64
    /// Grows each time the owner of the topic starts on a fresh transcript.
    public var epoch: UInt64
    public var sentAt: Timestamp
    /// When the oldest market datum behind this message happened; zero where there is none.
    public var originAt: Timestamp
    /// The instance that sent it, `strategist.2`.
    public var sender: String
    /// The message that brought this one about; nothing at an edge.
    public var cause: Cause?
    public var body: Body

    public init(
        topic: Topic, number: UInt64 = 0, epoch: UInt64 = 0, sentAt: Timestamp = .zero,
        originAt: Timestamp = .zero, sender: String = "", cause: Cause? = nil, body: Body
    ) {
        self.topic = topic
        self.number = number
        self.epoch = epoch
        self.sentAt = sentAt
        self.originAt = originAt
        self.sender = sender
        self.cause = cause
        self.body = body
    }

    /// This message as the cause of others.
    public var asCause: Cause { Cause(topic: topic, epoch: epoch, number: number) }
}

/// Which message is behind another, and when the oldest market datum behind that one happened.
public struct Origin: Hashable, Sendable {
    public var cause: Cause
    public var at: Timestamp

    public init(cause: Cause, at: Timestamp) {
        self.cause = cause
        self.at = at
    }
}

extension Message {
    /// This message as what is behind others.
    public var asOrigin: Origin { Origin(cause: asCause, at: originAt) }
}

/// The name of a message: every message has exactly one.
public struct Cause: Hashable, Sendable {
    public var topic: Topic
    public var epoch: UInt64
    public var number: UInt64

    public init(topic: Topic, epoch: UInt64, number: UInt64) {
        self.topic = topic
        self.epoch = epoch
        self.number = number
    }
}
