import Domain

/// A process's link over ZeroMQ: its own socket for each lane, one socket for each address that it takes from, and the
/// relay. Nodes of one process are found at one address.
final class SocketLink: Link {
    private struct Taken {
        let lane: Lane
        var instances: Set<String>
        let address: String
        let socket: Socket
    }

    private let context: SocketContext
    private let keyring: Keyring?
    private let market: BundlingPublisher
    private let trading: Socket
    private let control: Socket
    let controlIn: Socket
    private let gallery: Gallery
    let marketAddress: String
    let tradingAddress: String
    var galleryAddress: String { gallery.address }
    private var prefixes: [Lane: Set<String>] = [:]
    private var taken: [Taken] = []
    /// Grows when the sockets to poll change.
    private(set) var generation = 0
    var onProblem: ((String) -> Void)?
    /// Told of each key that was not let in to look on.
    var onRefusal: (() -> Void)?

    init(_ context: SocketContext, _ settings: MeshSettings, instance: String, keyring: Keyring?) throws {
        self.context = context
        self.keyring = keyring
        market = try BundlingPublisher(context)
        trading = try Socket(context, .publisher)
        control = try Socket(context, .publisher)
        controlIn = try Socket(context, .subscriber)
        if let keyring {
            try keyring.serve(market.socket)
            try keyring.serve(trading)
            try keyring.call(control, "relay")
            try keyring.call(controlIn, "relay")
        }
        marketAddress = settings.advertised(try market.bind(settings.bindAddress("market", of: instance)))
        tradingAddress = settings.advertised(try trading.bind(settings.bindAddress("trading", of: instance)))
        gallery = try Gallery(settings, of: instance, keyring: keyring)
        try control.connect(settings.relayIn)
        try controlIn.connect(settings.relayOut)
    }

    /// The sockets of a lane that this node takes from.
    func sockets(_ lane: Lane) -> [Socket] { taken.filter { $0.lane == lane }.map(\.socket) }

    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        switch lane {
        case .market:
            market.send(topic, envelope)
            gallery.show(envelope)
        case .trading:
            trading.send(topic, envelope)
            gallery.show(envelope)
        case .control: control.send(topic, envelope)
        case .local: break
        }
    }

    func flush() { market.flush() }

    /// How many messages those who look on did not get, because they came faster than there was time for them.
    var droppedForOnlookers: Int { gallery.dropped }

    /// The loop is about to wait: nobody who takes part waits for it now.
    func rest() {
        for _ in 0..<gallery.rest() { onRefusal?() }
    }

    func connect(_ lane: Lane, to instance: String, at address: String) {
        if let known = taken.firstIndex(where: { $0.lane == lane && $0.instances.contains(instance) }) {
            // ZeroMQ itself reconnects to an address that comes back.
            if taken[known].address == address { return }
            taken[known].instances.remove(instance)
            if taken[known].instances.isEmpty {
                taken.remove(at: known)
                generation += 1
            }
        }
        // Who is found at the address of another has to be of the same keys.
        if let known = taken.firstIndex(where: { $0.lane == lane && $0.address == address }),
            keyring?.isSame(instance, taken[known].instances) ?? true
        {
            taken[known].instances.insert(instance)
            return
        }
        do {
            let socket = try Socket(context, .subscriber)
            if lane == .market { socket.holdBundles() }
            try keyring?.call(socket, instance)
            for prefix in (prefixes[lane] ?? []).sorted() { socket.subscribe(prefix) }
            try socket.connect(address)
            taken.append(Taken(lane: lane, instances: [instance], address: address, socket: socket))
        } catch {
            onProblem?("\(instance) cannot be reached: \(error)")
        }
        generation += 1
    }

    func subscribe(_ lane: Lane, prefix: String) {
        guard prefixes[lane, default: []].insert(prefix).inserted else { return }
        if lane == .control { return controlIn.subscribe(prefix) }
        for owner in taken where owner.lane == lane { owner.socket.subscribe(prefix) }
    }
}
