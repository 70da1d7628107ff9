import Domain
import Testing

@testable import Execution

/// What has traded is protected by a stop and a target, and makes way for whatever closes it.
extension WorkingTests {
    @Test("what has traded is protected, in its size, and the target takes the place of the stop")
    func bracket() throws {
        var execution = made {
            $0.style = .market
            $0.bracket = BracketRule(stop: .percent(2), target: .percent(4))
        }
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .accepted, at: noon)
        #expect(words(try tell(&execution, .filled, 4, at: noon)) == ["submit sell 4 stop 98"])
        _ = try tell(&execution, .accepted, at: noon)
        // The rest of the entry at 105: the average is 103, and the stop is placed anew for all of it.
        let more = try tell(&execution, .filled, 6, price: 105, order: 0, at: noon)
        #expect(words(more) == ["cancel sell 4 stop 98"])
        #expect(words(try tell(&execution, .cancelled, at: noon)) == ["submit sell 10 stop 100.94"])
        _ = try tell(&execution, .accepted, at: noon)
        // 103 × 1.04 = 107.12: reached by the high of a bar.
        let touched = execution.bar(108, at: noon + Nanoseconds.minute)
        #expect(words(touched) == ["cancel sell 10 stop 100.94"])
        let target = try tell(&execution, .cancelled, at: noon + Nanoseconds.minute)
        #expect(words(target) == ["submit sell 10 limit 107.12"])
        _ = try tell(&execution, .accepted, at: noon + Nanoseconds.minute)
        _ = try tell(&execution, .filled, 7, price: 107, at: noon + Nanoseconds.minute)
        // The price is back half the way: the stop returns, for what is left.
        #expect(
            words(execution.bar(104, at: noon + 2 * Nanoseconds.minute)) == ["cancel sell 10 limit 107.12"])
        let stop = try tell(&execution, .cancelled, at: noon + 2 * Nanoseconds.minute)
        #expect(words(stop) == ["submit sell 3 stop 100.94"])
        _ = try tell(&execution, .filled, 3, at: noon + 2 * Nanoseconds.minute)
        #expect(execution.activeGuards.isEmpty && execution.watched.isEmpty)
    }

    @Test("an exit waits until its protection is out of the way, and sells only what that has left")
    func exitBesideBracket() throws {
        var execution = made {
            $0.style = .market
            $0.bracket = BracketRule(stop: .percent(2))
        }
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .filled, 10, at: noon)
        _ = try tell(&execution, .accepted, at: noon)
        outbox.removeAll()
        try execution.approve(.sell, 10, number: 2, intent: .leave, at: noon, &outbox)
        #expect(words(outbox) == ["cancel sell 10 stop 98"])
        #expect(try tell(&execution, .filled, 4, price: 98, at: noon).requests.isEmpty)
        #expect(words(try tell(&execution, .cancelled, at: noon)) == ["submit sell 6 market"])
        #expect(try tell(&execution, .filled, 6, at: noon).ended == [1])
        #expect(execution.activeGuards.isEmpty)
    }

    @Test("where two strategies hold the same shares, the exit of one leaves what protects the other's")
    func exitBesideAnother() throws {
        var execution = made {
            $0.style = .market
            $0.bracket = BracketRule(stop: .percent(2))
        }
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, of: "a", at: noon, &outbox)
        #expect(words(try tell(&execution, .filled, 10, at: noon)) == ["submit sell 10 stop 98"])
        _ = try tell(&execution, .accepted, at: noon)
        try execution.approve(.buy, 7, number: 2, of: "b", at: noon, &outbox)
        #expect(words(try tell(&execution, .filled, 7, at: noon)) == ["submit sell 7 stop 98"])
        _ = try tell(&execution, .accepted, at: noon)
        outbox.removeAll()
        try execution.approve(.sell, 7, number: 3, intent: .leave, of: "b", at: noon, &outbox)
        #expect(words(outbox) == ["cancel sell 7 stop 98"])
        // The stop of the other trades meanwhile: that is none of this exit.
        _ = try tell(&execution, .filled, 4, price: 98, order: 1, at: noon)
        #expect(words(try tell(&execution, .cancelled, order: 3, at: noon)) == ["submit sell 7 market"])
        #expect(try tell(&execution, .filled, 7, at: noon).ended == [2])
        #expect(execution.activeGuards.map { execution.guards[$0].held } == [Quantity(6)])
        // What is sold for nobody is sold for everybody.
        outbox.removeAll()
        execution.onOtherTrade(.sell, Quantity(6), of: 0, at: noon, &outbox)
        #expect(words(outbox) == ["cancel sell 10 stop 98"])
    }

    @Test("where the venue keeps brackets, entry and legs are sent together")
    func keptBracket() throws {
        var execution = made {
            $0.bracket = BracketRule(stop: .percent(2), target: .percent(4))
            $0.venue.brackets = true
        }
        _ = execution.bar(100, at: noon)
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        #expect(
            words(outbox) == [
                "submit buy 10 limit 100.05", "submit sell 10 limit 104.05", "submit sell 10 stop 98.05",
            ])
        #expect(outbox.requests.allSatisfy { $0.order.orderClass == .bracket })
        #expect(outbox.requests[1].order.parent == outbox.requests[0].order.id)
    }

    @Test("what a leg has sold unheard is neither protected nor sold again", arguments: [false, true])
    func missingFillOfLeg(isLeaving: Bool) throws {
        var execution = made {
            $0.style = .market
            $0.bracket = BracketRule(stop: .percent(2), target: .percent(4))
        }
        var outbox = Execution.Outbox()
        try execution.approve(.buy, 10, at: noon, &outbox)
        _ = try tell(&execution, .filled, 10, at: noon)
        _ = try tell(&execution, .accepted, at: noon)
        outbox.removeAll()
        if isLeaving {
            try execution.approve(.sell, 10, number: 2, intent: .leave, at: noon, &outbox)
        } else {
            outbox = execution.bar(105, at: noon)
        }
        #expect(words(outbox) == ["cancel sell 10 stop 98"])
        outbox.removeAll()
        try execution.onReport(report(.cancelled, execution.orders[1].order, filled: 4), at: noon, &outbox)
        #expect(outbox.requests.map(\.verb) == [.status])
        let next = try tell(&execution, .filled, 4, price: 98, order: 1, at: noon)
        #expect(words(next) == [isLeaving ? "submit sell 6 market" : "submit sell 6 limit 104"])
    }
}
