import Domain
import Testing

@testable import tap

/// Number so-and-so of a topic.
func message(_ number: UInt64, on topic: String = "market/bar/1m/AAPL", epoch: UInt64 = 1, sentAt: Int64 = 0)
    -> Message
{
    Message(
        topic: Topic(topic), number: number, epoch: epoch, sentAt: Timestamp(nanoseconds: sentAt),
        sender: "feed.1",
        body: .tick(Tick()))
}

@Suite("Delays of each hop")
struct HopTests {
    private func hop(_ statistics: Statistics, _ from: String, _ to: String) -> Histogram? {
        statistics.hops.hops.first { $0.from == from && $0.to == to }?.delays
    }

    @Test("from the market to the sender, to the hearer, and from cause to effect")
    func hops() {
        var statistics = Statistics()
        for number in 1...100 as ClosedRange<UInt64> {
            let at = Int64(number) * 1_000_000
            var bar = message(number, sentAt: at)
            bar.originAt = Timestamp(nanoseconds: at - 5_000)
            statistics.note(bar, size: 1, heardAt: at + 30, moment: at + 30)
            var signal = message(number, on: "trading/signal/cross", sentAt: at + 40)
            signal.cause = bar.asCause
            signal.originAt = bar.originAt
            statistics.note(signal, size: 1, heardAt: at + 60, moment: at + 60)
        }
        #expect(hop(statistics, "market/bar happened", "sent")?.max == 5_000)
        #expect(hop(statistics, "market/bar sent", "heard")?.max == 30)
        #expect(hop(statistics, "trading/signal sent", "heard")?.count == 100)
        #expect(hop(statistics, "market/bar", "trading/signal")?.percentile(perMille: 500) == 30)
        #expect(hop(statistics, "trading/signal happened", "sent") == nil)
    }

    @Test("in a transcript, an effect is as late as it was sent after its cause")
    func transcript() {
        var statistics = Statistics(ofTranscript: true)
        let bar = message(1, sentAt: 1_000)
        statistics.note(bar, size: 1, heardAt: 1_400, moment: 1_400)
        var signal = message(1, on: "trading/signal/cross", sentAt: 1_500)
        signal.cause = bar.asCause
        statistics.note(signal, size: 1, heardAt: nil, moment: 1_400)
        #expect(hop(statistics, "market/bar sent", "taken")?.max == 400)
        #expect(hop(statistics, "market/bar", "trading/signal")?.max == 500)
    }

    @Test("a replay's times of sending are no times of hearing")
    func replay() {
        var statistics = Statistics()
        statistics.note(message(1, sentAt: 5), size: 1, heardAt: Nanoseconds.day, moment: Nanoseconds.day)
        #expect(hop(statistics, "market/bar sent", "heard") == nil)
        #expect(statistics.hops.incomparable == 1)
    }

    @Test("a cause that is not known any more gives no delay")
    func forgotten() {
        var statistics = Statistics()
        var effect = message(1, on: "trading/signal/cross")
        effect.cause = message(7).asCause
        statistics.note(effect, size: 1, heardAt: nil, moment: 1)
        #expect(statistics.hops.hops.isEmpty)
    }
}
