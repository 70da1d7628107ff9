import Domain

/// The machine that has every bar stored: one command to the edge for each.
struct Recorder: Machine {
    static let snapshotVersion: UInt32 = 1
    static let store = Topic("local/store")
    private var bars: UInt64 = 0

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        guard case .bar = message.body else { return }
        bars += 1
        let stored = TopicHead(topic: message.topic.text, epoch: message.epoch, last: message.number)
        outbox.send(.store(Store(stored: stored)), on: Recorder.store)
    }

    func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(bars)
        return writer.bytes
    }

    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        var reader = SnapshotReader(bytes)
        bars = try reader.count()
    }
}
