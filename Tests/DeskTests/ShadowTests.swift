import Domain
import Testing

@testable import Backtesting

@Suite("A shadow")
struct ShadowTests {
    @Test("decides what the live desks decide, restored at any message", arguments: Case.all, [0, 41])
    func sameAsLive(_ each: Case, every: Int) throws {
        let market = try Markets.acted(each.table(1), seed: 1)
        let table = market.bars
        let span = try #require(table.spans.first)
        let plan = try DeskPlan(each.settings(), each.strategies(), symbols: table.symbols, span: span)
        var mesh = try Meshlet(plan)
        var shadow = Shadow(try ShadowDesk.Setup(plan), every: every)
        var known = 0
        try market.eachInstant { bars, actions, now in
            try mesh.take(bars, actions, at: now)
            let venue = mesh.history[known...].filter { Shadow.isOfTheVenue($0.topic) }
            known = mesh.history.count
            for message in venue { try shadow.take(message, at: now) }
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
