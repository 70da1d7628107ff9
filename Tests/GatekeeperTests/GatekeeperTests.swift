import Domain
import Testing

@testable import Gatekeeper

@Suite("The gatekeeper")
struct GatekeeperTests {
    private let noon = CivilDate(2024, 11, 25).midnightUTC + 17 * Nanoseconds.hour

    private func quote(_ milliseconds: Int64, _ bid: Double, _ ask: Double) -> Quote {
        Quote(
            symbol: apple, at: noon + milliseconds * Nanoseconds.millisecond, bid: price(bid),
            ask: price(ask),
            bidSize: Volume(3), askSize: Volume(4))
    }

    @Test("clean bars pass", arguments: 1...5)
    func clean(seed: UInt64) {
        var gate = Gatekeeper()
        for bar in days(500, seed: seed) + [] { #expect(gate.judge(bar, at: bar.closesAt) == nil) }
        var other = Gatekeeper()
        for bar in minutes(5, seed: seed) { #expect(other.judge(bar, at: bar.closesAt) == nil) }
    }

    @Test("what a bar cannot be")
    func bars() {
        let good = days(12)
        func fault(_ change: (inout Bar) -> Void) -> FaultKind? {
            var gate = Gatekeeper()
            for bar in good.dropLast() { _ = gate.judge(bar, at: bar.closesAt) }
            var bar = good.last!
            change(&bar)
            return gate.judge(bar, at: bar.closesAt)?.kind
        }
        #expect(fault { _ in } == nil)
        #expect(fault { $0.low = Price(-1) } == .nonPositive)
        #expect(fault { swap(&$0.high, &$0.low) } == .highBelowLow)
        #expect(fault { $0.open = $0.high + Price(1) } == .openOutside)
        #expect(fault { $0.close = $0.low - Price(1) } == .closeOutside)
        #expect(fault { $0.volume = Volume(-1) } == .negativeVolume)
        #expect(fault { $0.openedAt = $0.openedAt + Nanoseconds.day } == nil)
        #expect(fault { $0.openedAt = $0.openedAt + 3 * Nanoseconds.day } == .outOfSession)
        #expect(fault { $0 = good[10] } == .duplicate)
        #expect(fault { $0.openedAt = good[10].openedAt } == .conflict)
        #expect(fault { $0 = good[3] } == .outOfOrder)
        #expect(fault { $0 = $0.times(1.6) } == .jump)
    }

    @Test("a split explains a jump, and what has really moved is believed after a while")
    func jumps() {
        let bars = days(20)
        let halved = bars.map { $0.times(0.4) }
        var gate = Gatekeeper()
        for bar in bars[..<10] { _ = gate.judge(bar, at: bar.closesAt) }
        var told = gate
        told.heed(
            CorporateAction(
                symbol: apple, kind: .split, exAt: bars[10].openedAt, numerator: 5, denominator: 2))
        #expect(told.judge(halved[10], at: halved[10].closesAt) == nil)
        #expect(told.judge(halved[11], at: halved[11].closesAt) == nil)
        let kinds = halved[10..<15].map { gate.judge($0, at: $0.closesAt)?.kind }
        #expect(kinds == [.jump, .jump, .jump, nil, nil])
        // One that stands alone never counts.
        var alone = Gatekeeper()
        for (at, bar) in bars.enumerated() {
            let wrong = at > 3 && at % 2 == 0
            let kind = alone.judge(wrong ? halved[at] : bar, at: bar.closesAt)?.kind
            #expect(kind == (wrong ? .jump : nil))
        }
    }

    @Test("a quote may be crossed for a moment, and not for longer")
    func crossed() {
        var gate = Gatekeeper()
        #expect(gate.judge(quote(0, 100, 100.02), at: noon) == nil)
        #expect(gate.judge(quote(100, 100.03, 100.02), at: noon) == nil)
        #expect(gate.judge(quote(1100, 100.03, 100.02), at: noon) == nil)
        #expect(gate.judge(quote(1101, 100.03, 100.02), at: noon)?.kind == .crossed)
        #expect(gate.judge(quote(1102, 100.03, 100.03), at: noon)?.kind == .locked)
        #expect(gate.judge(quote(1103, 100.02, 100.03), at: noon) == nil)
        #expect(gate.judge(quote(1104, 100.03, 100.03), at: noon) == nil)
        #expect(gate.judge(quote(1103, 100.02, 100.03), at: noon)?.kind == .outOfOrder)
        #expect(gate.judge(quote(1104, 100.03, 100.03), at: noon)?.kind == .duplicate)
        #expect(gate.judge(quote(1105, 100.03, .zero), at: noon)?.kind == .nonPositive)
        #expect(gate.judge(quote(1106, 160, 160.1), at: noon)?.kind == .jump)
    }

    @Test("what is old, and who is silent")
    func age() {
        var limits = GateLimits()
        limits.ageMax = 5 * Nanoseconds.second
        limits.silenceMax = 60 * Nanoseconds.second
        var gate = Gatekeeper(limits, provider: "alpaca")
        #expect(gate.judge(quote(0, 100, 100.02), at: noon + 5 * Nanoseconds.second) == nil)
        let late = gate.judge(quote(1, 100, 100.02), at: noon + 6 * Nanoseconds.second)
        #expect(late?.kind == .stale)
        #expect(late?.provider == "alpaca")
        #expect(gate.silence(at: noon + 60 * Nanoseconds.second).isEmpty)
        #expect(gate.silence(at: noon + 61 * Nanoseconds.second).map(\.kind) == [.missing])
        #expect(gate.silence(at: noon + 90 * Nanoseconds.second).isEmpty)
        #expect(gate.judge(quote(95_000, 100, 100.02), at: noon + 95 * Nanoseconds.second) == nil)
        #expect(gate.silence(at: noon + 156 * Nanoseconds.second).map(\.kind) == [.missing])
        #expect(gate.silence(at: noon + 24 * Nanoseconds.hour).isEmpty)
        // Nobody is silent while the exchange is closed.
        #expect(gate.silence(at: noon + 12 * Nanoseconds.hour).isEmpty)
    }

    @Test("a snapshot goes on as if nothing had happened", arguments: 1...10)
    func snapshots(seed: UInt64) throws {
        var limits = GateLimits()
        limits.silenceMax = 90 * Nanoseconds.second
        var dice = Dice(state: seed)
        var whole = Gatekeeper(limits)
        var outbox = Outbox()
        for bar in minutes(2, seed: seed) {
            var bar = bar
            if Int.random(in: 0..<20, using: &dice) == 0 {
                bar = bar.times(Double.random(in: 0.5...2, using: &dice))
            }
            if Int.random(in: 0..<50, using: &dice) == 0 {
                whole.heed(
                    CorporateAction(symbol: apple, exAt: bar.closesAt, numerator: 2, denominator: 1))
            }
            var copy = Gatekeeper(limits)
            try copy.restore(whole.snapshot(), version: Gatekeeper.snapshotVersion)
            let message = Message(topic: Topic("local/raw"), body: .bar(bar))
            var other = Outbox()
            outbox.removeAll()
            whole.receive(message, at: bar.closesAt, &outbox)
            copy.receive(message, at: bar.closesAt, &other)
            #expect(outbox.items.map(\.topic) == other.items.map(\.topic))
            #expect(outbox.items.map(\.body) == other.items.map(\.body))
            #expect(outbox.items.count == 1)
            #expect(whole.snapshot() == copy.snapshot())
        }
        #expect(throws: SnapshotMismatch.self) { try whole.restore([1, 2, 3], version: 1) }
        #expect(throws: SnapshotMismatch.self) { try whole.restore(whole.snapshot(), version: 2) }
    }
}
