import Domain
import Testing

@testable import Backtesting

@Suite("A shadow")
struct ShadowTests {
    @Test("decides what the live desks decide, restored at any message", arguments: Case.all, [0, 41])
    func sameAsLive(_ each: Case, every: Int) throws {
        let (live, shadow) = try run(each, every) { _, _ in }
        #expect(live.values.reduce(0) { $0 + $1.count } > 100)
        #expect(Set(live.keys) == Set(shadow.said.keys))
        for (topic, bodies) in live { #expect(shadow.said[topic] == bodies, "\(topic)") }
        // Its messages are because of its own, or of what came from outside.
        for cause in shadow.causes {
            let text = cause.topic.text
            #expect(
                text.hasPrefix("trading/shadow/") || text.hasPrefix("market/")
                    || Shadow.isOfTheVenue(cause.topic))
        }
    }

    @Test(
        "goes by what people, and silences, told the live desks, restored at any message", arguments: [0, 1])
    func told(every: Int) throws {
        let silence = Alarm(level: .critical, code: Vigilance.silent, explanation: "feed has been silent")
        let (live, shadow) = try run(Case.all[4], every) { day, mesh in
            switch day {
            case 50: try mesh.command("pause")
            case 60: try mesh.command("resume", ["manual"])
            case 75: try mesh.command("limit", ["position_size=1%", "0"], to: ["risk"])
            case 90: try mesh.command("limit", ["position_size=off", "0"], to: ["risk"])
            case 100: try mesh.command("flatten", to: ["execution"])
            case 115: try mesh.command("cancel", ["all"], to: ["execution"])
            case 125: try mesh.command("halt", ["close"])
            case 140: try mesh.command("resume")
            case 155:
                try mesh.tell(.alarm(silence), on: { _ in Vigilance.topic }, to: ["execution", "risk"])
            default: break
            }
        }
        #expect(live[.shadow(.halt)]?.count == 5)
        #expect(live[.shadow(.told("risk"))]?.count == 7 && live[.shadow(.told("execution"))]?.count == 7)
        #expect(Set(live.keys) == Set(shadow.said.keys))
        for (topic, bodies) in live { #expect(shadow.said[topic] == bodies, "\(topic)") }
        #expect(shadow.causes.contains { $0.topic == .command(to: "execution", from: "anna") })
    }

    /// Goes through a market, with a shadow beside the desks. Gives what the live ones said, by the topics of a shadow.
    private func run(
        _ each: Case, _ every: Int, _ say: (Int, inout Meshlet) throws -> Void
    ) throws -> (live: [Topic: [Body]], shadow: Shadow) {
        let market = try Markets.acted(each.table(1), seed: 1)
        let table = market.bars
        let span = try #require(table.spans.first)
        let plan = try DeskPlan(each.settings(), each.strategies(), symbols: table.symbols, span: span)
        var mesh = try Meshlet(plan)
        var shadow = Shadow(try ShadowDesk.Setup(plan), every: every)
        var known = 0
        var day = 0
        try market.eachInstant { bars, actions, now in
            try say(day, &mesh)
            day += 1
            try mesh.take(bars, actions, at: now)
            let outside = mesh.history[known...].filter {
                Shadow.isOfTheVenue($0.topic) || $0.topic.text.hasPrefix("trading/told/")
            }
            known = mesh.history.count
            for message in outside { try shadow.take(message, at: now) }
            for action in actions {
                try shadow.take(
                    Message(
                        topic: .action(action.symbol), number: 1, sentAt: now, originAt: now,
                        body: .corporateAction(action)), at: now)
            }
            for bar in bars {
                try shadow.take(
                    Message(
                        topic: .bar("any", bar.symbol), number: 1, sentAt: now, originAt: now, body: .bar(bar)
                    ),
                    at: now)
            }
            try shadow.take(
                Message(topic: .step(.market, of: "feed.1"), sentAt: now, body: .step(Step(time: now))),
                at: now)
        }
        var live: [Topic: [Body]] = [:]
        for message in mesh.history
        where !Shadow.isOfTheVenue(message.topic) && message.topic.lane == .trading {
            live[.shadow(message.topic), default: []].append(message.body)
        }
        return (live, shadow)
    }
}

/// A shadow that is put away and taken out of its snapshot now and then.
private struct Shadow {
    let setup: ShadowDesk.Setup
    let every: Int
    var machine: DeskMachine<ShadowDesk>
    var said: [Topic: [Body]] = [:]
    var causes: Set<Cause> = []
    private var taken = 0

    init(_ setup: ShadowDesk.Setup, every: Int) {
        self.setup = setup
        self.every = every
        machine = DeskMachine(setup)
    }

    static func isOfTheVenue(_ topic: Topic) -> Bool {
        topic.text.hasPrefix("trading/broker/") || topic.text.hasPrefix("trading/funds/")
    }

    mutating func take(_ message: Message, at now: Timestamp) throws {
        var outbox = Outbox()
        machine.receive(message, at: now, &outbox)
        for item in outbox.items {
            said[item.topic, default: []].append(item.body)
            if let cause = item.origin?.cause { causes.insert(cause) }
        }
        taken += 1
        guard every > 0, taken % every == 0 else { return }
        var fresh = DeskMachine<ShadowDesk>(setup)
        try fresh.restore(machine.snapshot(), version: ShadowDesk.snapshotVersion)
        machine = fresh
    }
}
