import Domain
import Wire

/// The nodes of one process. It opens and closes parts as they are granted, hands each node what it takes, and beats
/// for the process itself.
///
/// Like a node it knows no socket and no clock, so the simulator runs the same code.
public final class Replica<M: Machine> {
    public let settings: ReplicaSettings
    let link: any Link
    /// Makes the node of a part; fails with `DiskError.owned` while another process has its folder.
    private let make: (Part) throws -> Node<M>
    let codec = Codec()

    private(set) var seats: [Seat] = []
    /// The only node of a service that is not divided: it gets everything at once.
    private var sole: Node<M>?
    private var prepared: Node<M>?
    private var routes: Routes

    /// What the latest assignment grants, by shard.
    var grants: [String: Grant] = [:]
    /// Granted too late: the epoch that the shard is in already.
    var passed: [String: UInt64] = [:]
    var revision: UInt64 = 0
    var hasAssignment = false
    var openNextAt = Timestamp.zero
    /// Since when a part's folder is waited for.
    var awaitedSince: [String: Timestamp] = [:]
    var hostNow = Timestamp.zero
    var startedAt = Timestamp.zero
    var lastBeatAt = Timestamp.zero
    /// The numbers of what this process says of itself.
    var passedCounts: [Topic: UInt64] = [:]
    var isClosed = false

    /// What a person may want to read, and of which node or process.
    public var onEvent: ((String, NodeEvent) -> Void)?

    /// A part that this process owns now.
    struct Seat {
        let part: Part
        let grant: Grant?
        let node: Node<M>

        /// The epoch that it is in, or opens as soon as takers have given back what it lost.
        var epoch: UInt64 { max(grant?.epoch ?? 0, node.epoch) }
    }

    public init(_ settings: ReplicaSettings, link: any Link, make: @escaping (Part) throws -> Node<M>) {
        self.settings = settings
        self.link = link
        self.make = make
        routes = Routes(settings.flows, parts: settings.parts)
    }

    public var nodes: [Node<M>] { seats.map(\.node) }

    /// Opens what this process owns by itself, or begins to wait for grants.
    public func start(at now: Timestamp) throws {
        hostNow = now
        startedAt = now
        switch settings.opening {
        case .parts(let parts): for part in parts { try open(part, by: nil, at: now) }
        case .granted:
            link.subscribe(.control, prefix: "control/grant/\(settings.name)/")
            link.subscribe(.control, prefix: "control/hello/")
            beat()
        }
    }

    // MARK: what arrives

    public func receive(
        topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer, at now: Timestamp
    ) throws {
        if let sole { return try sole.receive(topic: topic, envelope: envelope, at: now) }
        try dispatch(topic, envelope, at: now)
    }

    /// Takes what has come on a socket, up to so many messages, and then to the end of a bundle: who polls knows
    /// nothing of the rest of one.
    public func receive(from socket: Socket, atMost count: Int, at now: Timestamp) throws {
        var left = count
        // Looked up once: to retain and release the node for each message is 10 ns.
        if let sole {
            while left > 0 || socket.isAmidBundle, let message = socket.receive() {
                try sole.receive(topic: message.topic, envelope: message.envelope, at: now)
                left -= 1
            }
        } else {
            while left > 0 || socket.isAmidBundle, let message = socket.receive() {
                try dispatch(message.topic, message.envelope, at: now)
                left -= 1
            }
        }
    }

    private func dispatch(
        _ topic: UnsafeRawBufferPointer, _ envelope: UnsafeRawBufferPointer, at now: Timestamp
    ) throws {
        hostNow = now
        switch routes.route(topic) {
        case .all: for seat in seats { try seat.node.receive(topic: topic, envelope: envelope, at: now) }
        case .part(let number):
            guard let seat = seats.first(where: { $0.part.number == number }) else { return }
            try seat.node.receive(topic: topic, envelope: envelope, at: now)
        case .name(let name):
            if let seat = seats.first(where: { $0.node.settings.instance == name }) {
                try seat.node.receive(topic: topic, envelope: envelope, at: now)
            } else if name == settings.name {
                try receiveOwn(topic, envelope, at: now)
            }
        case .none: break
        }
    }

    // MARK: what is due

    public func wake(at now: Timestamp) throws {
        hostNow = now
        if let sole { return try sole.wake(at: now) }
        try dropLapsed(at: now)
        for seat in seats { try seat.node.wake(at: now) }
        guard settings.opening.isGranted, !isClosed else { return }
        if now >= openNextAt { try openWhatIsGranted(at: now) }
        if now >= nextBeat || now < lastBeatAt { beat() }
    }

    /// Lets everything leave that was kept back, that for the disk included.
    public func flush() throws {
        if let sole { return try sole.flush() }
        for seat in seats { try seat.node.flush() }
        link.flush()
    }

    public func notice(_ now: Timestamp) {
        hostNow = now
        for seat in seats { seat.node.notice(now) }
    }

    public var nextWake: Timestamp {
        if let sole { return sole.nextWake }
        var next = settings.opening.isGranted ? min(nextBeat, openNextAt) : hostNow + settings.beatInterval
        for seat in seats { next = min(next, seat.node.nextWake) }
        return next
    }

    /// Ends in good order: all parts, each sealed.
    public func close(at now: Timestamp) throws {
        hostNow = now
        isClosed = true
        for seat in seats { try close(seat, at: now) }
        grants = [:]
        if settings.opening.isGranted { beat() }
    }

    // MARK: seats

    /// Makes the node of a part that is opened soon.
    func prepare(_ part: Part) throws -> Node<M> {
        let node = try make(part)
        prepared = node
        return node
    }

    func open(_ part: Part, by grant: Grant?, at now: Timestamp) throws {
        let node = try prepared ?? make(part)
        prepared = nil
        if onEvent != nil {
            node.onEvent = { [unowned self, instance = node.settings.instance] in onEvent?(instance, $0) }
        }
        try node.start(at: now, grant: grant)
        seats.append(Seat(part: part, grant: grant, node: node))
        seatsHaveChanged()
    }

    func close(_ seat: Seat, at now: Timestamp) throws {
        try seat.node.close(at: now)
        try seat.node.edge.close()
        leave(seat)
    }

    /// The folder's lock goes with the node.
    func leave(_ seat: Seat) {
        seats.removeAll { $0.node === seat.node }
        seatsHaveChanged()
    }

    private func seatsHaveChanged() {
        sole = settings.isSole ? seats.first?.node : nil
    }

    func tell(_ level: NodeEvent.Level, _ name: String, _ text: String) {
        onEvent?(settings.name, NodeEvent(level: level, name: name, text: text))
    }
}

/// How a process goes about its parts.
public struct ReplicaSettings: Sendable {
    public enum Opening: Sendable {
        /// It opens these by itself, at once.
        case parts([Part])
        /// It waits for the supervisor's grants.
        case granted

        public var isGranted: Bool { if case .granted = self { true } else { false } }
    }

    public var service: String
    /// Names the process: `historian-2`.
    public var name: String
    /// Into how many parts the service is divided.
    public var parts: Int
    public var opening: Opening
    public var flows: [Flow]
    public var beatInterval: Int64 = 500_000_000
    /// How soon a folder is tried again that another process holds.
    public var openRetry: Int64 = 50_000_000
    /// How long it is waited for before a person is told.
    public var openPatience: Int64 = 5_000_000_000

    public init(service: String, name: String, parts: Int, opening: Opening, flows: [Flow]) {
        self.service = service
        self.name = name
        self.parts = parts
        self.opening = opening
        self.flows = flows
    }
}
