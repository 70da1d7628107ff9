import Domain
import Glibc
import Testing

@testable import Strategies

/// A snapshot is everything: what goes on from one says what it would have said.
@Suite struct MemoryTests {
    /// A strategy with arguments, on bars that make it speak.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var given: [(name: String, text: String)] = []
        var isIntraday = false

        var testDescription: String {
            ([name] + given.map { "\($0.name)=\($0.text)" }).joined(separator: " ")
        }
    }

    static let model = """
        kind,linear
        link,logistic
        feature,close / sma(close, 20) - 1,40
        feature,rsi(5) / 100 - 0.5,-2
        """

    static func file(_ path: String) throws(ParameterError) -> String {
        path.hasSuffix("model") ? model : "symbol,known_on,earnings_per_share,shares\nX,2024-01-01,5,7\n"
    }

    static let cases: [Case] = [
        Case(name: "buy-and-hold"),
        Case(name: "sma-crossover", given: [("fast", "3"), ("slow", "9"), ("short", "true")]),
        Case(name: "momentum", given: [("lookback", "30"), ("skip", "3"), ("top", "2")]),
        Case(name: "time-series-momentum", given: [("lookback", "21"), ("skip", "2"), ("short", "true")]),
        Case(name: "donchian", given: [("enter", "9"), ("leave", "4"), ("short", "true")]),
        Case(name: "swing-trend", given: [("fast", "4"), ("slow", "9"), ("adx", "5"), ("short", "true")]),
        Case(
            name: "swing-trend",
            given: [("fast", "4"), ("slow", "9"), ("adx", "1"), ("model", "model"), ("scale", "true")]),
        Case(name: "mean-reversion", given: [("enter", "1"), ("rsi", "49")], isIntraday: true),
        Case(
            name: "mean-reversion",
            given: [("enter", "0.8"), ("rsi", "50"), ("model", "model"), ("agree", "0.3")], isIntraday: true),
        Case(name: "bollinger-reversal", given: [("period", "8"), ("factor", "1.2"), ("short", "true")]),
        Case(name: "rsi-reversal", given: [("period", "6"), ("enter", "40"), ("short", "true")]),
        Case(
            name: "multi-factor",
            given: [
                ("lookback", "20"), ("skip", "2"), ("window", "10"), ("top", "2"), ("fundamentals", "facts"),
            ]),
        Case(name: "pairs", given: [("lookback", "40"), ("every", "7"), ("chance", "1"), ("enter", "1.2")]),
        Case(name: "gap", given: [("gap", "0.0005")], isIntraday: true),
        Case(name: "opening-range", given: [("minutes", "60")], isIntraday: true),
        Case(name: "model", given: [("model", "model"), ("enter", "0.55"), ("short", "true")]),
        Case(
            name: "hybrid", given: [("model", "model"), ("combine", "weight"), ("fast", "3"), ("slow", "9")]),
        Case(name: "hybrid", given: [("model", "model"), ("combine", "vote"), ("fast", "3"), ("slow", "9")]),
    ]

    @Test("every strategy of the registry is tried here")
    func allAreThere() {
        #expect(Set(StrategyRegistry.listed.map(\.name)) == Set(Self.cases.map(\.name)))
    }

    /// Says what a strategy says of a market, put into a new one from a snapshot before bars that chance names.
    struct Telling: StrategyVisitor {
        let given: Case
        let market: [Market.Instant]
        let symbols: [Symbol]
        /// Of so many instants one.
        let seldom: UInt64
        var random: SplitMix64
        var said: [Opinions.Item] = []
        var left: [UInt8] = []
        var restarts = 0

        mutating func visit<B: Blueprint>(_ blueprint: B) throws {
            let arguments = try Arguments(
                blueprint.parameters, given: given.given, of: blueprint.name, reading: MemoryTests.file)
            var voice = try blueprint.make(arguments, symbols: symbols)
            var opinions = Opinions(of: blueprint.name, symbols: symbols)
            for instant in market {
                if random.next() % seldom == 0 {
                    var walk = SnapshotWalk()
                    try voice.remember(&walk)
                    var fresh = try blueprint.make(arguments, symbols: symbols)
                    var reading = SnapshotWalk(walk.bytes)
                    try fresh.remember(&reading)
                    #expect(reading.isAtEnd)
                    voice = fresh
                    restarts += 1
                }
                for (instrument, bar) in instant.bars {
                    voice.onBar(bar, of: instrument, at: instant.at, &opinions)
                }
                if !opinions.wakes.isEmpty { voice.onTimer(at: instant.at, &opinions) }
                for item in opinions.items where item.signal.strength != 0 {
                    let price = instant.bars.first { $0.instrument == item.instrument }?.bar.close ?? Price(1)
                    let fill = Fill(
                        symbol: symbols[item.instrument], side: item.signal.strength > 0 ? .buy : .sell,
                        quantity: Quantity(3), price: price)
                    voice.onFill(fill, of: item.instrument, at: instant.at, &opinions)
                }
                said += opinions.items
                opinions.removeAll()
            }
            var walk = SnapshotWalk()
            try voice.remember(&walk)
            left = walk.bytes
        }
    }

    @Test("restored at any bar it goes on to the last bit", arguments: cases)
    func goesOn(_ each: Case) throws {
        let symbols = try ["X", "Y", "Z", "W"].map { try #require(Symbol($0)) }
        let market = Market.made(seed: 5, instruments: 4, each.isIntraday)
        func telling(_ seldom: UInt64, _ seed: UInt64) throws -> Telling {
            var telling = Telling(
                given: each, market: market, symbols: symbols, seldom: seldom, random: SplitMix64(seed: seed))
            try StrategyRegistry.visit(each.name, &telling)
            return telling
        }
        let whole = try telling(.max, 1)
        #expect(whole.restarts == 0 && whole.said.count >= (each.name == "buy-and-hold" ? 4 : 6))
        for (seldom, seed) in [(1, 2), (7, 3), (60, 4)] as [(UInt64, UInt64)] {
            let broken = try telling(seldom, seed)
            #expect(broken.restarts > 0)
            #expect(broken.said.map(\.signal) == whole.said.map(\.signal))
            #expect(broken.said.map(\.instrument) == whole.said.map(\.instrument))
            #expect(broken.left == whole.left, "it remembers the same")
        }
    }

    @Test("rules do so too, with every kind of step, and refuse what others left")
    func rules() throws {
        let words: [String: String] = [
            "enter": """
            crosses_above(close, sma(close, 5)) or rsi(4) < 35 or any(close > highest(close, 6)[1], 3)
              or macd(4, 9, 3).histogram > 0 and close[2] < close
            """,
            "exit": """
            since(close < low[1]) < 2 and bars_since_entry > 1 or when(rising(close, 2), close) > close
              or session_bar > 70 or entry > 1.05 * close
            """,
            "stop": "close - 3 * atr(5)", "trail": "lowest(low, 7) - 0.01", "size": "0.5",
        ]
        let sheet = try RuleStrategyTests.sheet(words)
        let symbols = try ["X", "Y", "Z", "W"].map { try #require(Symbol($0)) }
        for isIntraday in [false, true] {
            func telling(_ seldom: UInt64) throws -> Telling {
                var telling = Telling(
                    given: Case(name: sheet.name), market: Market.made(seed: 9, instruments: 4, isIntraday),
                    symbols: symbols, seldom: seldom, random: SplitMix64(seed: 6))
                try telling.visit(sheet)
                return telling
            }
            let whole = try telling(.max)
            #expect(whole.said.count > 40)
            for seldom in [1, 5, 50] as [UInt64] {
                let broken = try telling(seldom)
                #expect(broken.said.map(\.signal) == whole.said.map(\.signal))
                #expect(broken.left == whole.left)
            }
            var other = try RuleStrategyTests.sheet(words.merging(["size": "0.25"]) { $1 })
                .make(Arguments([], of: "other"), symbols: symbols)
            var walk = SnapshotWalk(whole.left)
            let error = #expect(throws: SnapshotMismatch.self) { try other.remember(&walk) }
            #expect(
                error?.description == "the rules or the model are not those that the snapshot was made with")
        }
    }

    // MARK: What cannot be kept

    private final class Secret { var count = 0 }
    private struct Secretive: Remembering { let secret = Secret() }
    private struct Wordy: Remembering {
        var words: [String] = []
        var pair: (Double, Int?) = (0, nil)
        let constant: () -> Int = { 3 }
    }
    private struct Numbered: Remembering { var number = 1.5 }

    @Test("what could change unseen is refused, and so are other fields")
    func refusals() throws {
        var secretive = Secretive()
        var walk = SnapshotWalk()
        let error = #expect(throws: SnapshotMismatch.self) { try secretive.remember(&walk) }
        #expect(
            error?.description == "Secret cannot be kept in a snapshot without a remember of its own")

        var numbered = Numbered(number: 7)
        var writing = SnapshotWalk()
        try numbered.remember(&writing)
        var wordy = Wordy(words: ["a"], pair: (1, 4))
        var reading = SnapshotWalk(writing.bytes)
        #expect(throws: SnapshotMismatch.self) { try wordy.remember(&reading) }

        var kept = SnapshotWalk()
        try wordy.remember(&kept)
        var same = Wordy(words: ["b"])
        var again = SnapshotWalk(kept.bytes)
        try same.remember(&again)
        #expect(same.words == ["a"] && same.pair.0 == 1 && same.pair.1 == 4 && again.isAtEnd)
        var shorter = Wordy()
        var cut = SnapshotWalk(kept.bytes)
        #expect(throws: SnapshotMismatch.self) { try shorter.remember(&cut) }
    }
}

/// Bars that wander, daily or of five minutes.
enum Market {
    struct Instant: Sendable {
        var at: Timestamp
        var bars: [(instrument: Int, bar: Bar)]
    }

    static func made(seed: UInt64, instruments: Int, _ isIntraday: Bool) -> [Instant] {
        var random = SplitMix64(seed: seed)
        var closes = Array(repeating: Int64(20_000), count: instruments)
        let sessions = Array(
            TradingCalendar.xnys.sessions(
                from: CivilDate(2024, 1, 2), to: isIntraday ? CivilDate(2024, 1, 13) : CivilDate(2025, 3, 1)))
        return sessions.flatMap { session in
            let span = isIntraday ? 5 * Nanoseconds.minute : session.length
            return stride(from: 0, to: session.length, by: Int(span)).map { (begins) -> Instant in
                var bars: [(instrument: Int, bar: Bar)] = []
                for instrument in 0..<instruments {
                    let open = closes[instrument] + Int64(random.next() % 81) - 40
                    let close = max(2_000, open + Int64(random.next() % 401) - 200)
                    closes[instrument] = close
                    let (top, bottom) = (Int64(random.next() % 90), Int64(random.next() % 90))
                    // Now and then one has no bar.
                    if random.next() % 11 == 0 { continue }
                    func price(_ cents: Int64) -> Price { Price(units: cents * 10_000) }
                    bars.append(
                        (
                            instrument,
                            Bar(
                                span: span, openedAt: session.open + begins, open: price(open),
                                high: price(max(open, close) + top), low: price(min(open, close) - bottom),
                                close: price(close), volume: Volume(units: Int64(random.next() % 1_000_000)))
                        ))
                }
                return Instant(at: session.open + begins + span, bars: bars)
            }
        }
    }
}
