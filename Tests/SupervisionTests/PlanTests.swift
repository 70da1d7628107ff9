import Testing

@testable import Supervision

private typealias Seen = [ProcessName: SeenProcess]

/// `phases` by name: `["relay-1": .ready]`.
private func seen(_ phases: [String: SeenProcess.Phase]) -> Seen {
    Seen(
        uniqueKeysWithValues: phases.compactMap { name, phase in
            ProcessName(name).map { ($0, SeenProcess(phase)) }
        })
}

/// relay, feed behind it, historian behind both.
private func mesh(_ replicas: [String: Int] = [:], killAt: Int64? = nil) -> Plan {
    func service(_ name: String, _ needs: [String]) -> Plan.Service {
        Plan.Service(
            dependencies: needs.map { .init($0, isReady: true) }, replicas: replicas[name] ?? 1,
            stopGrace: 100)
    }
    return Plan(
        [
            "relay": service("relay", []), "feed": service("feed", ["relay"]),
            "historian": service("historian", ["relay", "feed"]),
        ], killAt: killAt)
}

private let none = ["relay": 0, "feed": 0, "historian": 0]
private func start(_ name: String) -> Plan.Step { .start(ProcessName(name)!) }
private func stop(_ name: String) -> Plan.Step { .stop(ProcessName(name)!) }
private func kill(_ name: String) -> Plan.Step { .kill(ProcessName(name)!) }
private func forget(_ name: String) -> Plan.Step { .forget(ProcessName(name)!) }

private struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var plan: Plan
    var seen: [String: SeenProcess.Phase]
    var now: Int64 = 1000
    var steps: [Plan.Step]
    var wake: Int64?
}

private let cases: [Case] = [
    Case(
        testDescription: "what nothing is needed for starts first", plan: mesh(), seen: [:],
        steps: [start("relay-1")]),
    Case(
        testDescription: "started is not ready", plan: mesh(), seen: ["relay-1": .starting], steps: []),
    Case(
        testDescription: "ready lets the next one start", plan: mesh(), seen: ["relay-1": .ready],
        steps: [start("feed-1")]),
    Case(
        testDescription: "all replicas start together", plan: mesh(["historian": 3]),
        seen: ["relay-1": .ready, "feed-1": .ready, "historian-2": .ready],
        steps: [start("historian-1"), start("historian-3")]),
    Case(
        testDescription: "who failed does not wait for what it depends on",
        plan: mesh(),
        seen: ["relay-1": .waiting(until: 2000), "feed-1": .waiting(until: 900), "historian-1": .ready],
        steps: [start("feed-1")], wake: 2000),
    Case(
        testDescription: "what shall not run is not waited for", plan: mesh(["feed": 0]),
        seen: ["relay-1": .ready], steps: [start("historian-1")]),
    Case(
        testDescription: "who is too many ends", plan: mesh(["historian": 1]),
        seen: ["relay-1": .ready, "feed-1": .ready, "historian-1": .ready, "historian-2": .ready],
        steps: [stop("historian-2")]),
    Case(
        testDescription: "an orphan ends", plan: mesh(),
        seen: ["relay-1": .ready, "feed-1": .ready, "historian-1": .ready, "old-1": .starting],
        steps: [stop("old-1")]),
    Case(
        testDescription: "down begins with those that nobody depends on", plan: mesh(none),
        seen: ["relay-1": .ready, "feed-1": .ready, "historian-1": .ready], steps: [stop("historian-1")]),
    Case(
        testDescription: "down waits for them", plan: mesh(none),
        seen: ["relay-1": .ready, "feed-1": .ready, "historian-1": .stopping(since: 950, isKilled: false)],
        steps: [], wake: 1050),
    Case(
        testDescription: "who does not end in time is killed", plan: mesh(none),
        seen: ["relay-1": .ready, "historian-1": .stopping(since: 900, isKilled: false)],
        steps: [kill("historian-1")]),
    Case(
        testDescription: "the time of down is over for all at once", plan: mesh(none, killAt: 990),
        seen: [
            "relay-1": .ready, "feed-1": .starting, "historian-1": .stopping(since: 950, isKilled: false),
        ],
        steps: [kill("feed-1"), kill("historian-1"), kill("relay-1")]),
    Case(
        testDescription: "what ended and is not wanted is forgotten", plan: mesh(none),
        seen: ["relay-1": .ended, "feed-1": .givenUp, "historian-1": .waiting(until: 5000)],
        steps: [forget("feed-1"), forget("historian-1"), forget("relay-1")]),
    Case(
        testDescription: "who is given up stays as it is", plan: mesh(),
        seen: ["relay-1": .ready, "feed-1": .ready, "historian-1": .givenUp], steps: []),
]

@Suite("Plan")
struct PlanTests {
    @Test("what to do next follows from what is wanted and what is seen", arguments: cases)
    private func next(example: Case) {
        let (steps, wake) = example.plan.next(seen(example.seen), at: example.now)
        #expect(steps == example.steps)
        #expect(wake == example.wake)
    }

    @Test("a process of another definition, or of before a restart was asked for, is replaced")
    func stale() {
        var plan = mesh()
        plan.services["relay"]?.generation = 1
        var all = seen(["relay-1": .ready, "feed-1": .ready, "historian-1": .ready])
        #expect(plan.next(all, at: 0).steps == [stop("relay-1")])
        all[ProcessName("relay", 1)]?.phase = .givenUp
        #expect(plan.next(all, at: 0).steps == [start("relay-1")])
        plan.services["relay"]?.generation = 0
        plan.services["relay"]?.definition = "other"
        all[ProcessName("relay", 1)]?.phase = .waiting(until: 99)
        #expect(plan.next(all, at: 0).steps == [start("relay-1")])
    }

    @Test(
        "whatever happens on the way, a mesh that is wanted comes up, and one that is not goes down",
        arguments: 0..<50)
    func converges(seed: Int) {
        var chance = UInt64(seed)
        func roll(_ bound: UInt64) -> UInt64 {
            chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (chance >> 33) % bound
        }
        var all = Seen()
        for (plan, count) in [
            (mesh(["historian": 4]), 6), (mesh(["historian": 2]), 4), (mesh(none, killAt: 9000), 0),
        ] {
            var now: Int64 = 0
            for _ in 0..<400 {
                now += 25
                for step in plan.next(all, at: now).steps {
                    switch step {
                    case .start(let name): all[name] = SeenProcess(.starting)
                    case .stop(let name): all[name]?.phase = .stopping(since: now, isKilled: false)
                    case .kill(let name): all[name]?.phase = .stopping(since: now, isKilled: true)
                    case .forget(let name): all[name] = nil
                    }
                }
                // The world: processes become ready, fail in the first half, and end when asked, or only when killed.
                for name in all.keys.sorted() {
                    switch all[name]?.phase {
                    case .starting where roll(3) == 0: all[name]?.phase = .ready
                    case .starting, .ready:
                        if now < 5000, roll(40) == 0 { all[name]?.phase = .waiting(until: now + 100) }
                    case .stopping(_, let isKilled):
                        if isKilled || roll(4) == 0 { all[name]?.phase = .waiting(until: 0) }
                    default: break
                    }
                }
            }
            #expect(all.count == count && all.values.allSatisfy { $0.phase == .ready }, "seed \(seed)")
            #expect(plan.isSettled(all))
        }
    }
}
