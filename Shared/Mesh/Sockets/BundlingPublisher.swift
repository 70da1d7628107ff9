import Domain
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// The socket of a process's market messages. What is said between two flushes leaves in bundles, for ZeroMQ takes its
/// price by the frame: 0.6 µs for a message by itself, and 0.1 in a bundle of 240. A message that is alone leaves
/// alone.
///
/// ZeroMQ filters by the first frame, the topic of a bundle's first message, so only messages that match the same
/// subscriptions share a bundle: nobody gets what it did not subscribe to, nor misses what it did. Within a topic, order
/// is kept. Between topics it is not: steps and beats, which tell how far others are, leave after them.
final class BundlingPublisher {
    let socket: Socket
    /// What takers subscribe to at present.
    private var subscriptions: Set<[UInt8]> = []
    /// The same in an order; nothing where they are too many.
    private var prefixes: [[UInt8]]? = []
    private var longestPrefix = 0
    /// Whether the subscriptions were looked at since the last flush.
    private var isInformed = false
    /// The bundles that can be open at a time, the first `open` of which are.
    private var bundles: [Open] = []
    private var open = 0

    /// A bundle that waits for the flush.
    private struct Open {
        var writer: BundleWriter
        let memory: UnsafeMutableRawBufferPointer
        /// Which subscriptions its messages match.
        var matches: UInt64 = 0
        /// Steps and beats.
        var leavesLast = false

        init(_ size: Int) {
            memory = .allocate(byteCount: size, alignment: 16)
            writer = BundleWriter(memory)
        }
    }

    private static let bundleSizeMax = 48 << 10
    private static let openMax = 4

    init(_ context: SocketContext) throws(SocketError) {
        socket = try Socket(context, .informedPublisher)
        socket.holdBundles()
        for _ in 0..<BundlingPublisher.openMax { bundles.append(Open(BundlingPublisher.bundleSizeMax)) }
    }

    deinit { for bundle in bundles { bundle.memory.deallocate() } }

    func bind(_ address: String) throws(SocketError) -> String { try socket.bind(address) }

    /// Sends a message with the next flush, or before it.
    func send(_ topic: UnsafeRawBufferPointer, _ envelope: UnsafeRawBufferPointer) {
        // It costs a system call to look, so that a message by itself is sent without; beats come now and then.
        if !isInformed, open > 0 || topic.first == UInt8(ascii: "c") { learn() }
        guard let at = place(topic, envelope) else {
            flush()
            socket.send(topic, envelope)
            return
        }
        bundles[at].writer.add(envelope)
    }

    /// Hands everything to ZeroMQ.
    func flush() {
        guard open > 0 else { return }
        for last in [false, true] {
            for at in 0..<open where bundles[at].leavesLast == last { send(bundles[at].writer) }
        }
        for at in 0..<open { bundles[at].writer.removeAll() }
        open = 0
        isInformed = false
    }

    private func send(_ bundle: BundleWriter) {
        let first = bundle.first
        guard let topic = Bundle.topic(of: first) else { return }
        socket.send(topic, bundle.count == 1 ? first : bundle.bytes)
    }

    /// The open bundle that a message belongs to. Nothing for one that has to leave by itself.
    @inline(__always)
    private func place(_ topic: UnsafeRawBufferPointer, _ envelope: UnsafeRawBufferPointer) -> Int? {
        let leavesLast = BundlingPublisher.leavesLast(topic)
        for at in 0..<open
        where bundles[at].leavesLast == leavesLast && begins(bundles[at].writer, like: topic) {
            if bundles[at].writer.hasRoom(for: envelope) { return at }
            break
        }
        return placeSlowly(topic, envelope, leavesLast)
    }

    /// Whether topics begin alike as far as any subscription looks.
    @inline(__always)
    private func begins(_ bundle: BundleWriter, like topic: UnsafeRawBufferPointer) -> Bool {
        guard let known = Bundle.topic(of: bundle.first), topic.count >= longestPrefix,
            known.count >= longestPrefix, longestPrefix > 0
        else { return false }
        return memcmp(known.baseAddress!, topic.baseAddress!, longestPrefix) == 0
    }

    private func placeSlowly(
        _ topic: UnsafeRawBufferPointer, _ envelope: UnsafeRawBufferPointer, _ leavesLast: Bool
    ) -> Int? {
        guard let prefixes, Bundle.topic(of: envelope) != nil else { return nil }
        var matches: UInt64 = 0
        for (bit, prefix) in prefixes.enumerated() where topic.starts(with: prefix) {
            matches |= 1 << UInt64(bit)
        }
        if let at = (0..<open).first(where: {
            bundles[$0].matches == matches && bundles[$0].leavesLast == leavesLast
        }) {
            if bundles[at].writer.hasRoom(for: envelope) { return at }
            // All of them, or a step would leave before what it tells of.
            flush()
        }
        if open == bundles.count { flush() }
        guard bundles[open].writer.hasRoom(for: envelope) else { return nil }
        bundles[open].matches = matches
        bundles[open].leavesLast = leavesLast
        open += 1
        return open - 1
    }

    /// Whether it is a step or, on this socket, a beat.
    @inline(__always)
    private static func leavesLast(_ topic: UnsafeRawBufferPointer) -> Bool {
        if topic.first == UInt8(ascii: "c") { return true }
        // "market/step/…", by the four bytes behind the lane.
        let kind = topic.count > 11 ? topic.loadUnaligned(fromByteOffset: 7, as: UInt32.self) : 0
        return kind.littleEndian == 0x7065_7473
    }

    /// Whether anybody has subscribed to anything.
    func isHeard() -> Bool {
        learn()
        return !subscriptions.isEmpty
    }

    /// Takes note of what takers have subscribed to since the last time.
    private func learn() {
        isInformed = true
        var changed = subscriptions
        while let parts = socket.receiveParts() {
            guard parts.count == 1, let verb = parts[0].first else { continue }
            let prefix = Array(parts[0].dropFirst())
            if verb == 1 { changed.insert(prefix) }
            if verb == 0 { changed.remove(prefix) }
        }
        guard changed != subscriptions else { return }
        // What waits was put together by what was known then.
        flush()
        isInformed = true
        subscriptions = changed
        prefixes = changed.count <= 64 ? Array(changed) : nil
        longestPrefix = changed.map(\.count).max() ?? 0
    }
}
