import Backtesting
import Domain
import Exchange
import Execution
import Stops
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
        #expect(parity.differences == [.delay: "-200"] && parity.other == .zero)
    }

    @Test("a price beside the model's is the fill model's")
    func fill() throws {
        let live = try Live(Live.jump) {
            $0.rules.slippage = try Models.slippage("basis_points", [("bps", 100)])
        }
        // 1,000 buy 99.00990099 at 10.10, worth 1,188.118812 at 12.
        let parity = try live.parity()
        #expect(parity.differences == [.fill: "-11.881188"] && parity.other == .zero)
    }

    @Test("a fee is a fee, and the shares that it left no money for are fewer traded")
    func fee() throws {
        let live = try Live(Live.jump) {
            $0.rules.commission = try Models.commission("per_order", [("amount", 1)])
        }
        // 999 buy 99.90000005 at 10; the tenth of a share that is missing would have made 0.20.
        let parity = try live.parity()
        #expect(parity.differences == [.fee: "-1", .fill: "-0.199999"] && parity.other == .zero)
        let flat = try Live(Live.flat) {
            $0.rules.commission = try Models.commission("per_order", [("amount", 1)])
        }
        let other = try flat.parity()
        #expect(other.differences == [.fee: "-1"] && other.other == .zero)
    }

    @Test("what the venue refused would have traded")
    func reject() throws {
        let live = try Live(Live.jump) { $0.rules.mischief = Mischief.refusing }
        let parity = try live.parity()
        #expect(parity.live == .zero)
        #expect(parity.differences == [.reject: "-200"] && parity.other == .zero)
    }

    @Test("what a person traded beside the machine is that person's")
    func hand() throws {
        // Ten shares at 11, which are at 12 in the end.
        let parity = try Live(Live.jump, byHand: 10).parity()
        #expect(parity.differences == [.hand: "10"] && parity.other == .zero)
    }

    @Test("what a halt by hand has closed and kept out is that person's")
    func halted() throws {
        // Bought at 10; told after the second minute, closed at the open of the fourth, at 11 in place of 12.
        let live = try Live(Live.climb, isHalted: true)
        let parity = try live.parity()
        #expect(parity.live == Money(100) && parity.backtest == Money(200))
        #expect(parity.differences == [.hand: "-100"] && parity.other == .zero)
    }

    @Test("bars that are known otherwise today are the data's")
    func data() throws {
        var known = Live.jump
        known[1].open = 9
        // 1,000 buy 111.111111111 at 9, worth 1,333.333333 at 12.
        let parity = try Live(Live.jump).parity(known: known)
        #expect(parity.differences == [.data: "-133.333333"] && parity.other == .zero)
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
        #expect(
            parity.differences == [
                .hand: "10", .fee: "-1", .fill: "-10.881188", .delay: "-109.090909", .data: "-133.333333",
            ])
    }

    @Test(
        "a day with stops and targets, or with orders that are worked over time, adds up too",
        arguments: Manner.allCases, Deviation.allCases)
    func inParts(manner: Manner, deviation: Deviation) throws {
        let live = try Live(Live.hill, as: manner.settings(), deviation.change)
        #expect(live.record.sentIds.count > 1)
        let parity = try live.parity()
        #expect(parity.other == .zero, "\(parity.differences)")
        #expect((deviation == .none) == parity.differences.isEmpty, "\(parity.differences)")
    }

    @Test("what the venue takes off an order is taken off one of half the size by half")
    func reduction() {
        let recorded = Order(id: "a", quantity: Quantity(10))
        var smaller = recorded
        smaller.quantity = Quantity(5)
        var order = ReplayedOrder(smaller, as: recorded)
        var report = BrokerReport(kind: .state, account: "test", orderId: "a")
        report.reduction = Quantity(4)
        order.scale(&report, fees: nil)
        #expect(report.reduction == Quantity(2))
    }

    /// How an account trades what was approved.
    enum Manner: CaseIterable {
        case guarded, scattered, laddered, bracketed, protected, sliced

        func settings() throws -> BacktestSettings {
            var settings = BacktestSettings()
            var execution = ExecutionSettings()
            execution.style = .market
            execution.entryWindow = 0
            switch self {
            case .guarded:
                settings.stops = try StopPlan(rules: ["fixed:5%"], targets: "15%")
                return settings
            case .scattered:
                settings.stops = try StopPlan(rules: ["fixed:5%"], targets: "15%")
                settings.rules.latency.order = try Models.latency(
                    "distribution", [("milliseconds", 40_000), ("spread", 1)])
                return settings
            case .laddered:
                settings.stops = try StopPlan(rules: ["trailing:12%"], targets: "10%:50%,15%:50%")
                settings.allocation.lot = Quantity(1)
                return settings
            case .bracketed: execution.bracket = BracketRule(stop: .percent(5), target: .percent(15))
            case .protected: execution.bracket = BracketRule(stop: .percent(5))
            case .sliced:
                execution.slicing = .timeWeighted(over: 3 * Nanoseconds.minute, slices: 3)
                execution.bracket = BracketRule(stop: .percent(5), target: .percent(15))
            }
            settings.execution = execution
            return settings
        }
    }

    /// What the venue was, where it was not what the backtest believes.
    enum Deviation: CaseIterable {
        case none, late, dear, feeing, all

        func change(_ settings: inout BacktestSettings) throws {
            if self == .late || self == .all {
                settings.rules.latency.order = try Models.latency("constant", [("milliseconds", 90_000)])
            }
            if self == .dear || self == .all {
                settings.rules.slippage = try Models.slippage("basis_points", [("bps", 100)])
            }
            if self == .feeing || self == .all {
                settings.rules.commission = try Models.commission("per_order", [("amount", 1)])
            }
        }
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
}

extension DayParity {
    /// What each cause comes to, but for those that come to nothing.
    fileprivate var differences: [DifferenceCause: String] {
        let parts = parts.filter { $0.amount != .zero }.map { ($0.cause, "\($0.amount)") }
        return Dictionary(uniqueKeysWithValues: parts)
    }
}

extension Mischief {
    static var refusing: Mischief {
        var mischief = Mischief()
        mischief.reject = 1
        return mischief
    }
}
