import Domain
import Glibc
import Testing
import Wire

@testable import Mesh

/// Answers each trade with one of a multiple of its price.
private struct Multiplier: Machine {
    var factor: Int64
    var sum: Int64 = 0

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        guard case .trade(var trade) = message.body else { return }
        trade.price = Price(units: trade.price.units * factor)
        sum += trade.price.units
        outbox.send(.trade(trade), on: Topic("market/trade/OUT"))
    }

    static var snapshotVersion: UInt32 { 1 }
    func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.put(sum)
        return writer.bytes
    }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        var reader = SnapshotReader(bytes)
        sum = try reader.integer()
    }
}

/// Keeps what is sent.
private final class Recorder: Link {
    var sent: [Message] = []
    private let codec = Codec()

    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        if let message = try? codec.decode(envelope) { sent.append(message) }
    }
    func connect(_ lane: Lane, to instance: String, at address: String) {}
    func subscribe(_ lane: Lane, prefix: String) {}

    func answers(_ id: String) -> [Answer] {
        sent.compactMap { if case .answer(let answer) = $0.body, answer.id == id { answer } else { nil } }
    }
}

@Suite("A node on a real disk")
struct NodeTests {
    private let link = Recorder()

    private func node(
        _ folder: TemporaryFolder, factor: Int64 = 2, service: String = "test",
        _ change: (inout NodeSettings) -> Void = { _ in }
    ) throws -> Node<Multiplier> {
        var settings = NodeSettings(service: service, instance: "\(service).1")
        settings.flows = [Flow("feed", "market/trade/IN")]
        settings.segmentSize = 8 << 10
        settings.segmentsPerSnapshot = 0
        change(&settings)
        let node = Node(
            Multiplier(factor: factor), settings, disk: try FileDisk(folder.path), link: link,
            identity: Transcript.Identity(
                service: service, shard: "all", instance: "\(service).1", boot: "boot-1"))
        try node.start(at: moment)
        return node
    }

    private func feed(_ numbers: ClosedRange<UInt64>, to node: Node<Multiplier>) throws {
        let codec = Codec()
        for number in numbers {
            let trade = Trade(price: Price(units: Int64(number)), id: number)
            let message = Message(
                topic: Topic("market/trade/IN"), number: number, epoch: 1, sentAt: moment, sender: "feed.1",
                body: .trade(trade))
            try codec.encode(message).withUnsafeBytes { envelope in
                try Array(message.topic.text.utf8).withUnsafeBytes {
                    try node.receive(topic: $0, envelope: envelope, at: moment)
                }
            }
            try node.wake(at: moment)
        }
    }

    private func ask(
        _ replay: Replay, _ node: Node<Multiplier>, id: String, atOnce: Bool = true,
        at now: Timestamp = moment
    ) throws -> [Answer] {
        let ask = Ask(id: id, deadline: .zero, replay: replay)
        let message = Message(
            topic: .ask("test.1", from: "sink.1"), number: 1, epoch: 1, sender: "sink.1", body: .ask(ask))
        try Codec().encode(message).withUnsafeBytes { envelope in
            try Array(message.topic.text.utf8).withUnsafeBytes {
                try node.receive(topic: $0, envelope: envelope, at: now)
            }
        }
        if atOnce { try node.wake(at: now) }
        return link.answers(id)
    }

    @Test("all questions of a turn are answered by one look at the transcript, and a repeated one not again")
    func questionsTogether() throws {
        let folder = TemporaryFolder()
        let node = try node(folder)
        try feed(1...300, to: node)
        let places = [250, 3, 120, 300] as [UInt64]
        for from in places {
            let replay = Replay(topic: "market/trade/OUT", epoch: 1, from: from)
            for _ in 1...3 { _ = try ask(replay, node, id: "\(from)", atOnce: false) }
        }
        _ = try ask(Replay(topic: "market/trade/NONE", epoch: 1, from: 1), node, id: "none", atOnce: false)
        #expect(node.inquiries.looks == 0 && link.answers("3").isEmpty)
        try node.wake(at: moment)
        #expect(node.inquiries.looks == 1)
        for from in places {
            let answers = link.answers("\(from)")
            #expect(answers.count == 1)
            let numbers = try answers[0].envelopes.map { try Codec().decode($0).number }
            #expect(numbers == Array(from...300) && !answers[0].more)
        }
        #expect(link.answers("none").map(\.error) == ["test.1 has never sent market/trade/NONE"])
        // It may be on its way; later it may have been lost.
        let replay = Replay(topic: "market/trade/OUT", epoch: 1, from: 3)
        #expect(try ask(replay, node, id: "3").count == 1)
        #expect(try ask(replay, node, id: "3", at: moment + 200_000_000).count == 2)
        #expect(node.countersNow.repeated == 9)
    }

    @Test(
        "a machine recovers from its transcript, with and without a snapshot",
        arguments: [0, 1, 3] as [UInt64])
    func recovery(segmentsPerSnapshot: UInt64) throws {
        let folder = TemporaryFolder()
        do {
            let node = try node(folder) { $0.segmentsPerSnapshot = segmentsPerSnapshot }
            try feed(1...300, to: node)
        }
        let again = try node(folder) { $0.segmentsPerSnapshot = segmentsPerSnapshot }
        #expect(again.machine.sum == 300 * 301)
        let before = link.sent.count
        try feed(299...302, to: again)
        let published = link.sent[before...].filter { $0.topic == Topic("market/trade/OUT") }
        #expect(published.map(\.number) == [301, 302])
        #expect(
            TemporaryFolder.names(folder.path).contains { $0.hasPrefix("snapshot-") }
                == (segmentsPerSnapshot > 0))
    }

    @Test("a gap is filled from segments that are compressed, before and after a start from a snapshot")
    func gapFromArchive() throws {
        let folder = TemporaryFolder()
        func check(_ node: Node<Multiplier>, _ id: String) throws {
            var from: UInt64 = 3
            while from <= 300 {
                let answer = try #require(
                    try ask(
                        Replay(topic: "market/trade/OUT", epoch: 1, from: from), node, id: "\(id)-\(from)"
                    ).last)
                #expect(answer.error == "")
                let numbers = try answer.envelopes.map { try Codec().decode($0).number }
                #expect(numbers.first == from)
                #expect(numbers == Array(from..<(from + UInt64(numbers.count))))
                guard let last = numbers.last else { return }
                from = last + 1
            }
        }
        do {
            let node = try node(folder) { $0.answerBytesMax = 4 << 10 }
            try feed(1...300, to: node)
            try node.archiveAll()
            #expect(TemporaryFolder.names(folder.path).contains { $0.hasSuffix(".zst") })
            try check(node, "a")
            try node.snapshot()
            try feed(301...305, to: node)
        }
        try check(try node(folder) { $0.answerBytesMax = 4 << 10 }, "b")
    }

    @Test("old segments go behind a snapshot, and who asks for what they held is told so")
    func retention() throws {
        let folder = TemporaryFolder()
        let node = try node(folder) {
            $0.segmentsPerSnapshot = 2
            $0.segmentsKept = 3
        }
        try feed(1...600, to: node)
        try node.archiveAll()
        try node.snapshot()
        #expect(!TemporaryFolder.names(folder.path).contains { $0.hasPrefix("00000000.segment") })
        let answer = try ask(Replay(topic: "market/trade/OUT", epoch: 1, from: 2), node, id: "old").last
        #expect(answer?.error.contains("does not keep") == true)
    }

    @Test("what is older than is kept goes behind a snapshot", arguments: [0, 3_600_000_000_000] as [Int64])
    func age(retention: Int64) throws {
        let folder = TemporaryFolder()
        let node = try node(folder) { $0.retention = retention }
        try feed(1...300, to: node)
        try node.archiveAll()
        node.notice(moment + 7_200_000_000_000)
        try node.snapshot()
        let isKept = TemporaryFolder.names(folder.path).contains { $0.hasPrefix("00000000.segment") }
        #expect(isKept == (retention == 0))
    }

    @Test("an owner that says less than it once said has lost its past: its taker is degraded, and says so")
    func lostPast() throws {
        let folder = TemporaryFolder()
        let node = try node(folder)
        var told: [String] = []
        node.onEvent = { if $0.level == .error { told.append($0.name) } }
        func beat(last: UInt64, startedAt: Timestamp, number: UInt64) throws {
            let beat = Beat(
                service: "feed", shard: "all", state: .ready,
                heads: [TopicHead(topic: "market/trade/IN", epoch: 1, last: last)], startedAt: startedAt)
            let message = Message(
                topic: .beat("feed.1"), number: number, epoch: 1, sender: "feed.1", body: .beat(beat))
            try Codec().encode(message).withUnsafeBytes { envelope in
                try Array(message.topic.text.utf8).withUnsafeBytes {
                    try node.receive(topic: $0, envelope: envelope, at: moment)
                }
            }
        }
        try beat(last: 5, startedAt: moment, number: 1)
        try feed(1...5, to: node)
        #expect(node.state == .ready)
        // The same process may be late; another one that is at less has begun anew.
        try beat(last: 4, startedAt: moment, number: 2)
        #expect(node.state == .ready && told.isEmpty)
        try beat(last: 2, startedAt: moment + 1, number: 1)
        #expect(node.state == .degraded && told == ["past lost"])
        try beat(last: 5, startedAt: moment + 1, number: 2)
        #expect(node.state == .ready)
    }

    @Test("a program that decides otherwise is refused, and the field is named")
    func otherMachine() throws {
        let folder = TemporaryFolder()
        do { try feed(1...20, to: try node(folder)) }
        let error = #expect(throws: NodeFailure.self) { try node(folder, factor: 3) }
        #expect(error?.description.contains("price was") == true)
        #expect(error?.description.contains("market/trade/OUT 1/1") == true)
    }

    @Test("the folder of another service is refused")
    func otherService() throws {
        let folder = TemporaryFolder()
        do { try feed(1...2, to: try node(folder)) }
        let error = #expect(throws: NodeFailure.self) { try node(folder, service: "other") }
        #expect(error?.description.contains("is the transcript of test/all") == true)
    }

    @Test(
        "a folder that cannot be written is refused, and says so",
        .disabled(if: geteuid() == 0, "root may write"))
    func readOnly() throws {
        let folder = TemporaryFolder()
        chmod(folder.path, 0o500)
        defer { chmod(folder.path, 0o700) }
        let error = #expect(throws: DiskError.self) { try FileDisk(folder.path) }
        #expect(error?.kind == .readOnly)
    }
}
