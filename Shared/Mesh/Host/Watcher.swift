import Domain
import Wire

/// Looks at a mesh from outside: hears every beat, connects to every owner, and takes part in nothing. What it
/// misses it does not ask for.
public final class Watcher {
    private let context: SocketContext
    private let control: Socket
    private let keyring: Keyring?
    private let codec = Codec()
    /// By address, and the addresses of each instance.
    private var owners: [String: Socket] = [:]
    private var addresses: [String: [String]] = [:]
    private var poller = Poller()
    private var sockets: [Socket] = []

    public init(_ mesh: MeshSettings, as instance: String = "watcher.1") throws {
        context = try SocketContext()
        keyring = mesh.isEncrypted ? try Keyring(folder: mesh.keysFolder, instance: instance) : nil
        control = try Socket(context, .subscriber)
        try keyring?.call(control, "relay")
        control.subscribe("control/")
        try control.connect(mesh.relayOut)
        rebuild()
    }

    /// How many messages could not be read.
    public private(set) var malformed = 0

    /// Hands over what comes within some milliseconds.
    public func look(for milliseconds: Int, _ visit: (Message) -> Void) {
        listen(for: milliseconds) { bytes in
            guard let message = try? codec.decode(bytes) else { return malformed += 1 }
            visit(message)
        }
    }

    /// Hands over the envelopes that come within some milliseconds, as they were on the wire: good until the visitor
    /// returns. What is none is counted and passed over.
    public func listen(for milliseconds: Int, _ visit: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        let end = System.now.adding(Int64(milliseconds) * 1_000_000)
        while !Stop.isAsked {
            let left = end.nanoseconds - System.now.nanoseconds
            guard left > 0 else { return }
            context.followNames()
            poller.wait(Int(min(left / 1_000_000 + 1, 50)))
            for socket in sockets {
                var budget = 1000
                while budget > 0 || socket.isAmidBundle, let frames = socket.receive() {
                    budget -= 1
                    guard let head = try? codec.head(of: frames.envelope) else {
                        malformed += 1
                        continue
                    }
                    if head.bodyField == BodyKind.beat.rawValue {
                        // A beat comes by two ways; it is shown once.
                        if socket !== control { continue }
                        if let message = try? codec.decode(frames.envelope),
                            case .beat(let beat) = message.body
                        {
                            connect(to: message.sender, beat)
                        }
                    }
                    try visit(frames.envelope)
                }
            }
        }
    }

    private func connect(to instance: String, _ beat: Beat) {
        let doors = Watcher.doors(beat)
        let known = addresses.updateValue(doors.map(\.address), forKey: instance)
        guard known != doors.map(\.address) else { return }
        // Nodes of one process are found at one address. Where nobody is any more, nobody is called.
        owners = owners.filter { owner in addresses.values.contains { $0.contains(owner.key) } }
        for door in doors where owners[door.address] == nil {
            do {
                let socket = try Socket(context, .subscriber)
                socket.holdBundles()
                try keyring?.call(socket, instance)
                for lane in door.lanes { socket.subscribe("\(lane)/") }
                try socket.connect(door.address)
                owners[door.address] = socket
            } catch {
                // Whose key is not in the folder is heard through the relay alone.
            }
        }
        rebuild()
    }

    /// Where a service is looked at: its gallery, or among its takers where it has none. A program in another language
    /// need not have one.
    private static func doors(_ beat: Beat) -> [(address: String, lanes: [Lane])] {
        if !beat.galleryAddress.isEmpty { return [(beat.galleryAddress, [.market, .trading])] }
        let lanes: [(address: String, lanes: [Lane])] = [
            (beat.marketAddress, [.market]), (beat.tradingAddress, [.trading]),
        ]
        return lanes.filter { !$0.address.isEmpty }
    }

    private func rebuild() {
        sockets = [control] + owners.sorted { $0.key < $1.key }.map(\.value)
        poller.set(sockets)
    }
}
