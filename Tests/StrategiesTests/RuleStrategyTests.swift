import Domain
import Rules
import Testing

@testable import Strategies

@Suite struct RuleStrategyTests {
    struct Said: Equatable {
        var bar: Int
        var strength: Double
        var stop: Price?
        var target: Price?
    }

    static func side(_ parts: [String: String]) throws -> RuleSheet.Side {
        var side = RuleSheet.Side()
        side.enter = try parts["enter"].map { try Expression($0) }
        side.exit = try parts["exit"].map { try Expression($0) }
        side.size = try parts["size"].map { try Expression($0) }
        side.stop = try parts["stop"].map { try Expression($0) }
        side.trail = try parts["trail"].map { try Expression($0) }
        side.target = try parts["target"].map { try Expression($0) }
        return side
    }

    static func sheet(_ long: [String: String], short: [String: String] = [:], parameters: [Parameter] = [])
        throws
        -> RuleSheet
    {
        try RuleSheet(
            name: "test", summary: "", parameters: parameters, definitions: [], long: try side(long),
            short: try side(short))
    }

    /// What is said over closes in whole cents. Fills come at the next bar's close where they are asked for.
    private func said(_ sheet: RuleSheet, _ closes: [Int64], stoppedAt stopped: Int? = nil) throws -> [Said] {
        let symbol = try #require(Symbol("X"))
        var strategy = try sheet.make(try Arguments(sheet.parameters, of: sheet.name), symbols: [symbol])
        var opinions = Opinions(of: sheet.name, symbols: [symbol])
        var found: [Said] = []
        var held: Int64 = 0
        var wanted: Int64 = 0
        for (place, close) in closes.enumerated() {
            let bar = SMACrossoverTests.bar(close * 10_000)
            func fill(to quantity: Int64) {
                guard quantity != held else { return }
                let fill = Fill(
                    side: quantity > held ? .buy : .sell, quantity: Quantity(Int(abs(quantity - held))),
                    price: bar.close)
                held = quantity
                strategy.onFill(fill, of: 0, at: .zero, &opinions)
            }
            fill(to: wanted)
            if place == stopped {
                wanted = 0
                fill(to: 0)
            }
            strategy.onBar(bar, of: 0, at: .zero, &opinions)
            for item in opinions.items {
                let signal = item.signal
                found.append(
                    Said(bar: place, strength: signal.strength, stop: signal.stop, target: signal.target))
                wanted = signal.strength > 0 ? 10 : signal.strength < 0 ? -10 : 0
            }
            opinions.removeAll()
        }
        return found
    }

    @Test("a crossing in rules is decided as in whole numbers, ties and all", arguments: 1...30)
    func crossing(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var close: Int64 = 100
        let closes = (0..<600).map { _ in
            close = max(90, min(110, close + Int64(random.next() % 3) - 1))
            return close
        }
        let fast = Int(random.next() % 12) + 1
        let slow = fast + Int(random.next() % 30) + 1
        let sheet = try Self.sheet([
            "enter": "crosses_above(sma(close, \(fast)), sma(close, \(slow)))",
            "exit": "crosses_below(sma(close, \(fast)), sma(close, \(slow)))",
        ])
        let symbol = try #require(Symbol("X"))
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "\(fast)"), ("slow", "\(slow)")], of: SMACrossover.name)
        var twin = try SMACrossover(arguments, symbols: [symbol])
        var opinions = Opinions(of: SMACrossover.name, symbols: [symbol])
        var right: [Said] = []
        var isIn = false
        for (place, close) in closes.enumerated() {
            twin.onBar(SMACrossoverTests.bar(close * 10_000), of: 0, at: .zero, &opinions)
            // The twin speaks of leaving, too, where it never entered.
            for item in opinions.items where isIn || item.signal.strength > 0 {
                isIn = item.signal.strength > 0
                right.append(Said(bar: place, strength: item.signal.strength))
            }
            opinions.removeAll()
        }
        #expect(try said(sheet, closes) == right, "seed \(seed), \(fast)/\(slow)")
        #expect(right.count > 3)
    }

    @Test("stop and target are fixed at the entry, and looked at when a bar closes")
    func levels() throws {
        let sheet = try Self.sheet([
            "enter": "close == 10", "stop": "close - 2", "target": "close + 3", "size": "0.5",
        ])
        let stopped = try said(sheet, [900, 1000, 950, 1100, 800, 1000, 1250, 1300, 1000])
        #expect(stopped.map(\.bar) == [1, 4, 5, 7, 8])
        #expect(stopped.map(\.strength) == [0.5, 0, 0.5, 0, 0.5])
        #expect(stopped[0].stop == Price(units: 8_000_000) && stopped[0].target == Price(units: 13_000_000))
    }

    @Test("a trailing stop follows in favour and never back")
    func trail() throws {
        let sheet = try Self.sheet(["enter": "close == 10", "trail": "close - 2"])
        #expect(try said(sheet, [1000, 1200, 1100, 1001, 1000]).map(\.bar) == [0, 4])
        #expect(try said(sheet, [1000, 1200, 1100, 1001, 999]).map(\.bar) == [0, 4])
        #expect(try said(sheet, [1000, 900, 801, 800]).map(\.bar) == [0, 3])
    }

    @Test("what cannot be the stop of an entry keeps it from being one")
    func wrongStops() throws {
        #expect(try said(Self.sheet(["enter": "close == 10", "stop": "close + 1"]), [1000, 1000]).isEmpty)
        #expect(
            try said(Self.sheet(["enter": "close == 10", "stop": "close / (close - 10)"]), [1000, 1000])
                .isEmpty)
        #expect(try said(Self.sheet(["enter": "close == 10", "exit": "false", "size": "0"]), [1000]).isEmpty)
    }

    @Test("the short side has rules of its own, and takes over from the long one")
    func short() throws {
        let sheet = try Self.sheet(
            ["enter": "close > 10", "exit": "close < 9"],
            short: ["enter": "close < 8", "exit": "close > 8.5", "stop": "close + 3"])
        let found = try said(sheet, [1100, 1000, 890, 700, 1000, 1100, 700, 1001])
        #expect(found.map(\.bar) == [0, 2, 3, 4, 5, 6, 7])
        #expect(found.map(\.strength) == [1, 0, -1, 0, 1, -1, 0].map { $0 })
        #expect(found[2].stop == Price(units: 10_000_000))
    }

    @Test("a position that somebody else closed is over for the rules")
    func stoppedOut() throws {
        let sheet = try Self.sheet(["enter": "close == 10", "exit": "close == 12"])
        #expect(try said(sheet, [1000, 1100, 1100, 1000, 1000, 1200], stoppedAt: 2).map(\.bar) == [0, 3, 5])
        #expect(try said(sheet, [1000, 1100, 1100, 1000, 1000, 1200]).map(\.bar) == [0, 5])
    }

    @Test("rules see what they hold, what was paid, and since when")
    func position() throws {
        let sheet = try Self.sheet([
            "enter": "close > 10", "exit": "bars_since_entry >= 2 and close > entry + 1 and position == 1",
        ])
        // Decided at 10.50, paid 11.00: 12.00 is not above it by more than 1.
        #expect(try said(sheet, [1050, 1100, 1200, 1201]).map(\.bar) == [0, 3])
        #expect(try said(sheet, [1050, 1100, 1150, 1150]).map(\.bar) == [0])
    }

    @Test("nothing is said before every rule can be told")
    func warmUp() throws {
        let sheet = try Self.sheet(["enter": "close > 1", "exit": "sma(close, 5) < 1"])
        #expect(try said(sheet, Array(repeating: 1000, count: 8)).map(\.bar) == [4])
    }

    @Test("instruments have frames of their own")
    func instruments() throws {
        let symbols = [try #require(Symbol("A")), try #require(Symbol("B"))]
        let sheet = try Self.sheet([
            "enter": "crosses_above(sma(close, 2), sma(close, 3))",
            "exit": "crosses_below(sma(close, 2), sma(close, 3))",
        ])
        var strategy = try sheet.make(try Arguments([], of: "test"), symbols: symbols)
        var opinions = Opinions(of: "test", symbols: symbols)
        for (left, right) in zip([9, 8, 7, 9, 12], [9, 10, 11, 9, 5]) as Zip2Sequence<[Int64], [Int64]> {
            strategy.onBar(SMACrossoverTests.bar(left * 1_000_000), of: 0, at: .zero, &opinions)
            strategy.onBar(SMACrossoverTests.bar(right * 1_000_000), of: 1, at: .zero, &opinions)
        }
        #expect(opinions.items.map(\.instrument) == [0])
        #expect(
            opinions.items.first?.signal.reason
                == "the rule to enter holds: crosses_above(sma(close, 2), sma(close, 3))")
        #expect(opinions.items.first?.signal.figures.map(\.name) == ["sma(close, 2)", "sma(close, 3)"])
    }
}
