/// Everything that decides: a value that receives one message at one time, changes itself, and puts messages
/// in an outbox. It knows no clock, file, socket, random number or order of a dictionary, so the same messages
/// in give the same messages out, always.
public protocol Machine {
    /// Takes one message. `now` is the time the host recorded for it; a machine knows no other clock.
    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox)

    /// The version of the snapshot's layout. A machine restores its own version, and older ones if it can.
    static var snapshotVersion: UInt32 { get }
    /// Everything the machine remembers, as bytes.
    func snapshot() -> [UInt8]
    /// Becomes what a snapshot says.
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch)

    /// What its host's beats tell of it beside what every service counts: halts that are in force, for example.
    var figures: [Figure] { get }
}

extension Machine {
    public var figures: [Figure] { [] }
}

/// A snapshot that this machine cannot become.
public struct SnapshotMismatch: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// What a machine wants sent because of the message it received, in order.
public struct Outbox: Sendable {
    public struct Item: Sendable {
        public var topic: Topic
        public var body: Body
        /// The message must be on disk before it leaves: an order, a halt.
        public var durable: Bool
        /// What is behind it, where that is not the message that was received.
        public var origin: Origin?
    }

    public private(set) var items: [Item] = []
    /// The times at which the machine wants a tick.
    public private(set) var wakes: [Timestamp] = []

    public init() {}

    /// `origin` is for what an earlier message brought about, and the one in hand only let happen.
    public mutating func send(
        _ body: Body, on topic: Topic, durable: Bool = false, because origin: Origin? = nil
    ) {
        items.append(Item(topic: topic, body: body, durable: durable, origin: origin))
    }

    /// Asks for a `Tick` at that time, or as soon after it as can be.
    public mutating func wake(at time: Timestamp) {
        wakes.append(time)
    }

    public var isEmpty: Bool { items.isEmpty }

    public mutating func removeAll() {
        if !items.isEmpty { items.removeAll(keepingCapacity: true) }
        if !wakes.isEmpty { wakes.removeAll(keepingCapacity: true) }
    }
}
