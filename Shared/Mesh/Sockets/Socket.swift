import CLinux
import CZmq
import Domain
import Glibc
import Wire

/// ZeroMQ's context: its input and output thread, and all sockets of the process.
public final class SocketContext {
    let handle: UnsafeMutableRawPointer
    private let changes = NameChanges()
    private var seenChanges = 0
    private var watches: [String: Weak<NameWatch>] = [:]
    /// The sockets that are connected through names.
    private var followers: [Weak<Socket>] = []

    private struct Weak<Object: AnyObject> {
        weak var object: Object?
    }

    /// ZeroMQ's threads, and those that look up names, would have 8 MiB each, and a limit of memory counts stacks whole.
    private static let stackSize = 512 << 10

    public init() throws(SocketError) {
        _ = tradewind_stack_size(SocketContext.stackSize)
        guard let handle = zmq_ctx_new() else { throw SocketError("begin", "ZeroMQ") }
        self.handle = handle
    }

    deinit { zmq_ctx_term(handle) }

    /// Where a name leads, from now on; `socket` is told when that changes.
    func watch(_ name: String, for socket: Socket) throws(SocketError) -> NameWatch {
        let watch: NameWatch
        if let known = watches[name]?.object { watch = known } else { watch = try NameWatch(name, changes) }
        watches = watches.filter { $0.value.object != nil }
        watches[name] = Weak(object: watch)
        followers.removeAll { $0.object == nil || $0.object === socket }
        followers.append(Weak(object: socket))
        return watch
    }

    /// Connects to where names lead by now. Whoever waits for messages calls this before.
    func followNames() {
        let count = changes.count.load(ordering: .acquiring)
        guard count != seenChanges else { return }
        seenChanges = count
        for follower in followers { follower.object?.followNames() }
    }
}

/// What a socket could not do, in a sentence.
public struct SocketError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ verb: String, _ what: String, _ code: Int32 = zmq_errno()) {
        description = "cannot \(verb) \(what): \(String(cString: zmq_strerror(code)))"
    }

    init(sentence: String) { description = sentence }
}

/// One publish/subscribe socket.
public final class Socket {
    public enum Kind {
        case publisher
        /// A publisher that is told what its takers subscribe to.
        case informedPublisher
        case subscriber, relayIn, relayOut, authenticator
    }

    let handle: UnsafeMutableRawPointer
    /// A context can only end when its sockets have.
    private let context: SocketContext
    private var files: [SocketFile] = []
    private var connections: [Connection] = []

    /// A connection through a name, and the place that the name led to.
    private struct Connection {
        let named: NamedPlace
        let watch: NameWatch
        var place: String?
    }

    private var messages: (zmq_msg_t, zmq_msg_t) = (zmq_msg_t(), zmq_msg_t())
    /// What is left of the bundle that came last.
    private var bundle = BundleReader()

    /// A message waits in memory for a taker that is slow, up to this many: then it is dropped, and the taker asks
    /// for it when it gets on.
    static let bufferMessagesMax: Int32 = 100_000
    /// The same where messages come in bundles of up to 48 KiB: 96 MiB.
    static let bufferBundlesMax: Int32 = 2_048

    public init(_ context: SocketContext, _ kind: Kind) throws(SocketError) {
        let type =
            switch kind {
            case .publisher: ZMQ_PUB
            case .subscriber: ZMQ_SUB
            case .relayIn: ZMQ_XSUB
            case .relayOut, .informedPublisher: ZMQ_XPUB
            case .authenticator: ZMQ_REP
            }
        guard let handle = zmq_socket(context.handle, type) else { throw SocketError("make", "a socket") }
        self.handle = handle
        self.context = context
        if kind != .authenticator {
            set(ZMQ_SNDHWM, Socket.bufferMessagesMax)
            set(ZMQ_RCVHWM, Socket.bufferMessagesMax)
        }
        // A subscriber has only subscriptions to send, and after its end nobody needs those.
        set(ZMQ_LINGER, kind == .subscriber ? 0 : 500)
        set(ZMQ_RECONNECT_IVL, 20)
        set(ZMQ_RECONNECT_IVL_MAX, 500)
        zmq_msg_init(&messages.0)
        zmq_msg_init(&messages.1)
    }

    deinit {
        zmq_msg_close(&messages.0)
        zmq_msg_close(&messages.1)
        zmq_close(handle)
    }

    func set(_ option: Int32, _ value: Int32) {
        var value = value
        zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
    }

    /// Bounds what waits here by bundles; to be called before the socket is bound or connected.
    func holdBundles() {
        set(ZMQ_SNDHWM, Socket.bufferBundlesMax)
        set(ZMQ_RCVHWM, Socket.bufferBundlesMax)
    }

    func set(_ option: Int32, _ text: String) throws(SocketError) {
        guard zmq_setsockopt(handle, option, text, text.utf8.count) == 0 else {
            throw SocketError("set an option of", "a socket")
        }
    }

    /// Opens an address for others; gives the one that was chosen where it names none.
    @discardableResult
    public func bind(_ address: String) throws(SocketError) -> String {
        if address.hasPrefix("ipc://") {
            let path = String(address.dropFirst(6))
            guard path.utf8.count <= 107 else {
                throw SocketError(
                    sentence:
                        "the socket path \(path) is longer than 107 characters; choose a shorter mesh.folder")
            }
            files.append(try SocketFile(path))
        }
        watchConnections(of: address)
        guard zmq_bind(handle, address) == 0 else { throw SocketError("bind", address) }
        var buffer = [CChar](repeating: 0, count: 512)
        var count = buffer.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &buffer, &count) == 0 else { return address }
        return String(decoding: buffer.prefix(max(0, count - 1)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public func connect(_ address: String) throws(SocketError) {
        watchConnections(of: address)
        if let named = NamedPlace(address) {
            connections.append(Connection(named: named, watch: try context.watch(named.name, for: self)))
            return followNames()
        }
        guard zmq_connect(handle, address) == 0 else { throw SocketError("connect to", address) }
    }

    /// Connects to where the names lead by now, if that is known.
    func followNames() {
        for at in connections.indices {
            guard let address = connections[at].watch.address else { continue }
            let place = connections[at].named.place(at: address)
            guard place != connections[at].place else { continue }
            if let left = connections[at].place { zmq_disconnect(handle, left) }
            connections[at].place = zmq_connect(handle, place) == 0 ? place : nil
        }
    }

    /// Between machines a connection can be dead without a word: a cable is pulled, or the other end comes back with
    /// another address. TCP finds out after a quarter of an hour; this does after seconds.
    private func watchConnections(of address: String) {
        guard address.hasPrefix("tcp://") else { return }
        set(ZMQ_HEARTBEAT_IVL, 1000)
        set(ZMQ_HEARTBEAT_TIMEOUT, 3000)
        set(ZMQ_CONNECT_TIMEOUT, 3000)
    }

    public func subscribe(_ prefix: String) {
        zmq_setsockopt(handle, ZMQ_SUBSCRIBE, prefix, prefix.utf8.count)
    }

    /// Sends a topic and its envelope. A publisher never waits: what a taker has no room for is dropped for it.
    @inline(__always)
    @discardableResult
    public func send(_ topic: UnsafeRawBufferPointer, _ envelope: UnsafeRawBufferPointer) -> Bool {
        guard zmq_send(handle, topic.baseAddress, topic.count, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 else {
            return false
        }
        return zmq_send(handle, envelope.baseAddress, envelope.count, ZMQ_DONTWAIT) >= 0
    }

    /// Whether the rest of a bundle waits here, of which ZeroMQ knows nothing: `receive` gives it.
    @inline(__always)
    public var isAmidBundle: Bool { !bundle.isAtEnd }

    /// A message, if one has come: good until the next call. Messages of another form are passed over.
    @inline(__always)
    public func receive() -> (topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer)? {
        if let envelope = bundle.next() { return (Bundle.topic(of: envelope) ?? Socket.nothing, envelope) }
        return receiveFrames()
    }

    private func receiveFrames() -> (topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer)? {
        while zmq_msg_recv(&messages.0, handle, ZMQ_DONTWAIT) >= 0 {
            guard zmq_msg_more(&messages.0) != 0 else { continue }
            guard zmq_msg_recv(&messages.1, handle, ZMQ_DONTWAIT) >= 0 else { continue }
            if zmq_msg_more(&messages.1) != 0 {
                skipRest()
                continue
            }
            let topic = Socket.bytes(&messages.0)
            let frame = Socket.bytes(&messages.1)
            guard Bundle.isOne(frame) else { return (topic, frame) }
            bundle = BundleReader(frame)
            // The frame is the topic of the first.
            if let envelope = bundle.next() { return (topic, envelope) }
        }
        return nil
    }

    private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

    /// Who sent the message that was received last, as its key proves.
    var senderProven: String? {
        guard let name = zmq_msg_gets(&messages.0, "User-Id") else { return nil }
        return String(cString: name)
    }

    private func skipRest() {
        var part = zmq_msg_t()
        zmq_msg_init(&part)
        repeat {
            if zmq_msg_recv(&part, handle, ZMQ_DONTWAIT) < 0 { break }
        } while zmq_msg_more(&part) != 0
        zmq_msg_close(&part)
    }

    @inline(__always)
    private static func bytes(_ message: inout zmq_msg_t) -> UnsafeRawBufferPointer {
        let size = zmq_msg_size(&message)
        return UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: size)
    }

    /// All parts of a message, for the rare ones that are not two frames.
    func receiveParts() -> [[UInt8]]? {
        var parts: [[UInt8]] = []
        repeat {
            guard zmq_msg_recv(&messages.0, handle, ZMQ_DONTWAIT) >= 0 else {
                return parts.isEmpty ? nil : parts
            }
            parts.append(Array(Socket.bytes(&messages.0)))
        } while zmq_msg_more(&messages.0) != 0
        return parts
    }

    func send(parts: [[UInt8]]) {
        for (at, part) in parts.enumerated() {
            zmq_send(handle, part, part.count, at == parts.count - 1 ? 0 : ZMQ_SNDMORE)
        }
    }
}

/// Waits for any of some sockets, and of some files.
struct Poller {
    private var items: [zmq_pollitem_t] = []

    mutating func set(_ sockets: [Socket], files: [Int32] = []) {
        items = sockets.map {
            zmq_pollitem_t(socket: $0.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        }
        items += files.map { zmq_pollitem_t(socket: nil, fd: $0, events: Int16(ZMQ_POLLIN), revents: 0) }
    }

    /// Returns when something has come, when a signal has, or when the time is over.
    mutating func wait(_ milliseconds: Int) {
        zmq_poll(&items, Int32(items.count), milliseconds)
    }

    func isReady(_ at: Int) -> Bool { items[at].revents & Int16(ZMQ_POLLIN) != 0 }
}
