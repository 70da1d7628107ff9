import Domain
import Testing
import Wire

@testable import Mesh

/// Asks its edge for something, durably, for each request that it takes.
private struct Asker: Machine {
    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        guard case .venueRequest(let request) = message.body else { return }
        outbox.send(
            .brokerCall(BrokerCall(number: message.number, order: request.order)), on: Topic("local/call"),
            durable: true)
    }
    static var snapshotVersion: UInt32 { 1 }
    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}

/// Keeps what it is asked for, and when that may be made good.
private final class Hands: Edge {
    var asked = 0
    var settled = 0
    var isReady = false
    var done: UInt64 { 0 }
    func perform(_ command: Message, because cause: Message, number: UInt64) { asked += 1 }
    func settle() -> Bool {
        settled = asked
        return true
    }
    func answer(_ ask: Ask) -> Answer? { nil }
}

private final class Nowhere: Link {
    var steps = 0
    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        if case .step? = try? Codec().decode(envelope).body { steps += 1 }
    }
    func connect(_ lane: Lane, to instance: String, at address: String) {}
    func subscribe(_ lane: Lane, prefix: String) {}
}

@Suite("What is taken at once")
struct AtOnceTests {
    private func node(_ role: Flow.Role, _ folder: TemporaryFolder, _ link: Nowhere, _ hands: Hands) throws
        -> Node<Asker>
    {
        var settings = NodeSettings(service: "broker", instance: "broker.1")
        settings.isReplay = true
        settings.segmentSize = 64 << 10
        settings.flows = [Flow("execution", "trading/venue/", role: role), Flow("feed", "market/step/feed.")]
        let node = Node(
            Asker(), settings, disk: try FileDisk(folder.path), link: link, edge: hands,
            identity: Transcript.Identity(
                service: "broker", shard: "all", instance: "broker.1", boot: "boot-1"))
        try node.start(at: moment)
        return node
    }

    private func hear(
        _ body: Body, _ topic: String, _ number: UInt64, from sender: String, _ node: Node<Asker>
    )
        throws
    {
        let message = Message(
            topic: Topic(topic), number: number, epoch: 1, sentAt: moment, sender: sender, body: body)
        try Codec().encode(message).withUnsafeBytes { envelope in
            try Array(topic.utf8).withUnsafeBytes {
                try node.receive(topic: $0, envelope: envelope, at: moment)
                try node.flush()
            }
        }
    }

    @Test(
        "does not wait for the instant's end, and a durable command may be made good as soon as it is on disk",
        arguments: [(Flow.Role.atOnce, 1), (.feedback, 0)])
    func atOnce(role: Flow.Role, expected: Int) throws {
        let (folder, link, hands) = (TemporaryFolder(), Nowhere(), Hands())
        defer { withExtendedLifetime(folder) {} }
        let node = try node(role, folder, link, hands)
        try hear(
            .venueRequest(VenueRequest()), "trading/venue/paper", 1, from: "execution.1", node)
        #expect(hands.asked == expected && hands.settled == expected)
        // Nobody waits for execution's steps: an instant is whole with the feed's.
        try hear(.step(Step(time: moment)), "market/step/feed.1", 1, from: "feed.1", node)
        #expect(link.steps == 1)
    }
}
