import Domain
import Testing

@testable import Portfolio

@Suite struct AllocatorTests {
    /// An account at the allocator's side: prices of 100, and what was filled of its proposals.
    private struct Account {
        var allocator: Allocator
        var cash = Money(100_000)
        var held: [Quantity]

        init(_ instruments: Int, _ change: (inout AllocationSettings) -> Void = { _ in }) {
            var settings = AllocationSettings()
            settings.lot = Quantity(1)
            change(&settings)
            allocator = Allocator(instruments: instruments, settings)
            held = Array(repeating: .zero, count: instruments)
        }

        mutating func say(_ strength: Double, _ instrument: Int, confidence: Double = 1) {
            allocator.onSignal(
                Signal(strategy: "test", strength: strength, confidence: confidence), of: instrument)
        }

        /// What is proposed, as instrument, side, shares and money.
        mutating func proposals(at day: Int = 0) throws -> [(Int, Side, Quantity, Money?)] {
            let held = held
            let equity = cash + held.reduce(.zero) { $0 + $1 * Price(100) }
            return try allocator.proposals(
                cash: cash, equity: equity, at: (CivilDate(2024, 1, 1) + day).midnightUTC,
                holding: { Allocator.Holding(quantity: held[$0], price: Price(100)) },
                volatility: { _ in nil }
            ).map {
                ($0.instrument, $0.side, $0.quantity, $0.notional)
            }
        }
    }

    @Test("all in: a signal takes the free cash, and its end sells all that is held")
    func allIn() throws {
        var account = Account(2)
        account.say(1, 1)
        let entry = try account.proposals()
        #expect(entry.count == 1 && entry[0].0 == 1 && entry[0].1 == .buy && entry[0].3 == Money(100_000))
        #expect(try account.proposals().isEmpty, "a signal is acted upon once")
        (account.cash, account.held[1]) = (.zero, Quantity(1_000))
        account.say(0, 1)
        let exit = try account.proposals()
        #expect(exit.count == 1 && exit[0].1 == .sell && exit[0].2 == Quantity(1_000) && exit[0].3 == nil)
    }

    @Test("a proposal gets the words of the signal in force, which it keeps as numbers")
    func words() throws {
        var allocator = Allocator(instruments: 2, AllocationSettings())
        let symbol = try #require(Symbol("S"))
        var signal = Signal(
            strategy: "swing", symbol: symbol, strength: 1, confidence: 1, stop: Price(90), reason: "it rises"
        )
        allocator.take(&signal, of: 1)
        #expect(signal == Signal() && allocator.speaker(of: 1) == "swing" && allocator.speaker(of: 0) == "")
        #expect(Allocator.stopDistance(of: 1, from: Price(100), by: [allocator]) == Price(10))
        let found = try allocator.proposals(
            cash: Money(1_000), equity: Money(1_000), at: .zero,
            holding: { _ in Allocator.Holding(quantity: .zero, price: Price(100)) }, volatility: { _ in nil })
        #expect(found.map(\.instrument) == [1])
        let words = allocator.inWords(try #require(found.first))
        #expect(
            words.order
                == Order(
                    strategy: "swing", symbol: symbol, side: .buy, quantity: Quantity(20),
                    timeInForce: .goodTillCancelled, notional: Money(1_000)))
        #expect(words.reason == "it rises")
    }

    @Test(
        "an order that only brings a weight back names the weights, and not the signal of its beginning",
        arguments: [
            (1.0, 800, "its weight of 80 % was above its target of 50 %"),
            (1.0, 333, "its weight of 33.3 % was below its target of 50 %"),
            (-1.0, -800, "its weight of 80 % was above its target of 50 %"),
            (1.0, -300, "it falls"), (1.0, 0, "it falls"), (0.0, 800, "it falls"),
        ])
    func corrections(strength: Double, held: Int, reason: String) throws {
        var settings = AllocationSettings()
        settings.lot = Quantity(1)
        settings.rule = .equalWeight
        var allocator = Allocator(instruments: 2, settings)
        let symbol = try #require(Symbol("S"))
        func say(_ strength: Double, _ instrument: Int, _ reason: String) {
            allocator.onSignal(
                Signal(
                    strategy: "swing", symbol: symbol, strength: strength, confidence: 1, reason: reason),
                of: instrument)
        }
        say(strength, 0, "it falls")
        say(1, 1, "it rises")
        let found = try allocator.proposals(
            cash: Money(100_000), equity: Money(100_000), at: .zero,
            holding: { Allocator.Holding(quantity: $0 == 0 ? Quantity(held) : .zero, price: Price(100)) },
            volatility: { _ in nil })
        let order = try #require(found.first { $0.instrument == 0 })
        #expect(allocator.inWords(order).reason == reason)
        let entry = try #require(found.first { $0.instrument == 1 })
        #expect(allocator.inWords(entry).reason == "it rises")
    }

    @Test("what is left of a position that a stop has closed is not sold in the words of its beginning")
    func spent() throws {
        var settings = AllocationSettings()
        settings.rule = .equalWeight
        var allocator = Allocator(instruments: 2, settings)
        for instrument in 0...1 {
            allocator.onSignal(
                Signal(strategy: "swing", strength: 1, confidence: 1, reason: "it rises"), of: instrument)
        }
        allocator.onStopped(0)
        let found = try allocator.proposals(
            cash: Money(100_000), equity: Money(100_000), at: .zero,
            holding: { Allocator.Holding(quantity: $0 == 0 ? Quantity(5) : .zero, price: Price(100)) },
            volatility: { _ in nil })
        let order = try #require(found.first { $0.instrument == 0 })
        #expect(allocator.inWords(order).reason.hasPrefix("a stop, a target or a halt has closed it"))
    }

    @Test("all in: signals of one instant share, and what is sold in it can be spent in it, sales first")
    func shares() throws {
        var account = Account(3)
        account.held[2] = Quantity(500)
        account.cash = Money(50_000)
        account.say(0.5, 2)
        #expect(try account.proposals().isEmpty, "it is held already")
        account.say(1, 0)
        account.say(1, 1)
        account.say(0, 2)
        let found = try account.proposals()
        #expect(found.map(\.0) == [2, 0, 1])
        #expect(found.map(\.3) == [nil, Money(50_000), Money(50_000)])
    }

    @Test("an instrument with an order on its way is left alone until that has ended")
    func working() throws {
        var account = Account(1)
        account.say(1, 0)
        _ = try account.proposals()
        account.allocator.onOrderSent(of: 0)
        account.say(0, 0)
        account.held[0] = Quantity(300)
        #expect(try account.proposals().isEmpty)
        account.allocator.onOrderEnd(of: 0)
        #expect(try account.proposals().map(\.2) == [Quantity(300)])
    }

    @Test(
        "a change of sides goes out first, and in when it is out",
        arguments: [AllocationRule.allIn, .equalWeight, .signalWeighted])
    func turns(rule: AllocationRule) throws {
        var account = Account(1) { $0.rule = rule }
        account.held[0] = Quantity(1_000)
        account.cash = .zero
        account.say(-1, 0)
        let out = try account.proposals()
        #expect(out.count == 1 && out[0].1 == .sell && out[0].2 == Quantity(1_000) && out[0].3 == nil)
        account.allocator.onOrderSent(of: 0)
        #expect(try account.proposals().isEmpty)
        account.allocator.onOrderEnd(of: 0)
        (account.cash, account.held[0]) = (Money(100_000), .zero)
        let turned = try account.proposals()
        #expect(turned.count == 1 && turned[0].1 == .sell && turned[0].3 == Money(100_000))
    }

    @Test(
        "what was held back is wanted again after a rest, or with another signal, and the others go on meanwhile",
        arguments: [AllocationRule.allIn, .equalWeight])
    func rests(rule: AllocationRule) throws {
        var account = Account(2) { $0.rule = rule }
        account.held[0] = Quantity(1_000)
        account.cash = .zero
        account.say(-1, 0)
        #expect(try account.proposals().map(\.0) == [0])
        account.allocator.onOrderSent(of: 0)
        #expect(try account.proposals().isEmpty)
        account.allocator.onOrderEnd(of: 0)
        account.allocator.rest(0, until: CivilDate(2024, 1, 4).midnightUTC, isExit: true)
        #expect(try account.proposals().isEmpty && account.proposals(at: 2).isEmpty)
        account.cash = Money(50_000)
        account.say(1, 1)
        #expect(try account.proposals(at: 2).map(\.0) == [1])
        account.held[1] = Quantity(500)
        account.cash = .zero
        #expect(try account.proposals(at: 3).map(\.0).first == 0)
        account.allocator.rest(0, until: CivilDate(2024, 1, 9).midnightUTC, isExit: true)
        account.say(0, 0)
        #expect(try account.proposals(at: 3).map(\.0).contains(0))
    }

    @Test(
        "an exit does not wait for an entry that was held back, though its signal came while that was on its way",
        arguments: [AllocationRule.allIn, .equalWeight])
    func exitsDespiteRest(rule: AllocationRule) throws {
        var account = Account(1) { $0.rule = rule }
        account.held[0] = Quantity(300)
        account.cash = Money(70_000)
        account.allocator.onOrderSent(of: 0)
        account.say(0, 0)
        #expect(try account.proposals().isEmpty)
        account.allocator.onOrderEnd(of: 0)
        account.allocator.rest(0, until: CivilDate(2024, 1, 4).midnightUTC, isExit: false)
        let exit = try account.proposals()
        #expect(exit.count == 1 && exit[0].1 == .sell && exit[0].2 == Quantity(300))
        account.held[0] = .zero
        #expect(try account.proposals().isEmpty, "nothing is left to do")
    }

    @Test("by weights a resting instrument is made smaller with the others, and not larger")
    func shrinksDespiteRest() throws {
        var account = Account(3) { $0.rule = .equalWeight }
        account.held = [Quantity(1_000), .zero, .zero]
        account.cash = .zero
        account.say(1, 0)
        _ = try account.proposals()
        account.allocator.rest(0, until: CivilDate(2024, 1, 4).midnightUTC, isExit: false)
        account.say(1, 1)
        let shared = try account.proposals(at: 1)
        #expect(shared.map(\.0) == [0, 1] && shared[0].1 == .sell && shared[0].2 == Quantity(500))
        account.held = [Quantity(100), .zero, .zero]
        account.cash = Money(90_000)
        account.say(1, 2)
        #expect(try account.proposals(at: 2).map(\.0) == [1, 2])
    }

    @Test("equal weight sells what is too much, buys what is too little, and leaves small differences alone")
    func weights() throws {
        var account = Account(3) {
            $0.rule = .equalWeight
            $0.noTradeBand = 0.02
        }
        // 800, 350 and nothing of 1,500 shares' worth: a third is 500.
        account.held = [Quantity(800), Quantity(490), .zero]
        account.cash = Money(21_000)
        account.say(1, 0)
        account.say(1, 1)
        account.say(1, 2)
        let found = try account.proposals()
        #expect(found.map(\.0) == [0, 2])
        #expect(found[0].1 == .sell && found[0].2 == Quantity(300))
        #expect(found[1].1 == .buy && found[1].3 == Money(50_000))
    }

    @Test("no more is spent than the cash and what the sales bring")
    func affords() throws {
        var account = Account(3) {
            $0.rule = .equalWeight
            $0.noTradeBand = 0.02
        }
        // A third is 48,000; the 1,000 that is too much of the second is not worth a sale.
        account.held = [Quantity(800), Quantity(490), .zero]
        account.cash = Money(15_000)
        for instrument in 0..<3 { account.say(1, instrument) }
        let found = try account.proposals()
        #expect(found.map(\.0) == [0, 2])
        #expect(found[0].2 == Quantity(320) && found[1].3 == Money(47_000))
    }

    @Test("rebalancing comes with a new period, and once in it")
    func rebalances() throws {
        var account = Account(1) {
            $0.rule = .equalWeight
            $0.rebalance = .monthly
        }
        account.say(1, 0)
        _ = try account.proposals(at: 0)
        account.held[0] = Quantity(400)
        account.cash = Money(60_000)
        #expect(try account.proposals(at: 20).isEmpty)
        #expect(try account.proposals(at: 31).map(\.3) == [Money(60_000)])
        #expect(try account.proposals(at: 32).isEmpty)
    }

    @Test("a position that has drifted is brought back, and one that has drifted less is not")
    func rebalancesOnDrift() throws {
        var account = Account(1) {
            $0.rule = .equalWeight
            $0.rebalance = .drift
            $0.drift = 0.25
        }
        account.say(1, 0)
        _ = try account.proposals(at: 0)
        account.held[0] = Quantity(750)
        account.cash = Money(25_000)
        #expect(try account.proposals(at: 20).isEmpty)
        account.held[0] = Quantity(740)
        account.cash = Money(26_000)
        #expect(try account.proposals(at: 20).isEmpty)
        #expect(try account.proposals(at: 21).map(\.3) == [Money(26_000)])
    }
}
