import Domain
import Testing

@testable import Risk

@Suite struct HaltTests {
    private func halts(_ change: (inout HaltPolicy) -> Void = { _ in }) -> Halts {
        var policy = HaltPolicy()
        policy.drawdownHalt = 0.15
        policy.drawdownLiquidate = 0.2
        policy.rejectionsMax = 3
        policy.brokerErrorsMax = 2
        policy.dataGapMax = 5
        change(&policy)
        return Halts(account: "main", policy)
    }

    @Test("a fall from the highest equity halts, and a deeper one closes every position")
    func drawdown() throws {
        var halts = halts()
        #expect(halts.onEquity(Money(100), at: .zero) == nil)
        #expect(halts.onEquity(Money(200), at: .zero) == nil)
        #expect(halts.onEquity(Money(171), at: .zero) == nil)
        let fallen = halts.onEquity(Money(170), at: .zero)
        let first = try #require(fallen)
        #expect(first.kind == "drawdown" && first.active && !first.flatten && first.account == "main")
        #expect(first.figures.first?.value == 0.15)
        #expect(halts.onEquity(Money(165), at: .zero) == nil, "it is said once")
        let deeper = halts.onEquity(Money(160), at: .zero)
        let second = try #require(deeper)
        #expect(second.flatten && halts.active.count == 1)
        #expect(halts.onEquity(Money(150), at: .zero) == nil)
        // A recovery lifts nothing.
        #expect(halts.onEquity(Money(300), at: .zero) == nil && halts.isHalted)
    }

    @Test("rejections and errors in a row halt, and an answer between begins the row anew")
    func rows() {
        var halts = halts()
        #expect(halts.onOrderRejected("no money", at: .zero) == nil)
        #expect(halts.onOrderRejected("no money", at: .zero) == nil)
        halts.onOrderAccepted()
        #expect(halts.onOrderRejected("no money", at: .zero) == nil)
        #expect(halts.onOrderRejected("no money", at: .zero) == nil)
        let halt = halts.onOrderRejected("no shares", at: .zero)
        #expect(halt?.kind == "rejections" && halt?.reason.hasSuffix("no shares") == true)
        #expect(halts.onBrokerError("no answer", at: .zero) == nil)
        halts.onBrokerAnswer()
        #expect(halts.onBrokerError("no answer", at: .zero) == nil)
        #expect(halts.onBrokerError("no answer", at: .zero)?.kind == "broker_errors")
        #expect(halts.active.map(\.halt.kind) == ["rejections", "broker_errors"])
    }

    @Test("a gap in the data halts beyond its limit, and closes everything where the policy says so")
    func data() {
        var halts = halts { $0.flattens = [.dataLoss] }
        #expect(halts.onDataGap(intervals: 5, at: .zero) == nil)
        let halt = halts.onDataGap(intervals: 5.5, at: .zero)
        #expect(halt?.kind == "data_loss" && halt?.flatten == true)
    }

    @Test("only a person lifts a halt, and counting begins anew")
    func lifting() throws {
        var halts = halts()
        _ = halts.onEquity(Money(200), at: .zero)
        _ = halts.onEquity(Money(150), at: .zero)
        _ = halts.halt(by: "ana", because: "holiday", at: .zero)
        #expect(throws: HaltError.self) { try halts.lift(by: "", equity: Money(150)) }
        #expect(throws: HaltError.self) { try halts.lift(.dataLoss, by: "ana", equity: Money(150)) }
        let lifted = try halts.lift(.drawdown, by: "ana", equity: Money(150))
        #expect(lifted.map(\.kind) == ["drawdown"] && lifted.allSatisfy { !$0.active && $0.by == "ana" })
        #expect(halts.active.map(\.halt.kind) == ["manual"])
        // From now on the fall is measured from where it was lifted.
        #expect(halts.onEquity(Money(140), at: .zero) == nil)
        #expect(halts.onEquity(Money(127), at: .zero)?.kind == "drawdown")
        #expect(try halts.lift(by: "ana", equity: Money(127)).count == 2)
        #expect(!halts.isHalted)
    }

    @Test("halts survive a restart byte by byte, and their counters too")
    func restart() throws {
        var halts = halts()
        _ = halts.onEquity(Money(200), at: .zero)
        _ = halts.onEquity(Money(165), at: Timestamp(seconds: 9))
        _ = halts.halt(by: "ana", because: "ünïcode", flatten: true, at: Timestamp(seconds: 10))
        _ = halts.onOrderRejected("one", at: .zero)
        _ = halts.onOrderRejected("two", at: .zero)
        let bytes = halts.snapshot()
        var restarted = self.halts()
        try restarted.restore(bytes, version: Halts.snapshotVersion)
        #expect(restarted.active == halts.active && restarted.peak == Money(200))
        #expect(restarted.snapshot() == bytes)
        #expect(restarted.onOrderRejected("three", at: .zero)?.kind == "rejections")
        // Whatever was cut off or is of another version is refused, and changes nothing.
        for end in 0..<bytes.count {
            #expect(throws: SnapshotMismatch.self) { try restarted.restore(Array(bytes[..<end]), version: 1) }
        }
        #expect(throws: SnapshotMismatch.self) { try restarted.restore(bytes + [0], version: 1) }
        #expect(throws: SnapshotMismatch.self) { try restarted.restore(bytes, version: 2) }
        #expect(restarted.active.count == 3)
    }

    @Test("how a backtest goes on after a halt")
    func backtest() throws {
        let since = Timestamp(seconds: 86_400 * 100 + 3_600)
        #expect(try HaltLift("never").isDue(at: .distantFuture, since: since) == false)
        #expect(try HaltLift("session").isDue(at: since + Nanoseconds.hour, since: since) == false)
        #expect(try HaltLift("session").isDue(at: since + 23 * Nanoseconds.hour, since: since))
        #expect(try HaltLift("30d").isDue(at: since + 29 * Nanoseconds.day, since: since) == false)
        #expect(try HaltLift("30d").isDue(at: since + 30 * Nanoseconds.day, since: since))
        for wrong in ["", "d", "0d", "soon", "-1d", "99999d"] {
            #expect(throws: RiskLimitError.self) { try HaltLift(wrong) }
        }
    }
}
