import Domain
import Glibc
import Testing
import Wire

@testable import Mesh

/// Keeps what it is told.
private struct Listener: Machine {
    var heard: [Body] = []
    mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {
        if case .settings = message.body { return }
        heard.append(message.body)
    }
    static var snapshotVersion: UInt32 { 1 }
    func snapshot() -> [UInt8] { [] }
    mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
}

/// Keeps the answers that are given.
private final class Ear: Link {
    var answers: [Answer] = []
    func send(_ lane: Lane, topic: UnsafeRawBufferPointer, envelope: UnsafeRawBufferPointer) {
        if case .answer(let answer)? = try? Codec().decode(envelope).body { answers.append(answer) }
    }
    func connect(_ lane: Lane, to instance: String, at address: String) {}
    func subscribe(_ lane: Lane, prefix: String) {}
}

/// A service that obeys who has a key in its folder.
private final class Post {
    let folder = TemporaryFolder()
    let keyFolder = TemporaryFolder()
    let keys: CommandKeys
    let ear = Ear()
    let node: Node<Listener>

    init(_ flows: [Flow] = [], vigil: Vigil? = nil, people: [String] = ["anna", "bert"]) throws {
        keys = CommandKeys(folder: keyFolder.path)
        for person in people { try keys.make(person) }
        var settings = NodeSettings(service: "risk", instance: "risk.1")
        settings.segmentSize = 64 << 10
        settings.flows = flows
        settings.vigil = vigil
        settings.commandCheck = { [keys] in keys.complaint(about: $0, for: "risk") }
        node = Node(
            Listener(), settings, disk: try FileDisk(folder.path), link: ear,
            identity: Transcript.Identity(
                service: "risk", shard: "all", instance: "risk.1", boot: "boot-1"))
        try node.start(at: moment)
    }

    /// A command as its giver sends it.
    func command(_ change: (inout Command) -> Void = { _ in }) throws -> Message {
        var command = Command(
            id: "1", verb: "pause", arguments: ["a"], who: "anna", why: "news", at: moment)
        change(&command)
        try keys.sign(&command, for: "risk")
        return Message(
            topic: .command(to: "risk", from: command.who), number: 1,
            epoch: UInt64(command.at.nanoseconds), sentAt: command.at, sender: command.who,
            body: .command(command))
    }

    func hear(_ message: Message, at now: Timestamp = moment) throws {
        try Codec().encode(message).withUnsafeBytes { envelope in
            try Array(message.topic.text.utf8).withUnsafeBytes {
                try node.receive(topic: $0, envelope: envelope, at: now)
            }
        }
    }
}

@Suite("A command")
struct CommandTests {
    @Test("is taken once, however often it is said, and answered each time")
    func once() throws {
        let post = try Post()
        for _ in 0..<3 { try post.hear(try post.command()) }
        #expect(post.node.machine.heard.count == 1)
        #expect(post.ear.answers.map(\.id) == ["1", "1", "1"])
        #expect(post.ear.answers.map(\.error) == ["", "", ""])
    }

    /// What somebody makes of a command that he has heard on its way, and why it is not obeyed.
    struct Forgery: CustomTestStringConvertible {
        var testDescription: String
        var complaint: String
        var change: @Sendable (inout Message, inout Command) -> Void
    }

    @Test(
        "is obeyed as it was given, and not otherwise",
        arguments: [
            Forgery(testDescription: "another word", complaint: "its signature is not that of anna") {
                $1.why = "none"
            },
            Forgery(testDescription: "another verb", complaint: "its signature is not that of anna") {
                $1.verb = "resume"
            },
            Forgery(testDescription: "an argument more", complaint: "its signature is not that of anna") {
                $1.arguments.append("b")
            },
            Forgery(testDescription: "no signature", complaint: "its signature is not that of anna") {
                $1.signature = []
            },
            Forgery(testDescription: "another giver", complaint: "bert brings a command of anna") {
                $0.topic = .command(to: "risk", from: "bert")
                $0.sender = "bert"
                $1.why = "news"
            },
            Forgery(testDescription: "in another's name", complaint: "its signature is not that of bert") {
                $0.topic = .command(to: "risk", from: "bert")
                $0.sender = "bert"
                $1.who = "bert"
            },
            Forgery(testDescription: "a stranger", complaint: "carl has no public key in") {
                $0.topic = .command(to: "risk", from: "carl")
                $0.sender = "carl"
                $1.who = "carl"
            },
            Forgery(testDescription: "a later place", complaint: "it does not come as it was given") {
                message, _ in message.epoch += 1
            },
            Forgery(testDescription: "the next number", complaint: "it does not come as it was given") {
                message, _ in message.number += 1
            },
        ])
    func forged(_ forgery: Forgery) throws {
        let post = try Post()
        var message = try post.command()
        guard case .command(var command) = message.body else { return }
        forgery.change(&message, &command)
        message.body = .command(command)
        try post.hear(message)
        #expect(post.node.machine.heard.isEmpty)
        #expect(post.ear.answers.map(\.error).allSatisfy { $0.contains(forgery.complaint) })
        #expect(post.ear.answers.count == 1)
    }

    @Test("for another service, of long ago, or older than one that was taken is not obeyed")
    func stale() throws {
        let post = try Post()
        var command = Command(id: "2", verb: "resume", who: "anna", why: "all is well", at: moment)
        try post.keys.sign(&command, for: "execution")
        try post.hear(
            Message(
                topic: .command(to: "risk", from: "anna"), number: 1, epoch: UInt64(moment.nanoseconds),
                sender: "anna", body: .command(command)))
        #expect(post.ear.answers.last?.error.contains("its signature is not that of anna") == true)

        let first = try post.command()
        let later = moment + 30 * Nanoseconds.second
        let second = try post.command { $0.at = later }
        try post.hear(first, at: moment + 61 * Nanoseconds.second)
        #expect(post.ear.answers.last?.error.contains("it was given 61 s ago") == true)
        try post.hear(second, at: later)
        try post.hear(first, at: later)
        #expect(post.ear.answers.last?.error.contains("a later one of anna was taken already") == true)
        // What was taken is answered, however late its answer is asked for again.
        try post.hear(second, at: later + 3600 * Nanoseconds.second)
        #expect(post.ear.answers.last?.error == "")
        #expect(post.node.machine.heard.count == 1)
    }

    @Test("of somebody whose secret others can read is not signed")
    func open() throws {
        let post = try Post()
        _ = try post.command()
        #expect(chmod(post.keyFolder.path + "/anna.secret", 0o644) == 0)
        #expect(throws: CommandKeys.Problem.self) { try post.command() }
    }
}

@Suite("The dead-man's switch")
struct VigilTests {
    private func codes(_ post: Post) -> [String] {
        post.node.machine.heard.compactMap {
            if case .alarm(let alarm) = $0 { alarm.code } else { nil }
        }
    }

    /// Lets time pass, in halves of a second, with a beat of the feed at each of them or none.
    private func pass(
        _ seconds: Range<Int64>, _ post: Post, beat state: ServiceState?, from start: Timestamp = moment
    ) throws {
        for half in (2 * seconds.lowerBound)..<(2 * seconds.upperBound) {
            let now = start + half * (Nanoseconds.second / 2)
            if let state {
                let beat = Beat(service: "feed", shard: "all", epoch: 1, state: state, startedAt: start)
                try post.hear(
                    Message(
                        topic: .beat("feed.1"), number: UInt64(half + 1), epoch: 1, sentAt: now,
                        sender: "feed.1", body: .beat(beat)), at: now)
            }
            try post.node.wake(at: now)
        }
    }

    @Test("tells of silence once, and when somebody is heard again")
    func silence() throws {
        let post = try Post(vigil: Vigil(["feed"], silenceMax: 3 * Nanoseconds.second))
        try pass(0..<10, post, beat: .ready)
        #expect(codes(post) == [])
        try pass(10..<12, post, beat: nil)
        #expect(codes(post) == [])
        try pass(12..<20, post, beat: nil)
        #expect(codes(post) == ["silent"])
        try pass(20..<30, post, beat: .ready)
        #expect(codes(post) == ["silent", "heard"])
    }

    @Test("misses a feed that is there and has lost its provider")
    func degraded() throws {
        let post = try Post(vigil: Vigil(["feed"], silenceMax: 3 * Nanoseconds.second))
        try pass(0..<5, post, beat: .ready)
        try pass(5..<10, post, beat: .degraded)
        #expect(codes(post) == ["silent"])
    }

    @Test("does not take its own absence for that of others")
    func absence() throws {
        let post = try Post(vigil: Vigil(["feed"], silenceMax: 3 * Nanoseconds.second))
        try pass(0..<5, post, beat: .ready)
        // Stopped for an hour; the others are heard when it goes on.
        try pass(3600..<3602, post, beat: nil)
        try pass(3602..<3610, post, beat: .ready)
        #expect(codes(post) == [])
        try pass(7200..<7210, post, beat: nil)
        #expect(codes(post) == ["silent"])
    }

    @Test("of nobody who is not watched")
    func unwatched() throws {
        let post = try Post(vigil: Vigil(["feed"], silenceMax: 0))
        try pass(0..<10, post, beat: nil)
        #expect(codes(post) == [])
    }
}

@Suite("A ghost")
struct GhostTests {
    @Test("cannot trade: what an older epoch approves is not taken")
    func ghost() throws {
        let post = try Post([Flow("other", "trading/verdict", role: .forward)])
        func say(_ body: Body, _ number: UInt64, epoch: UInt64) throws {
            try post.hear(
                Message(
                    topic: .verdict, number: number, epoch: epoch, sentAt: moment, sender: "other.1",
                    body: body))
        }
        func verdict(_ id: String) -> Body {
            .verdict(Verdict(approved: true, order: Order(id: id, quantity: Quantity(1))))
        }
        try say(verdict("first"), 1, epoch: 1)
        // Somebody else has taken over, in a later epoch.
        try say(.opened(Opened(previousEpoch: 1, previousLast: 1)), 1, epoch: 2)
        try say(verdict("second"), 2, epoch: 2)
        // The one before it is still there.
        try say(verdict("ghost's"), 2, epoch: 1)
        try say(verdict("ghost's"), 3, epoch: 1)
        try say(verdict("third"), 3, epoch: 2)
        let approved = post.node.machine.heard.compactMap { body -> String? in
            if case .verdict(let verdict) = body { verdict.order.id } else { nil }
        }
        #expect(approved == ["first", "second", "third"])
        #expect(post.node.countersNow.ghosts == 2)
    }
}
