import Domain

/// What carries a node's messages: ZeroMQ's sockets, or the simulator's network.
public protocol Link: AnyObject {
    /// Sends what the owner of the lane's socket says, at once or with the next flush. Never waits, never fails: what
    /// is lost is asked for again.
    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer)
    /// Sends what was kept back to leave together. A host calls this before it waits, and before it does anything long.
    func flush()
    /// Takes from this owner's socket from now on; replaces an older address of the same instance.
    func connect(_ lane: Lane, to instance: String, at address: String)
    func subscribe(_ lane: Lane, prefix: String)
}

extension Link {
    public func flush() {}
}

/// The part of a service that touches the world. It carries out the commands that the machine puts on its
/// `local/` topics, and is told when they are safe to make good.
public protocol Edge: AnyObject {
    /// Carries out a command, or keeps it until `settle`. The same command may come again after a crash.
    func perform(_ command: Message, because cause: Message, number: UInt64) throws
    /// The number of the last command that is carried out for good: recovery hands over those after it.
    var done: UInt64 { get }
    /// All commands so far are on disk in the transcript: now they may be made good in the world. False if some could
    /// not be yet: it is called again, and no snapshot is kept meanwhile.
    func settle() throws -> Bool
    /// What it touches is as its machine believes: until then the service is not ready.
    var isReady: Bool { get }
    /// Answers a question that is not about topics.
    func answer(_ ask: Ask) throws -> Answer?
    /// The node has closed in good order: makes good what is left, and lets go of the world.
    func close() throws
    /// Why nothing is made good at the moment: the service is degraded meanwhile.
    var problem: String? { get }
    /// Where an edge has let go of commands, for it keeps only so many: the number of the last one before those. The
    /// node reads the others from the transcript again, as many as the edge takes.
    var lacksAfter: UInt64? { get }
    /// Takes one of those commands again; false if there is no room for it yet.
    func takeAgain(_ command: Message, because cause: Message, number: UInt64) throws -> Bool
    /// It has had every command up to here again.
    func isLevel(through number: UInt64)
    /// Waits a moment for what is being made good, unless there is a problem: a snapshot needs all of it.
    func drain()
}

extension Edge {
    public var isReady: Bool { true }
    public func close() throws {}
    public var problem: String? { nil }
    public var lacksAfter: UInt64? { nil }
    public func takeAgain(_ command: Message, because cause: Message, number: UInt64) throws -> Bool { true }
    public func isLevel(through number: UInt64) {}
    public func drain() {}
}

/// For services that touch nothing.
public final class NoEdge: Edge {
    public init() {}
    public func perform(_ command: Message, because cause: Message, number: UInt64) {}
    public var done: UInt64 { 0 }
    public func settle() -> Bool { true }
    public func answer(_ ask: Ask) -> Answer? { nil }
}
