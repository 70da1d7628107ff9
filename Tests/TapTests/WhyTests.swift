import Domain
import Explaining
import Testing

@testable import tap

@Suite("Why")
struct WhyTests {
    @Test(
        "a message is named by topic, epoch and number",
        arguments: [
            ("trading/order/main:1/42", Cause(topic: Topic("trading/order/main"), epoch: 1, number: 42)),
            ("a:b:2/3", Cause(topic: Topic("a:b"), epoch: 2, number: 3)), ("trading/order/main", nil),
            ("a:1", nil), ("a:1/2/3", nil), ("a:-1/2", nil), (":1/2", nil), ("", nil), ("a:1/", nil),
            (String(repeating: "t", count: 200) + ":1/1", nil),
        ])
    func names(text: String, expected: Cause?) { #expect(messageName(text) == expected) }

    private let order = Cause(topic: Topic("trading/order/main"), epoch: 1, number: 3)
    private let verdict = Cause(topic: Topic("trading/verdict"), epoch: 1, number: 9)
    private let bar = Cause(topic: Topic("market/bar/1m/AAPL"), epoch: 2, number: 77)

    private func message(_ name: Cause, because cause: Cause?, sender: String) -> Message {
        Message(
            topic: name.topic, number: name.number, epoch: name.epoch, sentAt: Timestamp(nanoseconds: 1000),
            originAt: Timestamp(nanoseconds: 500), sender: sender, cause: cause, body: .tick(Tick()))
    }

    private func copy(
        _ message: Message, in shard: String, _ kind: RecordKind = .sent, begins: Message? = nil
    ) -> Copy {
        Copy(
            message: message, shard: shard, segment: "00000000.segment", batch: 4, kind: kind,
            time: Timestamp(nanoseconds: 2000), batchCause: begins)
    }

    @Test("the chain goes over services, back to what has no cause")
    func chain() {
        let (first, second, third) = (
            message(order, because: verdict, sender: "execution.1"),
            message(verdict, because: bar, sender: "risk.1"),
            message(bar, because: nil, sender: "feed.1")
        )
        let all = [
            order: [copy(first, in: "execution/all", begins: second)],
            verdict: [
                copy(second, in: "execution/all", .taken), copy(second, in: "risk/all", begins: third),
            ],
            bar: [copy(third, in: "risk/all", .taken), copy(third, in: "feed/all")],
        ]
        let chain = CauseChain(from: order) { name, _ in all[name] ?? [] }
        #expect(chain.end == .edge)
        #expect(chain.links.map(\.name) == [order, verdict, bar])
        #expect(chain.links[1].copies.map(\.shard) == ["risk/all", "execution/all"])
        let text = WhyReport(chain: chain, state: "state").text(paint: .plain)
        #expect(text.contains("sent: feed/all, batch 4 in 00000000.segment"))
        #expect(text.contains("taken: risk/all, batch 4 in 00000000.segment, 1 µs after it was sent"))
        #expect(text.contains("market/bar/1m/AAPL:2/77 has no cause: it came in at the edge of feed.1"))
    }

    @Test("where the owner's transcript is not there, the taker's goes on")
    func taken() {
        let (first, second) = (
            message(order, because: bar, sender: "execution.1"), message(bar, because: nil, sender: "feed.1")
        )
        let chain = CauseChain(from: order) { name, _ in
            name == order ? [copy(first, in: "execution/all", begins: second)] : []
        }
        #expect(chain.end == .edge && chain.links.count == 2)
        let text = WhyReport(chain: chain, state: "state").text(paint: .plain)
        #expect(text.contains("sent: in no transcript here; that of feed would hold it"))
    }

    @Test("a missing link is told with the transcript that would hold it")
    func missing() {
        let first = message(order, because: verdict, sender: "execution.1")
        let chain = CauseChain(from: order) { name, _ in
            name == order ? [copy(first, in: "gateway/all", .taken)] : []
        }
        #expect(chain.end == .missing)
        let ending = WhyReport(chain: chain, state: "state").ending
        #expect(
            ending.contains(
                "trading/verdict:1/9 is in no transcript under state: that of execution would hold it"))
    }

    @Test("a circle, an endless chain and records that differ are told")
    func strange() {
        let circle = CauseChain(from: order) { name, _ in
            [copy(message(name, because: name == order ? verdict : order, sender: "x.1"), in: "x/all")]
        }
        #expect(circle.end == .circle && circle.links.count == 2)
        let endless = CauseChain(from: order) { name, _ in
            let next = Cause(topic: name.topic, epoch: 1, number: name.number + 1)
            return [copy(message(name, because: next, sender: "x.1"), in: "x/all")]
        }
        #expect(endless.end == .tooLong && endless.links.count == CauseChain.linksMax)
        let different = CauseChain(from: bar) { name, _ in
            [
                copy(message(name, because: nil, sender: "x.1"), in: "x/all"),
                copy(message(name, because: nil, sender: "y.1"), in: "y/all", .taken),
            ]
        }
        #expect(different.links[0].isContradictory)
    }

    @Test("a message carries an id in a field that is one")
    func ids() {
        var ask = Ask()
        ask.id = "o-17"
        let carrier = Message(topic: Topic("control/ask/a/b"), body: .ask(ask))
        #expect(ShardSearch.carries(carrier, "o-17"))
        #expect(!ShardSearch.carries(carrier, "o-1"))
        #expect(!ShardSearch.carries(message(bar, because: nil, sender: "o-17"), "o-17"))
    }
}
