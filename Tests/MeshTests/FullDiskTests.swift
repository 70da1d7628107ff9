import Domain
import Testing

@testable import Mesh

/// Says nothing and remembers nothing.
private struct Mute: Machine {
    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {}
    static var snapshotVersion: UInt32 { 1 }
    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}

private final class Nowhere: Link {
    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {}
    func connect(_ lane: Lane, to instance: String, at address: String) {}
    func subscribe(_ lane: Lane, prefix: String) {}
}

@Suite("A service on a full disk")
struct FullDiskTests {
    private func begin(_ folder: TemporaryFolder, room: Int) throws -> (node: Node<Mute>, disk: FullDisk) {
        var settings = NodeSettings(service: "test", instance: "test.1")
        settings.segmentSize = 64 << 10
        let disk = FullDisk(try FileDisk(folder.path), room: room)
        let node = Node(
            Mute(), settings, disk: disk, link: Nowhere(),
            identity: Transcript.Identity(service: "test", shard: "all", instance: "test.1", boot: "boot-1"))
        try node.start(at: moment)
        return (node, disk)
    }

    @Test("that is stopped with a segment ahead can be started again, though others have taken its room")
    func restarted() throws {
        let folder = TemporaryFolder()
        do {
            let (node, disk) = try begin(folder, room: 2)
            #expect(node.transcript.hasSpare)
            disk.room = 0
            try node.close(at: moment)
        }
        let (node, disk) = try begin(folder, room: 0)
        #expect(node.isRunning && node.failure == nil)
        // With room again it ends as it should.
        disk.room = 2
        try node.close(at: moment)
        #expect(try TranscriptFolder(disk, boot: "boot-1").walk { _, _ in }?.seal == .orderly)
    }
}
