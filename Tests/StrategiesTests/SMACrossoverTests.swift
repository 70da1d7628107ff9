import Domain
import Testing

@testable import Strategies

@Suite struct SMACrossoverTests {
    static func bar(_ close: Int64) -> Bar {
        Bar(
            open: Price(units: close), high: Price(units: close), low: Price(units: close),
            close: Price(units: close))
    }

    /// The signals of a run of closes: the place of the bar, and the strength.
    private func signals(_ closes: [Int64], fast: Int, slow: Int, short: Bool = false) throws -> [(
        Int, Double
    )] {
        let symbol = try #require(Symbol("X"))
        let arguments = try Arguments(
            SMACrossover.parameters,
            given: [("fast", "\(fast)"), ("slow", "\(slow)"), ("short", "\(short)")], of: SMACrossover.name)
        var strategy = try SMACrossover(arguments, symbols: [symbol])
        var opinions = Opinions(of: SMACrossover.name, symbols: [symbol])
        var found: [(Int, Double)] = []
        for (place, close) in closes.enumerated() {
            strategy.onBar(Self.bar(close), of: 0, at: .zero, &opinions)
            found += opinions.items.map { (place, $0.signal.strength) }
            opinions.removeAll()
        }
        return found
    }

    /// The same of closes that are shown in a row.
    private func signalsInARow(_ closes: [Int64], fast: Int, slow: Int) throws -> [(Int, Double)] {
        let symbol = try #require(Symbol("X"))
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "\(fast)"), ("slow", "\(slow)")],
            of: SMACrossover.name)
        var strategy = try SMACrossover(arguments, symbols: [symbol])
        var opinions = Opinions(of: SMACrossover.name, symbols: [symbol])
        return closes.withUnsafeBufferPointer { closes in
            guard let column = closes.baseAddress else { return [] }
            var found: [(Int, Double)] = []
            var place = 0
            while place < closes.count {
                let rest = BarRun(
                    count: closes.count - place, span: Nanoseconds.minute, openedAt: column + place,
                    closesAt: column + place, open: column + place, high: column + place,
                    low: column + place, close: column + place, volume: column + place)
                place += strategy.onBars(rest, of: 0, &opinions)
                found += opinions.items.map { (place - 1, $0.signal.strength) }
                opinions.removeAll()
            }
            return found
        }
    }

    @Test("figures are made where somebody is shown them, and nowhere else")
    func figures() throws {
        let symbol = try #require(Symbol("X"))
        for keeps in [true, false] {
            var opinions = Opinions(of: ["a"], symbols: [symbol], keepsFigures: keeps)
            var made = 0
            func figures() -> [Figure] {
                made += 1
                return [Figure(name: "fast", value: 1)]
            }
            opinions.say(0.5, of: 0, because: "it rises", figures())
            opinions.say(.nan, of: 0, because: "it rises", figures())
            let signal = try #require(opinions.items.first?.signal)
            #expect(made == (keeps ? 1 : 0) && signal.figures.count == made && opinions.items.count == 1)
            #expect(signal.strength == 0.5 && signal.reason == "it rises" && signal.symbol == symbol)
        }
    }

    /// The same from the definition: each average summed anew, compared by cross-multiplication.
    private func slowSignals(_ closes: [Int64], fast: Int, slow: Int) -> [(Int, Double)] {
        var side = 0
        var found: [(Int, Double)] = []
        for place in closes.indices where place >= slow - 1 {
            let left = Int128(closes[(place - fast + 1)...place].reduce(0, +)) * Int128(slow)
            let right = Int128(closes[(place - slow + 1)...place].reduce(0, +)) * Int128(fast)
            let now = left == right ? side : left > right ? 1 : -1
            if side != 0, now != side { found.append((place, now > 0 ? 1 : 0)) }
            side = now
        }
        return found
    }

    @Test("signals equal those of averages that are summed anew at each bar, ties and all", arguments: 1...40)
    func equalsDefinition(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        // Few different prices make many exact ties.
        var close: Int64 = 100
        let closes = (0..<600).map { _ in
            close = max(90, min(110, close + Int64(random.next() % 3) - 1))
            // Of every third walk the products of sums are too large for 64 bits; of another one some closes are too
            // large to be looked at eight at a time, and others are not.
            return close * [1_000_000, 1_000_000_000_000_000, 165_000_000_000][Int(seed % 3)]
        }
        let fast = Int(random.next() % 12) + 1
        let slow = fast + Int(random.next() % 30) + 1
        let found = try signals(closes, fast: fast, slow: slow)
        let right = slowSignals(closes, fast: fast, slow: slow)
        #expect(found.map(\.0) == right.map(\.0), "seed \(seed), \(fast)/\(slow)")
        #expect(found.map(\.1) == right.map(\.1), "seed \(seed), \(fast)/\(slow)")
        let inARow = try signalsInARow(closes, fast: fast, slow: slow)
        #expect(inARow.map(\.0) == right.map(\.0), "seed \(seed), \(fast)/\(slow) in a row")
        #expect(inARow.map(\.1) == right.map(\.1), "seed \(seed), \(fast)/\(slow) in a row")
        #expect(!right.isEmpty, "seed \(seed) crosses nothing and tests nothing")
    }

    @Test("a tie crosses nothing; the side before it counts")
    func ties() throws {
        // With 1 and 2 bars the averages are equal where the close repeats.
        let touches = try signals([10, 11, 11, 12, 12, 11], fast: 1, slow: 2)
        #expect(touches.map(\.0) == [5] && touches.map(\.1) == [0])
        let crosses = try signals([12, 11, 11, 12], fast: 1, slow: 2)
        #expect(crosses.map(\.0) == [3] && crosses.map(\.1) == [1])
    }

    @Test("where the averages stand when they are first known is no crossing")
    func beginning() throws {
        #expect(try signals([10, 11, 12, 13, 14], fast: 1, slow: 3).isEmpty)
    }

    @Test("with short set, a crossing downwards is an opinion against")
    func short() throws {
        #expect(try signals([10, 11, 9], fast: 1, slow: 2, short: true).map(\.1) == [-1])
    }

    @Test("instruments do not disturb each other")
    func instruments() throws {
        let symbols = [try #require(Symbol("A")), try #require(Symbol("B"))]
        let arguments = try Arguments(
            SMACrossover.parameters, given: [("fast", "2"), ("slow", "3")], of: SMACrossover.name)
        var strategy = try SMACrossover(arguments, symbols: symbols)
        var opinions = Opinions(of: SMACrossover.name, symbols: symbols)
        for (left, right) in zip([9, 8, 7, 9, 12], [9, 10, 11, 9, 5]) as Zip2Sequence<[Int64], [Int64]> {
            strategy.onBar(Self.bar(left), of: 0, at: .zero, &opinions)
            strategy.onBar(Self.bar(right), of: 1, at: .zero, &opinions)
        }
        #expect(opinions.items.map(\.instrument) == [0, 1])
        #expect(opinions.items.map(\.signal.symbol) == symbols)
        #expect(opinions.items.map(\.signal.strength) == [1, 0])
    }
}
