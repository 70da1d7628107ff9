import Domain

/// Runs the nodes of a process on ZeroMQ: one thread, one poll loop, one set of sockets. Trading is looked at first,
/// so that a flood of quotes cannot delay an order.
public final class Host<M: Machine> {
    public let replica: Replica<M>
    /// The node of a service that is not divided; nothing where parts come and go.
    public private(set) var node: Node<M>!
    private let link: SocketLink
    private let context: SocketContext
    private let doorkeeper: Doorkeeper?
    private let pulse: Pulse
    private var poller = Poller()
    private var sockets: [Socket] = []
    private var seenGeneration = -1
    private var droppedTold = 0
    private var droppedToldAt = Timestamp.zero
    /// The file that a source waits for.
    private var file: Int32?

    /// How many messages of a lane are taken before the others are looked at again.
    private static var burst: Int { 512 }

    /// What a part of a service is made of: its machine, and its hands.
    public typealias Maker = (NodeSettings) throws -> (machine: M, edge: any Edge)

    /// `nodeSettings` are those of every part but for its name.
    public init(
        _ replicaSettings: ReplicaSettings, _ nodeSettings: NodeSettings, _ mesh: MeshSettings,
        make: @escaping Maker
    ) throws {
        try makeFolders(mesh.folder)
        let name = replicaSettings.name
        pulse = try Pulse(of: name, in: mesh.folder, every: nodeSettings.beatInterval)
        let keyring = mesh.isEncrypted ? try Keyring(folder: mesh.keysFolder, instance: name) : nil
        let isSole = replicaSettings.isSole
        // Before anything else: a second process on one shard has no business with the sockets either.
        let first =
            isSole ? try FileDisk(mesh.transcriptFolder(nodeSettings.service, nodeSettings.shard)) : nil
        context = try SocketContext()
        doorkeeper = try keyring.map { [context] in try Doorkeeper(context, $0) }
        link = try SocketLink(context, mesh, instance: name, keyring: keyring)
        let boot = System.boot
        let binary = System.programHash
        replica = Replica(replicaSettings, link: link) { [link] part in
            var settings = replicaSettings.settings(of: part, nodeSettings)
            settings.marketAddress = link.marketAddress
            settings.tradingAddress = link.tradingAddress
            settings.galleryAddress = link.galleryAddress
            let disk = try first ?? FileDisk(mesh.transcriptFolder(settings.service, settings.shard))
            let (machine, edge) = try make(settings)
            let identity = Transcript.Identity(
                service: settings.service, shard: settings.shard, instance: settings.instance, boot: boot,
                binary: binary, configuration: .of(settings.settingsText))
            return Node(machine, settings, disk: disk, link: link, edge: edge, identity: identity)
        }
        let onRefusal = { [unowned replica] in
            replica.tell(.warning, "refused", "a key that is not in the keys' folder")
        }
        doorkeeper?.onRefusal = onRefusal
        link.onRefusal = onRefusal
        link.onProblem = { [unowned replica] in replica.tell(.warning, "link", $0) }
        if isSole { node = try replica.prepare(.whole) }
    }

    /// A process with one node, which owns one shard for good.
    public convenience init(
        _ machine: M, _ nodeSettings: NodeSettings, _ mesh: MeshSettings, edge: any Edge = NoEdge()
    ) throws {
        try self.init(.sole(nodeSettings), nodeSettings, mesh) { _ in (machine, edge) }
    }

    public func run(isDone: (Node<M>) -> Bool = { _ in false }) throws {
        try run(source: NoSource(), isDone: isDone)
    }

    /// Works until it is asked to stop, `isDone` says so, or it fails; ends in good order. A source brings in data for
    /// the one node of a service that is not divided.
    ///
    /// Not `any Source`: the node's code that it calls would be that for any machine, at 150 ns more a message.
    public func run(source: some Source, isDone: (Node<M>) -> Bool = { _ in false }) throws {
        Stop.listen()
        try replica.start(at: System.now)
        file = source.file
        var pumped = Pumped.idle(until: .zero)
        while !Stop.isAsked {
            let now = System.now
            replica.notice(now)
            // First what comes in, then upkeep: a sync that has just begun holds on to the page that is written next,
            // and each tenth of a second one message would wait for it.
            if let node { pumped = try source.pump(node, at: now) }
            link.flush()
            try replica.wake(at: now)
            link.flush()
            pulse.beat(replica.state, at: now)
            if let node, isDone(node) { break }
            wait(pumped, at: now)
            try takeWhatCame()
        }
        try replica.close(at: System.now)
        link.flush()
    }

    private func wait(_ pumped: Pumped, at now: Timestamp) {
        if seenGeneration != link.generation {
            seenGeneration = link.generation
            sockets = link.sockets(.trading) + [link.controlIn] + link.sockets(.market)
            poller.set(sockets + (doorkeeper.map { [$0.socket] } ?? []), files: file.map { [$0] } ?? [])
        }
        var until = replica.nextWake
        switch pumped {
        case .busy: until = now
        case .idle(let next): if next > .zero { until = min(until, next) }
        case .over: break
        }
        let milliseconds = (until.nanoseconds - System.now.nanoseconds + 999_999) / 1_000_000
        context.followNames()
        link.rest()
        tellOfOnlookers(at: now)
        poller.wait(Int(max(0, min(milliseconds, 100))))
    }

    /// Now and then, if those who look on are too slow for what is said here.
    private func tellOfOnlookers(at now: Timestamp) {
        let dropped = link.droppedForOnlookers
        guard dropped != droppedTold, now.nanoseconds - droppedToldAt.nanoseconds > 10 * Nanoseconds.second
        else { return }
        replica.tell(
            .info, "gallery",
            "\(dropped - droppedTold) messages did not get to those who look on, for they came too fast; nobody who "
                + "takes part missed any")
        (droppedTold, droppedToldAt) = (dropped, now)
    }

    private func takeWhatCame() throws {
        let now = System.now
        for (at, socket) in sockets.enumerated() where poller.isReady(at) {
            try replica.receive(from: socket, atMost: Host.burst, at: now)
            try replica.flush()
        }
        doorkeeper?.answer()
    }
}

extension ReplicaSettings {
    /// A process that is one node.
    static func sole(_ node: NodeSettings) -> ReplicaSettings {
        ReplicaSettings(
            service: node.service, name: node.instance, parts: 1, opening: .parts([.whole]), flows: node.flows
        )
    }

    var isSole: Bool { parts == 1 && !opening.isGranted }

    private static let segmentSizeMin = 256 << 10

    /// The settings of one part: it is named for the part, and not for the process.
    func settings(of part: Part, _ template: NodeSettings) -> NodeSettings {
        if isSole { return template }
        var settings = template
        settings.part = part
        // All parts together have as much of their transcripts in memory as an undivided service.
        settings.segmentSize = max(
            min(template.segmentSize, ReplicaSettings.segmentSizeMin), template.segmentSize / part.count)
        settings.shard = part.shard
        settings.instance = "\(service).\(part.number)"
        return settings
    }
}

/// The part of an edge that brings data in: it originates messages when the node may, and says when it wants to be
/// called again.
public protocol Source: AnyObject {
    func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped
    /// A file that is readable when there is something to bring in; the host then does not wait.
    var file: Int32? { get }
}

extension Source {
    public var file: Int32? { nil }
}

/// For services that bring nothing in.
public final class NoSource: Source {
    public init() {}
    public func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) -> Pumped { .idle(until: .zero) }
}

public enum Pumped: Sendable {
    /// There is more at once.
    case busy
    /// Not before this time; zero: when something else happens.
    case idle(until: Timestamp)
    /// There is no more.
    case over
}
