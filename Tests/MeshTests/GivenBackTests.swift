import Domain
import Testing

@testable import Mesh

/// What an edge had brought in, a power cut has taken and takers gave back.
@Suite("Data that takers gave back")
struct GivenBackTests {
    private struct Silent: Machine {
        static let snapshotVersion: UInt32 = 1
        mutating func receive(_ message: Message, at now: Timestamp, _ outbox: inout Outbox) {}
        func snapshot() -> [UInt8] { [] }
        mutating func restore(_ bytes: [UInt8], version: UInt32) throws(SnapshotMismatch) {}
    }

    private let topic = Topic.quote(Symbol("ONE")!)
    private let steps = Topic("market/step/feed.1")

    private func time(_ second: Int) -> Timestamp { moment + Int64(second) * Nanoseconds.second }

    private func quote(_ second: Int) -> Body {
        .quote(
            Quote(symbol: Symbol("ONE")!, at: time(second), bid: Price(second), ask: Price(second + 1)))
    }

    private func message(_ body: Body, _ second: Int, on topic: Topic) -> Message {
        Message(
            topic: topic, number: UInt64(second), epoch: 1, sentAt: time(second), sender: "feed.1", body: body
        )
    }

    private func shard() -> Shard<Silent> {
        var shard = Shard(machine: Silent())
        for second in [1, 2, 3] {
            _ = shard.adopt(message(quote(second), second, on: topic), isGivenBack: true, at: moment)
        }
        return shard
    }

    @Test("are not said twice, and belong to the instant that is closed when they are brought in once more")
    func once() {
        var shard = shard()
        let first = shard.wasGivenBack(datum: quote(1), on: topic)
        let again = shard.wasGivenBack(datum: quote(1), on: topic)
        let elsewhere = shard.wasGivenBack(datum: quote(2), on: Topic.quote(Symbol("TWO")!))
        #expect((first, again, elsewhere) == (true, false, false))
        let outlet = shard.outlets.find(steps)
        let said = shard.stepBody(Step(time: time(1)), outlet: outlet)
        #expect(said == .step(Step(time: time(1), heads: [TopicHead(topic: topic.text, epoch: 1, last: 3)])))
        let second = shard.wasGivenBack(datum: quote(2), on: topic)
        let saidThen = shard.stepBody(Step(time: time(2)), outlet: outlet)
        #expect(
            second
                && saidThen
                    == .step(Step(time: time(2), heads: [TopicHead(topic: topic.text, epoch: 1, last: 3)]))
        )
    }

    @Test("are forgotten when their instant is closed", arguments: [false, true])
    func forgotten(isGivenBack: Bool) {
        var shard = shard()
        let step = message(.step(Step(time: time(2))), 2, on: steps)
        _ = shard.adopt(step, isGivenBack: isGivenBack, at: moment)
        #expect(shard.step == time(2) && shard.awaitsGivenBack)
        let (closed, open) = (
            shard.wasGivenBack(datum: quote(2), on: topic), shard.wasGivenBack(datum: quote(3), on: topic)
        )
        #expect(!closed && open && !shard.awaitsGivenBack)
    }

    @Test("are still known where the step that was given back with them is not whole")
    func broken() {
        var shard = shard()
        let lost = TopicHead(topic: "market/quote/TWO", epoch: 1, last: 1)
        let step = message(.step(Step(time: time(2), heads: [lost])), 2, on: steps)
        _ = shard.adopt(step, isGivenBack: true, at: moment)
        let isKnown = shard.wasGivenBack(datum: quote(1), on: topic)
        #expect(shard.step == nil && isKnown)
    }
}
