import Domain
import Testing
import Wire

@testable import Mesh

/// Takes everything and sends nothing.
private struct Listener: Machine {
    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {}
    static var snapshotVersion: UInt32 { 1 }
    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}

/// Keeps the steps that are sent.
private final class Steps: Link {
    var sent: [Step] = []
    var frames: [[UInt8]] = []

    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        guard case .step(let step)? = try? Codec().decode(envelope).body else { return }
        sent.append(step)
        frames.append(Array(envelope))
    }
    func connect(_ lane: Lane, to instance: String, at address: String) {}
    func subscribe(_ lane: Lane, prefix: String) {}
}

@Suite("Steps that show how far a taker is")
struct StepTests {
    private func node(
        _ service: String, _ folder: TemporaryFolder, _ link: Steps, _ change: (inout NodeSettings) -> Void
    ) throws -> Node<Listener> {
        var settings = NodeSettings(service: service, instance: "\(service).1")
        settings.isReplay = true
        settings.segmentSize = 64 << 10
        change(&settings)
        let node = Node(
            Listener(), settings, disk: try FileDisk(folder.path), link: link,
            identity: Transcript.Identity(
                service: service, shard: "all", instance: "\(service).1", boot: "boot-1"))
        try node.start(at: moment)
        return node
    }

    /// The steps of a replay, as a feed with this window sends them.
    private func replay(_ count: Int, window: Int) throws -> Steps {
        let (folder, link) = (TemporaryFolder(), Steps())
        defer { withExtendedLifetime(folder) {} }
        let feed = try node("feed", folder, link) { $0.stepsAheadMax = window }
        for number in 1...count {
            let at = moment + Int64(number)
            let trade = Body.trade(Trade(price: Price(1), id: UInt64(number)))
            try feed.originate(
                [(Topic("market/trade/IN"), trade)], step: Step(time: at, last: number == count), at: at)
        }
        return link
    }

    @Test(
        "a feed marks four steps of its window, and at least each sixteenth, and the last",
        arguments: [(1, 1), (4, 1), (7, 1), (8, 2), (64, 16), (1_000, 16)])
    func marks(window: Int, every: Int) throws {
        let steps = try replay(50, window: window).sent
        let expected = (1...50).filter { $0 % every == 0 || $0 == 50 }
        #expect(steps.indices.filter { !steps[$0].quiet }.map { $0 + 1 } == expected)
    }

    @Test(
        "who passes steps on for the pace alone passes on those that are marked; others each",
        arguments: [(true, Array(1...50)), (false, [16, 32, 48, 50])])
    func passing(each: Bool, expected: [Int]) throws {
        let said = try replay(50, window: 64)
        let (folder, link) = (TemporaryFolder(), Steps())
        func taker() throws -> Node<Listener> {
            try node("taker", folder, link) {
                $0.flows = [Flow("feed", "market/step/feed.")]
                $0.passesEachStep = each
            }
        }
        func hear(_ frames: some Sequence<[UInt8]>, _ node: Node<Listener>) throws {
            for frame in frames {
                try frame.withUnsafeBytes { envelope in
                    try Array("market/step/feed.1".utf8).withUnsafeBytes {
                        try node.receive(topic: $0, envelope: envelope, at: moment)
                    }
                }
            }
        }
        do {
            let node = try taker()
            try hear(said.frames[..<20], node)
            #expect(!node.isReplayOver)
        }
        // Started again it goes on, and what it sent before is not sent again.
        let again = try taker()
        try hear(said.frames[20...], again)
        #expect(again.isReplayOver)
        #expect(link.sent.map { Int($0.time.nanoseconds - moment.nanoseconds) } == expected)
        #expect(link.sent.allSatisfy { !$0.quiet } && link.sent.last?.last == true)
        let rerun = Rerun(Listener())
        _ = try TranscriptFolder(FileDisk(folder.path, readOnly: true), boot: "boot-1").walk {
            header, batch in
            try rerun.absorb(header, batch, sequence: batch[0].fullSequence(near: 0))
        }
        #expect(rerun.taken == 50 + 1 && rerun.sent == expected.count)
    }
}
