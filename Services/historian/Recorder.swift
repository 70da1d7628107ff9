import Domain
import Storage

/// The machine that has every bar and every durable message stored: one command to the edge for each.
struct Recorder: Machine {
    static let snapshotVersion: UInt32 = 1
    static let store = Topic("local/store")
    private var count: UInt64 = 0

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        guard Projection.keeps(message.body) else { return }
        count += 1
        let stored = TopicHead(topic: message.topic.text, epoch: message.epoch, last: message.number)
        outbox.send(.store(Store(stored: stored)), on: Recorder.store)
    }

    func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(count)
        return writer.bytes
    }

    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        var reader = SnapshotReader(bytes)
        count = try reader.count()
    }
}
