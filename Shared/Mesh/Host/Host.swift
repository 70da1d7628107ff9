import Domain

/// Runs one node on ZeroMQ: one thread, one poll loop. Trading is looked at first, so that a flood of quotes cannot
/// delay an order.
public final class Host<M: Machine> {
    public let node: Node<M>
    private let link: SocketLink
    private let context: SocketContext
    private let doorkeeper: Doorkeeper?
    private let pulse: Pulse
    private var poller = Poller()
    private var sockets: [Socket] = []
    private var seenGeneration = -1

    /// How many messages of a lane are taken before the others are looked at again.
    private static var burst: Int { 512 }

    public init(
        _ machine: M, _ nodeSettings: NodeSettings, _ mesh: MeshSettings, edge: any Edge = NoEdge()
    ) throws {
        var settings = nodeSettings
        try makeFolders(mesh.folder)
        pulse = try Pulse(of: settings.instance, in: mesh.folder, every: settings.beatInterval)
        let keyring =
            mesh.isEncrypted ? try Keyring(folder: mesh.keysFolder, instance: settings.instance) : nil
        let disk = try FileDisk(mesh.transcriptFolder(settings.service, settings.shard))
        context = try SocketContext()
        doorkeeper = try keyring.map { [context] in try Doorkeeper(context, $0) }
        link = try SocketLink(context, mesh, instance: settings.instance, keyring: keyring)
        settings.marketAddress = link.marketAddress
        settings.tradingAddress = link.tradingAddress
        let identity = Transcript.Identity(
            service: settings.service, shard: settings.shard, instance: settings.instance, boot: System.boot,
            binary: System.programHash, configuration: .of(settings.settingsText))
        node = Node(machine, settings, disk: disk, link: link, edge: edge, identity: identity)
        doorkeeper?.onRefusal = { [unowned node] in
            node.onEvent?(
                .init(level: .warning, name: "refused", text: "a key that is not in the keys' folder"))
        }
        link.onProblem = { [unowned node] in node.onEvent?(.init(level: .warning, name: "link", text: $0)) }
    }

    /// Works until it is asked to stop, `isDone` says so, or it fails; ends in good order.
    public func run(source: (any Source)? = nil, isDone: (Node<M>) -> Bool = { _ in false }) throws {
        Stop.listen()
        try node.start(at: System.now)
        var pumped = Pumped.idle(until: .zero)
        while !Stop.isAsked {
            let now = System.now
            node.notice(now)
            // First what comes in, then upkeep: a sync that has just begun holds on to the page that is written next,
            // and each tenth of a second one message would wait for it.
            if let source { pumped = try source.pump(node, at: now) }
            try node.wake(at: now)
            pulse.beat(node.state, at: now)
            if isDone(node) { break }
            wait(pumped, at: now)
            try takeWhatCame()
        }
        try node.close(at: System.now)
    }

    private func wait(_ pumped: Pumped, at now: Timestamp) {
        if seenGeneration != link.generation {
            seenGeneration = link.generation
            sockets = link.sockets(.trading) + [link.controlIn] + link.sockets(.market)
            poller.set(sockets + (doorkeeper.map { [$0.socket] } ?? []))
        }
        var until = node.nextWake
        switch pumped {
        case .busy: until = now
        case .idle(let next): if next > .zero { until = min(until, next) }
        case .over: break
        }
        let milliseconds = (until.nanoseconds - System.now.nanoseconds + 999_999) / 1_000_000
        poller.wait(Int(max(0, min(milliseconds, 100))))
    }

    private func takeWhatCame() throws {
        let now = System.now
        for (at, socket) in sockets.enumerated() where poller.isReady(at) {
            var budget = Host.burst
            while budget > 0, let message = socket.receive() {
                try node.receive(topic: message.topic, envelope: message.envelope, at: now)
                budget -= 1
            }
        }
        doorkeeper?.answer()
    }
}

/// The part of an edge that brings data in: it originates messages when the node may, and says when it wants to be
/// called again.
public protocol Source: AnyObject {
    func pump<M: Machine>(_ node: Node<M>, at now: Timestamp) throws -> Pumped
}

public enum Pumped: Sendable {
    /// There is more at once.
    case busy
    /// Not before this time; zero: when something else happens.
    case idle(until: Timestamp)
    /// There is no more.
    case over
}
