import Domain
import Testing

@testable import Mesh

/// An assigner, and processes that say and do what a test tells them.
private struct Office {
    var assigner = Assigner()
    var now = moment
    /// The latest assignment of each process.
    var told: [String: Assignment] = [:]
    var sent = 0
    var wakes: [Timestamp] = []
    var parts: UInt64 = 4

    init(lease: String = "0s") {
        take(.settings(Settings(text: "supervisor.lease = \(lease)\n")), on: .settings)
    }

    mutating func take(_ body: Body, on topic: Topic) {
        var outbox = Outbox()
        assigner.receive(Message(topic: topic, body: body), at: now, &outbox)
        for item in outbox.items {
            guard case .assignment(let assignment) = item.body else { continue }
            #expect(item.durable)
            #expect(item.topic == .grant(to: assignment.replica, from: "supervisor.1"))
            told[assignment.replica] = assignment
            sent += 1
        }
        wakes += outbox.wakes
    }

    mutating func share(_ names: String...) {
        take(.command(Command(verb: "share", arguments: ["historian"] + names)), on: Topic("local/command"))
    }

    /// A process says what it holds, by default what it was told.
    mutating func beat(
        _ name: String, startedAt: Int64 = 1, holds: [String: UInt64]? = nil, revision: UInt64? = nil,
        state: ServiceState = .ready, passed: [String: UInt64] = [:]
    ) {
        let start = Timestamp(nanoseconds: startedAt)
        let last = told[name].flatMap { $0.startedAt == start ? $0 : nil }
        let own = holds ?? Dictionary(uniqueKeysWithValues: last?.grants.map { ($0.shard, $0.epoch) } ?? [])
        let holdings =
            own.map { HeldPart(shard: $0.key, epoch: $0.value, state: .ready) }
            + passed.map { HeldPart(shard: $0.key, epoch: $0.value, state: .stopped) }
        let beat = Beat(
            service: "historian", state: state, startedAt: start, holds: holdings, parts: parts,
            revision: revision ?? last?.revision ?? 0)
        take(.beat(beat), on: Topic("local/beat/\(name)"))
    }

    mutating func leave(_ name: String, _ verb: String = "ended", startedAt: Int64 = 1) {
        take(.command(Command(verb: verb, arguments: [name, "\(startedAt)"])), on: Topic("local/command"))
    }

    /// Lets time pass, with the ticks that were asked for.
    mutating func wait(_ nanoseconds: Int64) {
        let end = now + nanoseconds
        while let next = wakes.min(), next <= end {
            wakes.removeAll { $0 == next }
            now = max(now, next)
            take(.tick(Tick(at: next)), on: .tick)
        }
        now = end
    }

    func grants(_ name: String) -> [String: UInt64] {
        Dictionary(uniqueKeysWithValues: told[name]?.grants.map { ($0.shard, $0.epoch) } ?? [])
    }
}

@Suite("The assigner")
struct AssignerTests {
    @Test("one process gets everything, and a second one its half once the first has let go")
    func handOver() {
        var office = Office()
        office.beat("historian-1")
        #expect(office.grants("historian-1") == ["1": 1, "2": 1, "3": 1, "4": 1])
        office.beat("historian-1")
        office.beat("historian-2")
        #expect(office.grants("historian-1") == ["1": 1, "2": 1])
        #expect(office.grants("historian-2") == [:])
        // It holds them still, whatever revision it has heard of.
        office.beat("historian-1", holds: ["1": 1, "2": 1, "3": 1, "4": 1])
        #expect(office.grants("historian-2") == [:])
        // It holds less, but has not heard of the last assignment: an earlier one may be on its way to it.
        office.beat("historian-1", holds: ["1": 1, "2": 1, "3": 1], revision: 1)
        #expect(office.grants("historian-2") == [:])
        office.beat("historian-1", holds: ["1": 1, "2": 1, "3": 1])
        #expect(office.grants("historian-2") == ["4": 2])
        office.beat("historian-1")
        #expect(office.grants("historian-2") == ["3": 2, "4": 2])
        #expect(office.sent == 5)
    }

    @Test("a process that was killed and is there again gets the same parts in the same epochs")
    func restart() {
        var office = Office()
        office.share("historian-1", "historian-2")
        for name in ["historian-1", "historian-2"] { office.beat(name) }
        #expect(office.grants("historian-2") == ["3": 1, "4": 1])
        office.beat("historian-2")
        office.leave("historian-2")
        #expect(office.grants("historian-1") == ["1": 1, "2": 1])
        office.beat("historian-2", startedAt: 2)
        #expect(office.told["historian-2"]?.startedAt == Timestamp(nanoseconds: 2))
        #expect(office.grants("historian-2") == ["3": 1, "4": 1])
    }

    @Test("the parts of a process that stays away go to others in the next epoch")
    func death() {
        var office = Office()
        office.share("historian-1", "historian-2")
        for name in ["historian-1", "historian-2"] { office.beat(name) }
        office.beat("historian-1")
        office.leave("historian-2")
        office.wait(office.assigner.patience - 1)
        #expect(office.grants("historian-1") == ["1": 1, "2": 1])
        office.wait(1)
        #expect(office.grants("historian-1") == ["1": 1, "2": 1, "3": 2, "4": 2])
    }

    @Test("the parts of a process that left in good order, or is not wanted any more, go on at once")
    func leave() {
        var office = Office()
        for name in ["historian-1", "historian-2"] { office.beat(name) }
        office.beat("historian-1", holds: [:])
        office.beat("historian-1")
        office.beat("historian-2")
        #expect(office.grants("historian-2").count == 2)
        office.beat("historian-2", holds: [:], state: .stopped)
        #expect(office.grants("historian-1").count == 4)
    }

    @Test("a grant lies above every epoch that was seen")
    func epochs() {
        var office = Office()
        office.parts = 1
        office.beat("historian-1")
        // A power cut: the node has gone on in an epoch of its own.
        office.beat("historian-1", startedAt: 2, holds: ["all": 5])
        office.beat("historian-1", startedAt: 2, holds: [:], state: .stopped)
        office.beat("historian-2")
        #expect(office.grants("historian-2") == ["all": 6])
        // It comes too late all the same.
        office.beat("historian-2", holds: [:], passed: ["all": 9])
        #expect(office.grants("historian-2") == ["all": 10])
    }

    @Test("what is not heard is said again, ever more seldom")
    func loss() {
        var office = Office()
        office.beat("historian-1")
        #expect(office.sent == 1)
        office.wait(60_000_000_000)
        #expect((6...12).contains(office.sent))
        office.beat("historian-1")
        let before = office.sent
        office.wait(600_000_000_000)
        #expect(office.sent == before)
    }

    @Test("without a lock, nobody gets a part before the lease of a silent process is over")
    func lease() {
        var office = Office(lease: "10s")
        for name in ["historian-1", "historian-2"] { office.beat(name) }
        #expect(office.sent == 0, "leases of a past that is not known may go on")
        office.wait(12_000_000_000)
        for name in ["historian-1", "historian-2"] { office.beat(name) }
        #expect(office.grants("historian-1").count == 2)
        let first = office.told["historian-2"]!.grants[0].until
        office.wait(4_000_000_000)
        let renewed = office.told["historian-2"]!.grants[0].until
        #expect(renewed > first)
        for name in ["historian-1", "historian-2"] { office.beat(name) }
        office.leave("historian-2", "silent")
        while office.now + 1_000_000_000 < renewed {
            office.wait(1_000_000_000)
            office.beat("historian-1")
            #expect(office.grants("historian-1").count == 2)
        }
        office.wait(5_000_000_000)
        #expect(office.grants("historian-1").count == 4)
    }

    @Test("an assigner that lost its past goes on from what processes hold")
    func adoption() {
        var office = Office()
        office.parts = 2
        office.beat("historian-1", holds: ["1": 7, "2": 3], revision: 40)
        #expect(office.grants("historian-1") == ["1": 7, "2": 3])
        #expect(office.told["historian-1"]!.revision == 41)
    }

    @Test(
        "parts are spread evenly, and as few move as can be",
        arguments: [
            (["", "", "", ""], ["a"], ["a", "a", "a", "a"]),
            (["a", "a", "a", "a"], ["a", "b"], ["a", "a", "b", "b"]),
            (["a", "a", "b", "b"], ["a", "b", "c"], ["a", "a", "b", "c"]),
            (["a", "b", "c", "d"], ["a", "b"], ["a", "b", "a", "b"]),
            (["b", "b", "a"], ["a", "b"], ["b", "b", "a"]),
            (["a"], ["a", "b", "c"], ["a"]),
            (["x", "x"], ["b", "a"], ["b", "a"]),
        ])
    func spread(owners: [String], names: [String], expected: [String]) {
        #expect(Assigner.spread(owners, among: names) == expected)
    }

    @Test("everything is in a snapshot")
    func snapshot() throws {
        var office = Office(lease: "3s")
        office.wait(4_000_000_000)
        office.share("historian-1", "historian-2", "historian-3")
        for name in ["historian-1", "historian-2"] { office.beat(name) }
        office.beat("historian-1")
        office.leave("historian-2", "silent")
        var other = Assigner()
        try other.restore(office.assigner.snapshot(), version: Assigner.snapshotVersion)
        #expect(other.divisions == office.assigner.divisions)
        #expect(other.members == office.assigner.members)
        #expect(other.snapshot() == office.assigner.snapshot())
    }
}

@Suite("What an assigner's host hears")
struct ReplicaWatchTests {
    private func beat(
        _ number: UInt64, startedAt: Int64 = 1, revision: UInt64 = 0, state: ServiceState = .ready
    )
        -> (Message, Beat)
    {
        let beat = Beat(
            service: "historian", state: state, startedAt: Timestamp(nanoseconds: startedAt), parts: 4,
            revision: revision)
        return (
            Message(topic: .beat("historian-1"), number: number, sender: "historian-1", body: .beat(beat)),
            beat
        )
    }

    @Test("only what changed goes to the machine; what is late, and the beats of shards, do not")
    func changes() {
        var watch = ReplicaWatch(patience: nil)
        func hears(_ beat: (Message, Beat)) -> Bool { watch.hear(beat.0, beat.1, at: moment) != nil }
        #expect(hears(beat(1)))
        #expect(!hears(beat(2)))
        #expect(!hears(beat(3, state: .degraded)))
        #expect(hears(beat(5, revision: 1)))
        #expect(!hears(beat(4)))
        #expect(hears(beat(1, startedAt: 2)))
        #expect(!hears(beat(6, revision: 2)))
        var shard = beat(9, startedAt: 3)
        shard.1.shard = "1"
        #expect(!hears(shard))
    }

    @Test(
        "a process whose clock went back before it was started again is heard once the one before it is silent"
    )
    func clockWentBack() {
        var watch = ReplicaWatch(patience: nil)
        let (old, oldBeat) = beat(7, startedAt: 20)
        #expect(watch.hear(old, oldBeat, at: moment) != nil)
        let (new, newBeat) = beat(1, startedAt: 10)
        #expect(watch.hear(new, newBeat, at: moment + 5_000_000_000) == nil)
        #expect(watch.hear(new, newBeat, at: moment + 5_000_000_001) != nil)
    }

    @Test("who is silent for too long, or ended, is said to be gone once, and is new when it is back")
    func silence() {
        var watch = ReplicaWatch(patience: 2_000_000_000)
        let (message, first) = beat(1)
        _ = watch.hear(message, first, at: moment)
        #expect(watch.silent(at: moment + 2_000_000_000).isEmpty)
        #expect(watch.silent(at: moment + 2_000_000_001).map(\.arguments) == [["historian-1", "1"]])
        #expect(watch.silent(at: moment + 9_000_000_000).isEmpty)
        let (again, second) = beat(2)
        #expect(watch.hear(again, second, at: moment + 9_000_000_000) != nil)
        #expect(watch.ended("historian-1")?.verb == "ended")
        #expect(watch.ended("historian-7") == nil)
    }
}
