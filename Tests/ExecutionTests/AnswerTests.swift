import Domain
import Testing

@testable import Execution

/// What the venue answers, or does not, and what it says late.
extension WorkingTests {
    @Test("a rejected order is sent again after longer and longer waits, and a halt is asked for after five")
    func rejections() throws {
        var execution = made { $0.style = .market }
        var outbox = Execution.Outbox()
        var now = noon
        try execution.approve(.buy, 10, at: now, &outbox)
        for wait in [1, 2, 4] {
            #expect(try tell(&execution, .rejected, at: now).requests.isEmpty)
            #expect(timer(&execution, at: now + Int64(wait) * Nanoseconds.second - 1).requests.isEmpty)
            now += Int64(wait) * Nanoseconds.second
            #expect(timer(&execution, at: now).requests.map(\.verb) == [.submit])
        }
        #expect(try tell(&execution, .rejected, at: now).ended == [0])
        #expect(!execution.isHalted)
        try execution.approve(.buy, 10, number: 2, at: now, &outbox)
        let last = try tell(&execution, .rejected, at: now)
        #expect(last.halt?.kind == "rejections" && last.ended == [1])
        outbox.removeAll()
        try execution.approve(.buy, 10, number: 3, at: now, &outbox)
        #expect(outbox.requests.isEmpty && outbox.ended == [2], "nothing is opened any more")
        try execution.approve(.sell, 10, number: 4, intent: .leave, at: now, &outbox)
        #expect(outbox.requests.count == 1, "exits may")
        execution.onHalt(Halt(active: false), at: now, &outbox)
        outbox.removeAll()
        try execution.approve(.buy, 10, number: 5, at: now, &outbox)
        #expect(outbox.requests.count == 1)
    }

    @Test("an order without an answer is asked about, and never sent again before the answer is known")
    func unknown() throws {
        var execution = made { $0.style = .market }
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        var verbs: [VenueVerb] = []
        var now = noon
        for _ in 0..<20 {
            now += 30 * Nanoseconds.second
            verbs += timer(&execution, at: now).requests.map(\.verb)
        }
        #expect(verbs.count { $0 == .status } >= 8 && !verbs.contains(.submit))
        #expect(execution.isHalted, "a person has to look")
        // The venue has it after all.
        _ = try tell(&execution, .state, at: now)
        // By the halt the entry is taken back.
        #expect(execution.orders[0].status == .cancelling)
        #expect(try tell(&execution, .cancelled, at: now).ended == [0])
    }

    @Test("what the venue says it has traded is not sent again, though the fill has not come")
    func missingFill() throws {
        var execution = made {
            $0.style = .market; $0.slicing = .timeWeighted(over: 2 * Nanoseconds.minute, slices: 2)
        }
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .accepted, at: noon)
        let later = noon + Nanoseconds.minute
        _ = timer(&execution, at: later)
        outbox.removeAll()
        try execution.onReport(report(.cancelled, execution.orders[0].order, filled: 3), at: later, &outbox)
        #expect(outbox.requests.map(\.verb) == [.status])
        let next = try tell(&execution, .filled, 3, order: 0, at: later)
        #expect(words(next) == ["submit buy 7 market"])
    }

    @Test("an order that was heard of is not over because of an answer that is older, however often it comes")
    func staleAnswer() throws {
        var execution = made { $0.style = .market }
        var outbox = Execution.Outbox()
        try execution.approve(.sell, 10, intent: .leave, at: noon, &outbox)
        _ = timer(&execution, at: noon + 5 * Nanoseconds.second)
        _ = try tell(&execution, .accepted, at: noon + 6 * Nanoseconds.second)
        let asks = try tell(&execution, .unknownOrder, at: noon + 7 * Nanoseconds.second)
        #expect(words(asks) == ["status sell 10 market"])
        _ = try tell(&execution, .unknownOrder, at: noon + 8 * Nanoseconds.second)
        #expect(execution.orders.count == 1 && execution.orders[0].status == .accepted)
        // Two minutes after it was sent nothing of it can be on its way any more, and the venue is believed.
        let late = noon + 121 * Nanoseconds.second
        _ = try tell(&execution, .unknownOrder, at: late)
        _ = try tell(&execution, .unknownOrder, at: late)
        #expect(execution.orders[0].state.hasEnded)
    }

    @Test("a fill after the cancellation was confirmed cuts what works instead")
    func fillAfterCancel() throws {
        var execution = made()
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .accepted, at: noon)
        _ = execution.bar(101, at: noon + Nanoseconds.minute)
        #expect(words(try tell(&execution, .cancelled, at: noon + Nanoseconds.minute)).count == 1)
        _ = try tell(&execution, .accepted, at: noon + Nanoseconds.minute)
        let late = try tell(&execution, .filled, 6, order: 0, at: noon + Nanoseconds.minute)
        #expect(words(late) == ["cancel buy 10 limit 101.06"])
        #expect(
            words(try tell(&execution, .cancelled, order: 1, at: noon + Nanoseconds.minute)) == [
                "submit buy 4 limit 101.06"
            ])
    }
}
