import Domain
import Testing
import Wire

@testable import Mesh

/// Orders something durably for each trade that it takes, and says something else after it.
private struct Orderer: Machine {
    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        guard case .trade(let trade) = message.body else { return }
        if trade.id > 1 { outbox.send(.venueRequest(VenueRequest()), on: .venue("paper"), durable: true) }
        outbox.send(.trade(trade), on: Topic("market/trade/OUT"))
    }
    static var snapshotVersion: UInt32 { 1 }
    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}

/// Keeps what is sent, in its order, and what is put on disk meanwhile.
private final class Log: Link {
    var lines: [String] = []

    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        guard let message = try? Codec().decode(envelope) else { return }
        if case .beat = message.body { return lines.append("beat") }
        if message.topic.lane != .control { lines.append("\(message.topic) \(message.number)") }
    }
    func connect(_ lane: Lane, to instance: String, at address: String) {}
    func subscribe(_ lane: Lane, prefix: String) {}
}

/// A real disk that tells of each sync, and may fail.
private final class Watched: Disk {
    let disk: FileDisk
    let log: Log
    var isBroken = false

    init(_ disk: FileDisk, _ log: Log) { (self.disk, self.log) = (disk, log) }

    var place: String { disk.place }
    func names() throws(DiskError) -> [String] { try disk.names() }
    func allocate(_ name: String, size: Int) throws(DiskError) -> Segment {
        try disk.allocate(name, size: size)
    }
    func open(_ name: String) throws(DiskError) -> Segment { try disk.open(name) }
    func sync(_ segment: Segment, _ range: Range<Int>) throws(DiskError) {
        if isBroken { throw DiskError(.failed, "the disk is broken") }
        log.lines.append("sync")
        try disk.sync(segment, range)
    }
    func close(_ segment: Segment) { disk.close(segment) }
    func read(_ name: String) throws(DiskError) -> [UInt8] { try disk.read(name) }
    func replace(_ name: String, with bytes: [UInt8]) throws(DiskError) {
        try disk.replace(name, with: bytes)
    }
    func remove(_ name: String) throws(DiskError) { try disk.remove(name) }
}

@Suite("What waits for the disk")
struct DepartureTests {
    private func node(_ folder: TemporaryFolder, _ log: Log) throws -> (Node<Orderer>, Watched) {
        var settings = NodeSettings(service: "test", instance: "test.1")
        settings.flows = [Flow("feed", "market/trade/IN")]
        // So small that the transcript goes on in another segment while something waits.
        settings.segmentSize = 8 << 10
        let disk = Watched(try FileDisk(folder.path), log)
        let node = Node(
            Orderer(), settings, disk: disk, link: log,
            identity: Transcript.Identity(service: "test", shard: "all", instance: "test.1", boot: "boot-1"))
        try node.start(at: moment)
        return (node, disk)
    }

    private func hear(_ number: UInt64, _ node: Node<Orderer>) throws {
        let message = Message(
            topic: Topic("market/trade/IN"), number: number, epoch: 1, sentAt: moment, sender: "feed.1",
            body: .trade(Trade(id: number)))
        try Codec().encode(message).withUnsafeBytes { envelope in
            try Array(message.topic.text.utf8).withUnsafeBytes {
                try node.receive(topic: $0, envelope: envelope, at: moment)
            }
        }
    }

    @Test("leaves in its order after one sync, with all that was said since the first durable message")
    func oneSync() throws {
        let (folder, log) = (TemporaryFolder(), Log())
        defer { withExtendedLifetime(folder) {} }
        let (node, _) = try node(folder, log)
        log.lines = []
        for number in 1...20 as ClosedRange<UInt64> { try hear(number, node) }
        #expect(log.lines == ["market/trade/OUT 1"])
        try node.flush()
        let rest = (2...20).flatMap { ["trading/venue/paper \($0 - 1)", "market/trade/OUT \($0)"] }
        // A segment that was full meanwhile is synced with it.
        let left = log.lines.filter { $0 != "sync" }
        #expect(left == ["market/trade/OUT 1"] + rest)
        let first = try #require(log.lines.firstIndex(of: "trading/venue/paper 1"))
        #expect(log.lines[..<first].contains("sync") && !log.lines[first...].contains("sync"))
        // Nothing waits any more, and what needs no disk leaves at once.
        try node.flush()
        #expect(log.lines.filter { $0 != "sync" }.count == left.count)
    }

    @Test("leaves before the node tells in a beat how far it is")
    func beforeBeats() throws {
        let (folder, log) = (TemporaryFolder(), Log())
        defer { withExtendedLifetime(folder) {} }
        let (node, _) = try node(folder, log)
        log.lines = []
        for number in 1...2 as ClosedRange<UInt64> { try hear(number, node) }
        #expect(!log.lines.contains("trading/venue/paper 1"))
        #expect(node.nextWake <= moment)
        try node.wake(at: moment + 600_000_000)
        let order = try #require(log.lines.firstIndex(of: "trading/venue/paper 1"))
        let beat = try #require(log.lines.firstIndex(of: "beat"))
        #expect(order < beat)
    }

    @Test("never leaves where the disk fails")
    func brokenDisk() throws {
        let (folder, log) = (TemporaryFolder(), Log())
        defer { withExtendedLifetime(folder) {} }
        let (node, disk) = try node(folder, log)
        disk.isBroken = true
        try hear(1, node)
        try hear(2, node)
        #expect(throws: NodeFailure.self) { try node.flush() }
        #expect(throws: NodeFailure.self) { try node.wake(at: moment) }
        #expect(
            log.lines.filter { $0.hasPrefix("market/trade") || $0.hasPrefix("trading") } == [
                "market/trade/OUT 1"
            ])
    }
}
