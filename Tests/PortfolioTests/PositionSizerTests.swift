import Domain
import Testing

@testable import Portfolio

@Suite struct PositionSizerTests {
    private let sizer = PositionSizer(riskPerTrade: 0.01, shareMax: 0.5, deviations: 2)

    @Test("a position loses at its stop what the account risks on a trade, and is no larger than its cap")
    func worth() throws {
        let equity = Money(100_000)
        // 1,000 are lost by 200 shares at 5 each, which are worth 20,000.
        #expect(try sizer.worth(equity: equity, price: Price(100), distance: Price(5)) == Money(20_000))
        #expect(try sizer.worth(equity: equity, price: Price(100), distance: Price(1)) == Money(50_000))
        #expect(
            try sizer.worth(equity: equity, price: Price(100), distance: Price(units: 1)) == Money(50_000))
        #expect(try sizer.worth(equity: equity, price: Price(100), distance: .zero) == .zero)
        #expect(try sizer.worth(equity: Money(-5), price: Price(100), distance: Price(5)) == .zero)
    }

    @Test("without a stop the distance is that of so many days' volatility")
    func distance() throws {
        // 0.252 a year is 0.01587 a day.
        let distance = try sizer.distance(price: Price(100), volatility: 0.01 * 252.0.squareRoot())
        #expect(distance == Price(2))
    }

    private func signal(_ strength: Double, stop: Price? = nil) -> Signal {
        Signal(strategy: "s", strength: strength, confidence: 1, stop: stop)
    }

    private func allocator(_ change: (inout AllocationSettings) -> Void = { _ in }) -> Allocator {
        var settings = AllocationSettings()
        settings.rule = .riskSized
        settings.sizer = sizer
        change(&settings)
        return Allocator(instruments: 3, settings)
    }

    private func proposals(
        _ allocator: inout Allocator, cash: Int = 100_000, held: Quantity = .zero, volatility: Double? = nil,
        distance: Price? = nil
    ) throws -> [Allocator.Proposal] {
        try allocator.proposals(
            cash: Money(cash), equity: Money(100_000), at: .zero,
            holding: { _ in Allocator.Holding(quantity: held, price: Price(100)) },
            volatility: { _ in volatility }, distance: { _ in distance })
    }

    @Test("an entry is sized by the nearest stop: the signal's, or that which will guard the position")
    func sizing() throws {
        for (named, guarding, worth) in [
            (Price(95), nil, 20_000), (nil, Price(4), 25_000), (Price(95), Price(4), 25_000),
            (Price(98), Price(4), 50_000),
        ] as [(Price?, Price?, Int)] {
            var allocator = allocator()
            allocator.onSignal(signal(1, stop: named), of: 0)
            let found = try proposals(&allocator, volatility: 0.3, distance: guarding)
            #expect(found.map(\.notional) == [Money(worth)])
        }
    }

    @Test("later entries get what money is left, and an entry without a distance waits for one")
    func free() throws {
        var allocator = allocator()
        for instrument in 0..<3 { allocator.onSignal(signal(1, stop: Price(98)), of: instrument) }
        let found = try proposals(&allocator, cash: 70_000)
        #expect(found.map(\.notional) == [Money(50_000), Money(20_000)])
        var waiting = self.allocator()
        waiting.onSignal(signal(1), of: 0)
        #expect(try proposals(&waiting).isEmpty)
        let isWaiting = waiting.isDue(at: .zero)
        #expect(isWaiting)
        let later = try proposals(&waiting, volatility: 0.05 * 252.0.squareRoot())
        #expect(later.map(\.notional) == [Money(10_000)])
        let isStillWaiting = waiting.isDue(at: .zero)
        #expect(!isStillWaiting)
    }

    @Test(
        "a signal whose position was stopped is spent until it changes",
        arguments: [AllocationRule.allIn, .equalWeight])
    func spent(rule: AllocationRule) throws {
        var allocator = allocator {
            $0.rule = rule
            $0.rebalance = .daily
        }
        allocator.onSignal(signal(1), of: 0)
        #expect(try proposals(&allocator).count == 1)
        allocator.onStopped(0)
        allocator.onSignal(signal(1), of: 0)
        let tomorrow = Timestamp(seconds: 86_400 * 3)
        func again(_ at: Timestamp) throws -> Int {
            try allocator.proposals(
                cash: Money(100_000), equity: Money(100_000), at: at,
                holding: { _ in Allocator.Holding(quantity: .zero, price: Price(100)) },
                volatility: { _ in nil }
            ).count
        }
        #expect(try again(tomorrow) == 0)
        allocator.onSignal(signal(0.5), of: 0)
        #expect(try again(tomorrow) == 1)
    }
}
