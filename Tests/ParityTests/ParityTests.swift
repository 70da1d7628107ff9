import Backtesting
import Domain
import Exchange
import Strategies
import Testing

@testable import Parity

@Suite("A day against its backtest")
struct ParityTests {
    @Test("differs in nothing where the venue was what the backtest believes")
    func nothing() throws {
        let live = try Live(Live.jump)
        let parity = try live.parity()
        #expect(parity.live == Money(200) && parity.backtest == Money(200))
        #expect(parity.parts.allSatisfy { $0.amount == .zero } && parity.other == .zero)
    }

    @Test("an order that was late costs what the price ran away")
    func delay() throws {
        // Sent at 14:31, at the venue at 14:32:30: it trades at 12, and not at 10.
        let live = try Live(Live.jump) {
            $0.rules.latency.order = try Models.latency("constant", [("milliseconds", 90_000)])
        }
        let parity = try live.parity()
        #expect(parity.live == .zero && parity.backtest == Money(200))
        try expect(parity, [.delay: "-200"])
    }

    @Test("a price beside the model's is the fill model's")
    func fill() throws {
        let live = try Live(Live.jump) {
            $0.rules.slippage = try Models.slippage("basis_points", [("bps", 100)])
        }
        // 1,000 buy 99.00990099 at 10.10, worth 1,188.118812 at 12.
        try expect(live.parity(), [.fill: "-11.881188"])
    }

    @Test("a fee is a fee, and the shares that it left no money for are fewer traded")
    func fee() throws {
        let live = try Live(Live.jump) {
            $0.rules.commission = try Models.commission("per_order", [("amount", 1)])
        }
        // 999 buy 99.90000005 at 10; the tenth of a share that is missing would have made 0.20.
        try expect(live.parity(), [.fee: "-1", .fill: "-0.199999"])
        let flat = try Live(Live.flat) {
            $0.rules.commission = try Models.commission("per_order", [("amount", 1)])
        }
        try expect(flat.parity(), [.fee: "-1"])
    }

    @Test("what the venue refused would have traded")
    func reject() throws {
        let live = try Live(Live.jump) { $0.rules.mischief = Mischief.refusing }
        let parity = try live.parity()
        #expect(parity.live == .zero)
        try expect(parity, [.reject: "-200"])
    }

    @Test("what a person traded beside the machine is that person's")
    func hand() throws {
        // Ten shares at 11, which are at 12 in the end.
        try expect(Live(Live.jump, byHand: 10).parity(), [.hand: "10"])
    }

    @Test("what a halt by hand has closed and kept out is that person's")
    func halted() throws {
        // Bought at 10; told after the second minute, closed at the open of the fourth, at 11 in place of 12.
        let live = try Live(Live.climb, isHalted: true)
        let parity = try live.parity()
        #expect(parity.live == Money(100) && parity.backtest == Money(200))
        try expect(parity, [.hand: "-100"])
    }

    @Test("bars that are known otherwise today are the data's")
    func data() throws {
        var known = Live.jump
        known[1].open = 9
        // 1,000 buy 111.111111111 at 9, worth 1,333.333333 at 12.
        try expect(Live(Live.jump).parity(known: known), [.data: "-133.333333"])
    }

    @Test("all of them together add up to the last unit")
    func together() throws {
        var known = Live.jump
        known[1].open = 9
        let live = try Live(Live.jump, byHand: 10) {
            $0.rules.latency.order = try Models.latency("constant", [("milliseconds", 30_000)])
            $0.rules.slippage = try Models.slippage("basis_points", [("bps", 100)])
            $0.rules.commission = try Models.commission("per_order", [("amount", 1)])
        }
        let parity = try live.parity(known: known)
        #expect(parity.live - parity.backtest == parity.parts.reduce(.zero) { $0 + $1.amount })
        #expect(parity.other == .zero)
        // At the venue at 14:31:30, it trades at the open of 14:32, which is 11 and 1 % more: 999 buy 89.918991899.
        try expect(
            parity,
            [.hand: "10", .fee: "-1", .fill: "-10.881188", .delay: "-109.090909", .data: "-133.333333"])
    }

    @Test("the delay of a day, as a model")
    func fit() throws {
        let live = try Live(Live.jump) {
            $0.rules.latency.order = try Models.latency("constant", [("milliseconds", 90_000)])
        }
        let fit = VenueFit(live.record, on: Live.day)
        #expect(fit.order.model == "constant:milliseconds=90000" && fit.order.count == 1)
        #expect(fit.response.model == "none" && fit.queue == "none" && fit.touches == 0)
        #expect(VenueFit.Delays([]).model == "none")
        let spread = VenueFit.Delays([10_000_000, 40_000_000])
        // The middle of the logarithms of 10 and 40 is that of 20, and each is log 2 from it.
        #expect(spread.model == "distribution:milliseconds=20,spread=0.693")
    }

    @Test("a limit that trades at a touch more often than not stands in a queue", arguments: [true, false])
    func queue(trades: Bool) {
        let fit = VenueFit(Live.touched(trades: trades), on: Live.day)
        #expect(fit.touches == 1 && fit.queue == (trades ? "risk_averse" : "none"))
    }

    private func expect(
        _ parity: DayParity, _ wanted: [DifferenceCause: String],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        for part in parity.parts {
            let amount = try wanted[part.cause].map { try Money($0) } ?? .zero
            #expect(part.amount == amount, "\(part.cause.rawValue)", sourceLocation: location)
        }
        #expect(parity.other == .zero, sourceLocation: location)
    }
}

extension Mischief {
    static var refusing: Mischief {
        var mischief = Mischief()
        mischief.reject = 1
        return mischief
    }
}
