import Configuration
import Domain
import Glibc
import Mesh
import Wire

/// A transcript of a service that took very many bars, and how long it takes to start on it again.
enum Recording {
    /// Sends nothing: what a taker says while its transcript is written goes nowhere.
    private final class NoLink: Link {
        func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {}
        func connect(_ lane: Lane, to instance: String, at address: String) {}
        func subscribe(_ lane: Lane, prefix: String) {}
    }

    /// Averages what it takes, and says so every tenth bar.
    struct Averager: Machine {
        static let snapshotVersion: UInt32 = 1
        private static let signals = Topic("trading/signal/bench")
        private var bars: UInt64 = 0
        private var average: Int64 = 0

        mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
            guard case .bar(let bar) = message.body else { return }
            bars += 1
            average += (bar.close.units - average) / 16
            guard bars % 10 == 0 else { return }
            outbox.send(
                .trade(Trade(symbol: bar.symbol, at: now, price: Price(units: average), id: bars)),
                on: Self.signals)
        }

        func snapshot() -> [UInt8] {
            var writer = SnapshotWriter()
            writer.put(bars)
            writer.put(average)
            return writer.bytes
        }

        mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
            var reader = SnapshotReader(bytes)
            bars = try reader.count()
            average = try reader.integer()
        }
    }

    private static func settings() -> NodeSettings {
        var node = NodeSettings(service: "averager", shard: "all", instance: "averager.1")
        node.flows = [Flow("feed", "market/bar/")]
        node.segmentsPerSnapshot = 0
        return node
    }

    private static func mesh(_ folder: String) -> MeshSettings {
        var settings = MeshSettings()
        settings.folder = folder + "/run"
        settings.stateFolder = folder + "/state"
        return settings
    }

    /// Takes so many bars. Not orderly: the process ends as if it had been killed, and leaves no snapshot.
    static func write(_ folder: String, messages: Int, isOrderly: Bool) throws {
        let disk = try FileDisk(mesh(folder).transcriptFolder("averager", "all"))
        let identity = Transcript.Identity(
            service: "averager", shard: "all", instance: "averager.1", boot: System.boot)
        let node = Node(Averager(), settings(), disk: disk, link: NoLink(), identity: identity)
        try node.start(at: System.now)
        let codec = Codec()
        let bars = (0..<Plan.topics).map { Bars.bar($0) }
        for index in 0..<messages {
            var (topic, bar) = bars[index % Plan.topics]
            let now = System.now
            // Prices move, as they do, so that the compressed segments are not smaller than real ones.
            let move = Int64(truncatingIfNeeded: UInt64(index) &* 0x9E37_79B9_7F4A_7C15 >> 44)
            bar.openedAt = Timestamp(nanoseconds: now.nanoseconds - bar.span)
            bar.open.units += move
            bar.high.units += move + 150_000
            bar.low.units += move - 70_000
            bar.close.units += move / 2
            bar.volume.units += move / 3
            bar.trades = UInt64(truncatingIfNeeded: move >> 10)
            let message = Message(
                topic: topic, number: UInt64(index / Plan.topics + 1), epoch: 1, sentAt: now, originAt: now,
                sender: "feed.1", body: .bar(bar))
            var text = topic.text
            try codec.encode(message).withUnsafeBytes { envelope in
                try text.withUTF8 {
                    try node.receive(topic: UnsafeRawBufferPointer($0), envelope: envelope, at: now)
                }
            }
            if index % 256 == 0 { try node.wake(at: now) }
        }
        try node.archiveAll()
        try node.sync()
        guard node.countersNow.taken == UInt64(messages) + 1 else {
            throw Failure("\(node.countersNow.taken) messages were taken")
        }
        if isOrderly { try node.close(at: System.now) }
        _exit(0)
    }

    /// Starts the service on that transcript, on the production host, and ends as soon as it is at work.
    static func recover(_ folder: String) throws {
        var told = ""
        let host = try Host(Averager(), settings(), mesh(folder))
        host.node.onEvent = {
            told = $0.name == "recovered" ? $0.text : told
        }
        try host.run(isDone: { _ in
            complain(told)
            _exit(0)
        })
    }
}
