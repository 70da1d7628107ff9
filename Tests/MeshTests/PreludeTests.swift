import Domain
import Testing
import Wire

@testable import Mesh

/// Remembers what it was given, in words.
private struct Reader: Machine {
    var seen: [String] = []

    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        switch message.body {
        case .answer(let answer) where message.topic == .historyEnd: seen.append("end: \(answer.error)")
        case .answer(let answer): seen += answer.bars.map { "past \($0.openedAt.nanoseconds / span)" }
        case .corporateAction: seen.append("split")
        case .bar(let bar): seen.append("live \(bar.openedAt.nanoseconds / span)")
        default: break
        }
    }

    static var snapshotVersion: UInt32 { 1 }
    func snapshot() -> [UInt8] {
        var walk = SnapshotWalk()
        var seen = seen
        try? walk.list(&seen, blank: "") { (text, walk) throws(SnapshotMismatch) in try walk.text(&text) }
        return walk.bytes
    }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {
        var walk = SnapshotWalk(bytes)
        try walk.list(&seen, blank: "") { (text, walk) throws(SnapshotMismatch) in try walk.text(&text) }
    }
}

/// Keeps what is sent.
private final class Listener: Link {
    var sent: [Message] = []

    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        if let message = try? Codec().decode(envelope) { sent.append(message) }
    }
    func connect(_ lane: Lane, to instance: String, at address: String) {}
    func subscribe(_ lane: Lane, prefix: String) {}

    var asks: [(to: String, ask: Ask, history: History)] {
        sent.compactMap { message in
            guard case .ask(let ask) = message.body, let history = ask.history else { return nil }
            return (message.topic.text, ask, history)
        }
    }
}

private let span = Nanoseconds.minute
private let symbol = Symbol("AAPL") ?? Symbol()

@Suite("Bars from before the first instant")
struct PreludeTests {
    private let link = Listener()
    private let folder = TemporaryFolder()
    /// The first instant has the bar that opened in this minute.
    private let first: Int64 = 1_000_000

    private func node() throws -> Node<Reader> {
        var settings = NodeSettings(service: "test", instance: "test.1")
        settings.isReplay = true
        settings.flows = [Flow("feed", "market/bar/"), Flow("feed", "market/step/feed.")]
        settings.segmentSize = 256 << 10
        settings.prelude = Prelude(symbols: [symbol], span: span, count: 3, patience: 10 * Nanoseconds.second)
        let node = Node(
            Reader(), settings, disk: try FileDisk(folder.path), link: link,
            identity: Transcript.Identity(
                service: "test", shard: "all", instance: "test.1", boot: "boot-1"))
        try node.start(at: moment)
        return node
    }

    private func deliver(_ message: Message, to node: Node<Reader>, at now: Timestamp = moment) throws {
        let bytes = Codec().encode(message)
        try Array(message.topic.text.utf8).withUnsafeBytes { topic in
            try bytes.withUnsafeBytes { try node.receive(topic: topic, envelope: $0, at: now) }
        }
    }

    private func bar(_ minute: Int64) -> Bar {
        Bar(symbol: symbol, span: span, openedAt: Timestamp(nanoseconds: minute * span), close: Price(1))
    }

    /// The first instant of the market.
    private func market(to node: Node<Reader>) throws {
        let at = Timestamp(nanoseconds: (first + 1) * span)
        let topic = Topic.bar("1m", symbol)
        try deliver(
            Message(topic: topic, number: 1, epoch: 1, sentAt: at, sender: "feed.1", body: .bar(bar(first))),
            to: node)
        let step = Step(time: at, heads: [TopicHead(topic: topic.text, epoch: 1, last: 1)])
        try deliver(
            Message(
                topic: .step(.market, of: "feed.1"), number: 1, epoch: 1, sentAt: at, sender: "feed.1",
                body: .step(step)), to: node)
    }

    private func beat(of instance: String, to node: Node<Reader>) throws {
        var beat = Beat(service: "historian", shard: "all")
        beat.parts = 2
        beat.startedAt = moment
        try deliver(
            Message(
                topic: .beat(instance), number: 1, epoch: 1, sentAt: moment, sender: instance,
                body: .beat(beat)),
            to: node)
    }

    private func answer(
        _ minutes: [Int64], more: Bool = false, error: String = "", splits: [CorporateAction] = [],
        to node: Node<Reader>, at now: Timestamp = moment
    ) throws {
        let asked = try #require(link.asks.last)
        let historian = asked.to.split(separator: "/")[2]
        let envelopes = splits.map { Codec().encode(Message(topic: .action(symbol), body: $0.body)) }
        let answer = Answer(
            id: asked.ask.id, error: error, envelopes: envelopes, bars: minutes.map(bar), more: more)
        try deliver(
            Message(
                topic: .answer(from: "\(historian)", to: "test.1"), number: 1, epoch: 1, sentAt: now,
                sender: "\(historian)", body: .answer(answer)), to: node, at: now)
    }

    @Test("come page by page, the last so many, before anything of the market")
    func pages() throws {
        let node = try node()
        try market(to: node)
        try node.wake(at: moment)
        #expect(node.machine.seen.isEmpty && link.asks.isEmpty)
        try beat(of: "historian.1", to: node)
        try node.wake(at: moment + Nanoseconds.second)
        let asked = try #require(link.asks.first)
        #expect(asked.to == "control/ask/historian.\(Part.number(ofKey: "AAPL".utf8, of: 2))/test.1")
        #expect(asked.history.to == Timestamp(nanoseconds: first * span) && asked.history.symbol == symbol)
        let split = CorporateAction(
            symbol: symbol, exAt: Timestamp(nanoseconds: (first - 10) * span), numerator: 2, denominator: 1)
        try answer([first - 20, first - 19, first - 12], more: true, splits: [split], to: node)
        #expect(node.machine.seen.isEmpty && link.asks.count == 2)
        #expect(link.asks[1].history.from == Timestamp(nanoseconds: (first - 12) * span + 1))
        // What belongs to the first instant is not history, though the historian has it already.
        try answer([first - 11, first - 5, first], splits: [split], to: node)
        let expected = [
            "split", "past \(first - 12)", "past \(first - 11)", "past \(first - 5)", "end: ",
            "live \(first)",
        ]
        #expect(node.machine.seen == expected)
    }

    @Test("are asked for again after a crash on the way")
    func crash() throws {
        do {
            let node = try node()
            try market(to: node)
            try beat(of: "historian.1", to: node)
            try node.wake(at: moment + Nanoseconds.second)
            try answer([first - 2], more: true, to: node)
            #expect(node.machine.seen.isEmpty)
        }
        let node = try node()
        try market(to: node)
        try beat(of: "historian.1", to: node)
        try node.wake(at: moment + Nanoseconds.second)
        try answer([first - 2, first - 1], to: node)
        #expect(node.machine.seen == ["past \(first - 2)", "past \(first - 1)", "end: ", "live \(first)"])
    }

    @Test(
        "are gone without where no historian is heard, none answers in time, or it says why", arguments: 0..<3
    )
    func without(kind: Int) throws {
        let node = try node()
        var told: [String] = []
        node.onEvent = { if $0.name == "history" { told.append($0.text) } }
        try market(to: node)
        if kind > 0 { try beat(of: "historian.2", to: node) }
        var now = moment
        var waited: Int64 = 0
        while node.machine.seen.isEmpty, waited < 60 {
            now = now + Nanoseconds.second
            waited += 1
            try node.wake(at: now)
            if kind == 2, node.machine.seen.isEmpty {
                try answer([], error: "the database is away", to: node, at: now)
            }
        }
        let why = ["no historian is heard", "no answer came in time", "the database is away"][kind]
        #expect(node.machine.seen == ["end: \(why)", "live \(first)"])
        #expect(waited == (kind == 0 ? 2 : 10))
        #expect(told.count == 1 && told[0].hasSuffix("there are 0 of AAPL: \(why)"))
    }
}
