import Domain
import Testing

@testable import RemoteProviders

@Suite("Which of several streams is listened to")
struct StreamOrderTests {
    private static let open = CivilDate(2024, 3, 11).midnightUTC + 810 * Nanoseconds.minute
    private let second = Nanoseconds.second
    private let host = Timestamp(seconds: 1_900_000_000)

    private func bar(_ minute: Int64, _ name: String = "A") -> Bar {
        Bar(
            symbol: Symbol(name)!, span: Nanoseconds.minute,
            openedAt: StreamOrderTests.open + minute * Nanoseconds.minute, open: Price(1), high: Price(1),
            low: Price(1), close: Price(1), volume: Volume(1))
    }

    /// The first is listened to, and is lost at `host`.
    private func lost(_ count: Int = 2, doubt: Bool = false) -> StreamOrder {
        var order = StreamOrder(count, patience: 30 * second)
        order.begin(at: host - 60 * second)
        _ = order.subscribed(0)
        order.lose(0, doubt: doubt, at: host)
        return order
    }

    /// The second one is listened to, and has said the bars of minute 3.
    private func second(doubt: Bool = false) -> StreamOrder {
        var order = lost(doubt: doubt)
        _ = order.due(at: host + 30 * second)
        _ = order.subscribed(1)
        return order
    }

    @Test("the first one, as long as it comes back in time")
    func back() {
        var order = lost()
        #expect(order.current == nil)
        #expect(order.due(at: host + 30 * second - 1) == nil)
        #expect(order.subscribed(0) && order.current == 0)
        #expect(order.nextAt == .distantFuture && order.due(at: host + 90 * second) == nil)
        // It is away anew, and the time begins anew.
        order.lose(0, doubt: false, at: host + 100 * second)
        #expect(order.nextAt == host + 130 * second)
    }

    @Test(
        "the next one, when the first has been away too long; then it rests when the first is healthy again")
    func away() {
        var order = lost(3)
        #expect(order.due(at: host + 30 * second) == 1 && order.hasBegun(1) && !order.hasBegun(2))
        #expect(order.subscribed(1) && order.current == 1)
        // It is there again, and has said nothing yet.
        #expect(order.subscribed(0) == false)
        let said = bar(3).openedAt
        #expect(order.hear(bar(2, "B"), of: 0, said: bar(3).closesAt) == .none)
        #expect(order.hear(bar(3), of: 0, said: said) == .none && order.current == 1)
        #expect(order.hear(bar(3, "B"), of: 0, said: said) == .none)
        let kept = [bar(3), bar(3, "B"), bar(4)]
        #expect(order.hear(bar(4), of: 0, said: said) == .returns(kept))
        #expect(order.current == 0 && !order.hasBegun(1))
    }

    @Test("what it said before a line broke anew does not make it healthy")
    func flapping() {
        var order = second()
        let said = bar(3).openedAt
        for minute in Int64(3)..<9 {
            #expect(order.subscribed(0) == false)
            #expect(order.hear(bar(minute), of: 0, said: said) == .none)
            order.lose(0, doubt: false, at: host + 60 * second)
        }
        #expect(order.current == 1)
    }

    @Test("the next one at once, when the first refuses, is mute or says what cannot be")
    func doubt() {
        var order = lost(doubt: true)
        #expect(order.due(at: host) == 1)
        // It is there first, and has to say something before it is believed.
        #expect(order.subscribed(0) == false && order.current == nil)
        #expect(order.hear(bar(1), of: 0, said: bar(3).closesAt) == .none)
        #expect(order.hear(bar(3), of: 0, said: bar(3).openedAt) == .listens && order.current == 0)
        #expect(!order.hasBegun(1))
    }

    @Test("whoever is there, when the one that was listened to is lost")
    func another() {
        var order = second()
        #expect(order.subscribed(0) == false)
        order.lose(1, doubt: false, at: host + 60 * second)
        // The first was away too long: it has to say something.
        #expect(order.another() == nil)
        #expect(order.hear(bar(3), of: 0, said: bar(3).openedAt) == .listens && order.another() == nil)
        // The third is there and in no doubt when the second is mute.
        order = lost(3)
        _ = order.due(at: host + 30 * second)
        _ = order.due(at: host + 60 * second)
        #expect(order.subscribed(2) && order.subscribed(1) == false)
        order.lose(2, doubt: true, at: host + 70 * second)
        #expect(order.current == nil && order.another() == nil)
        order.lose(1, doubt: false, at: host + 70 * second)
        #expect(order.hear(bar(5), of: 1, said: nil) == .none)
    }

    @Test("nobody while all are mute, and then the first that says something new")
    func mute() {
        var order = second(doubt: true)
        order.lose(1, doubt: true, at: host + 60 * second)
        for index in [0, 1, 0, 1] {
            #expect(order.subscribed(index) == false && order.current == nil)
            order.lose(index, doubt: true, at: host + 90 * second)
        }
        _ = order.subscribed(1)
        _ = order.subscribed(0)
        #expect(order.hear(bar(7), of: 1, said: bar(3).openedAt) == .listens && order.current == 1)
        // And the one before it when it has a whole minute.
        #expect(order.hear(bar(7), of: 0, said: bar(7).openedAt) == .none)
        #expect(order.hear(bar(8), of: 0, said: bar(7).closesAt) == .returns([bar(7), bar(8)]))
    }

    @Test(
        "one alone is believed whatever it did, and so is the first where others are never asked",
        arguments: [1, 2])
    func alone(count: Int) {
        var order = StreamOrder(count, patience: count == 1 ? 30 * second : 0)
        order.begin(at: host)
        #expect(order.subscribed(0) == true)
        order.lose(0, doubt: true, at: host)
        #expect(order.due(at: host + 3600 * second) == nil)
        #expect(order.subscribed(0) && order.current == 0)
    }
}
