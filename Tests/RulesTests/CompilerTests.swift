import Domain
import Indicators
import Testing

@testable import Rules

@Suite struct CompilerTests {
    static func bars(_ closes: [Double]) -> [Bar] {
        closes.enumerated().map { place, close in
            let units = Int64((close * 1_000_000).rounded())
            return Bar(
                span: Nanoseconds.minute,
                openedAt: CivilDate(2024, 1, 2).midnightUTC + Int64(place) * Nanoseconds.minute,
                open: Price(units: units), high: Price(units: units + 500_000),
                low: Price(units: units - 500_000), close: Price(units: units),
                volume: Volume(units: Int64(place % 7 + 1) * 1000))
        }
    }

    private static func run(_ text: String, _ closes: [Double], condition: Bool = false) throws -> (
        values: [Double?], warmUp: Int
    ) {
        var compiler = Compiler(parameters: ["n": .number(3), "on": .truth(true)])
        let expression = try Expression(text)
        let place = try condition ? compiler.condition(expression) : compiler.number(expression)
        let frames = Frames(compiler.program(), count: 1)
        var values: [Double?] = []
        for bar in bars(closes) {
            frames.update(bar, of: 0, at: bar.openedAt + bar.span)
            values.append(frames[place, of: 0])
        }
        return (values, place.warmUp)
    }

    static let closes: [Double] = [10, 11, 12, 11, 13, 13, 12, 14, 9, 15]

    private struct Definition {
        var text: String
        var warmUp: Int
        var value: ([Double], Int) -> Double?

        init(_ text: String, _ warmUp: Int, _ value: @escaping ([Double], Int) -> Double?) {
            self.text = text
            self.warmUp = warmUp
            self.value = value
        }
    }

    private static var definitions: [Definition] {
        var all: [Definition] = []
        func add(_ text: String, _ warmUp: Int, _ value: @escaping ([Double], Int) -> Double?) {
            all.append(Definition(text, warmUp, value))
        }
        add("close + 1", 1) { $0[$1] + 1 }
        add("close[2]", 3) { $1 < 2 ? nil : $0[$1 - 2] }
        add("close[n]", 4) { $1 < 3 ? nil : $0[$1 - 3] }
        add("change(close, 2) / close[2]", 3) { $1 < 2 ? nil : ($0[$1] - $0[$1 - 2]) / $0[$1 - 2] }
        func mean(_ c: [Double], _ i: Int) -> Double? { i < 2 ? nil : (c[i] + c[i - 1] + c[i - 2]) / 3 }
        add("sma(close, 3)", 3) { mean($0, $1) }
        add("bollinger(3, 2).middle", 3) { mean($0, $1) }
        add("sma(3)[1]", 4) { mean($0, $1 - 1) }
        add("highest(sma(2), 2)", 3) { c, i in i < 2 ? nil : max(c[i] + c[i - 1], c[i - 1] + c[i - 2]) / 2 }
        add("1 / (close - 13)", 1) { c, i in c[i] == 13 ? nil : 1 / (c[i] - 13) }
        add("otherwise(1 / (close - 13), 7)", 1) { c, i in c[i] == 13 ? 7 : 1 / (c[i] - 13) }
        add("if(close > 12, high, low)", 1) { c, i in c[i] > 12 ? c[i] + 0.5 : c[i] - 0.5 }
        add("max(min(close, 12), 11)", 1) { c, i in max(min(c[i], 12), 11) }
        let since: [Double?] = [nil, nil, nil, nil, 0, 0, 1, 0, 1, 0]
        add("since(close > 12)", 1) { since[$1] }
        let when: [Double?] = [nil, nil, nil, nil, 13, 13, 13, 14, 14, 15]
        add("when(close > 12, close)", 1) { when[$1] }
        add("-abs(-close) ^ 2", 1) { c, i in -(c[i] * c[i]) }
        let signs: [Double?] = [nil, 1, 1, -1, 1, 0, -1, 1, -1, 1]
        add("sign(change(close))", 2) { signs[$1] }
        return all
    }

    @Test("numbers follow from their definition")
    func numbers() throws {
        for definition in Self.definitions {
            let found = try Self.run(definition.text, Self.closes)
            #expect(found.warmUp == definition.warmUp, "\(definition.text)")
            for (place, value) in found.values.enumerated() {
                let right = definition.value(Self.closes, place)
                let isSame = value == nil ? right == nil : right.map { abs($0 - value!) < 1e-12 } ?? false
                #expect(isSame, "\(definition.text) at \(place)")
            }
        }
    }

    @Test(
        "conditions hold where they should, and cannot be told where a part cannot",
        arguments: [
            ("close > 12", "0000110101"),
            ("not close > 12", "1111001010"),
            ("close == 13 or close == 9", "0000110010"),
            ("close != 13", "1111001111"),
            ("close > close[1]", "-110100101"),
            ("close > close[1] or true", "-111111111"),
            ("known(close[1])", "0111111111"),
            ("crosses_above(close, 12)", "0000100001"),
            ("crosses_below(close, 12)", "0000000010"),
            ("rising(close, 2)", "--10000000"),
            ("falling(close, n - 2)", "-001001010"),
            ("any(close > 12, 2)", "-000111111"),
            ("all(close > 12, 2)", "-000010000"),
            ("on and close > 12", "0000110101"),
            ("(close > 12) == (close > 13)", "1111001111"),
        ])
    func conditions(text: String, right: String) throws {
        let found = try Self.run(text, Self.closes, condition: true)
        let text = found.values.map { $0.map { $0 == 1 ? "1" : "0" } ?? "-" }.joined()
        #expect(text == right)
    }

    @Test("what occurs twice is worked out once, in other rules too")
    func sharing() throws {
        var compiler = Compiler()
        _ = try compiler.condition(
            Expression("crosses_above(sma(close, 20), sma(close, 50)) and rsi(14) < 70"))
        let before = compiler.program().length
        _ = try compiler.condition(Expression("crosses_below(sma(20), sma(close, period=50))"))
        // Another comparison with the crossing that is there, and nothing else.
        #expect(compiler.program().length == before + 1)
        #expect(compiler.indicators.count == 3)
        _ = try compiler.number(Expression("2 * 3 + 4"))
        #expect(compiler.program().length == before + 1, "constants take no time")
    }

    @Test(
        "a mistake of meaning says where, and what would be right",
        arguments: [
            ("clsoe > 1", 0, "nothing is called clsoe", "clsoe"),
            ("close > smaa(20)", 8, "there is no indicator and no function smaa", "smaa"),
            (
                "sma(close, 20)", 0,
                "the rule should be a condition, and sma(close, 20) is a number: a comparison such as sma(close, 20) > 0 would be right",
                nil
            ),
            (
                "close and true", 0,
                "what and joins should be a condition, and close is a number: a comparison such as close > 0 would be right",
                nil
            ),
            (
                "(close > 1) + 1 > 0", 7,
                "what + stands between should be a number, and close > 1 is a condition", nil
            ),
            (
                "macd(12, 26, 9) > 0 and bollinger(20, 2) > 0", 24,
                "bollinger gives upper, middle, lower: bollinger(20, 2).upper would be one of them", nil
            ),
            (
                "bollinger(20, 2).uper > 0", 17, "bollinger gives no uper; it gives upper, middle, lower",
                "uper"
            ),
            ("rsi(14).signal > 0", 8, "rsi(14) is a single figure, and has no .signal", nil),
            ("sma(close, 0) > 0", 11, "sma: period must be a whole number from 1 to 100000, not 0", nil),
            ("sma(close, peroid=3) > 0", 11, "sma has no parameter peroid; it takes period", "peroid"),
            ("sma(close, 20, 30) > 0", 15, "that is a figure too many: sma(close, 20) would be right", nil),
            (
                "atr(close, 14) > 0", 4,
                "atr looks at the bar itself, and at no other series: atr(14) would be right", nil
            ),
            (
                "sma(20, close) > 0", 8,
                "sma(close, 20) would be right: series first, and then numbers that are known before the first bar",
                nil
            ),
            (
                "correlation(close, 20) > 0", 0,
                "correlation relates two series: correlation(close, volume, 30) would be right", nil
            ),
            (
                "close[close] > 0", 6,
                "bars ago must be known before the first bar: a number or a parameter, and not close", nil
            ),
            ("close[-1] > 0", 6, "bars ago must be a whole number from 0 to 10000, not -1", nil),
            ("close[1.5] > 0", 6, "bars ago must be a whole number from 0 to 10000, not 1.5", nil),
            ("min(close) > 0", 0, "it is called min(a, b), and not with 1 figures", nil),
            ("1 / 0 > close", 2, "1 / 0 is no number", nil),
            (
                "close(3) > 1", 0, "close is not called with parentheses; close[1] is what it was a bar ago",
                nil
            ),
            ("macd(26, 12, 9).signal > 0", 0, "fast must be below slow", nil),
        ] as [(String, Int, String, String?)])
    func mistakes(text: String, offset: Int, sentence: String, unknown: String?) throws {
        var compiler = Compiler()
        let error = #expect(throws: RuleError.self) { try compiler.condition(Expression(text)) }
        #expect(error?.offset == offset)
        #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
        #expect(error?.unknown == unknown)
    }

    @Test("every indicator can be called with its defaults, and says what it says on its own")
    func indicators() throws {
        var random = SplitMix64(seed: 7)
        var close = 100.0
        let closes = (0..<400).map { _ in
            close += Double(random.next() % 401) / 100 - 2
            return close.rounded(.down) + 0.25
        }
        let bars = Self.bars(closes)
        for entry in IndicatorRegistry.entries {
            let listing = entry.listing
            for (number, output) in listing.outputs.enumerated() {
                let call = entry.input == .pair ? "\(listing.name)(close, volume)" : "\(listing.name)()"
                let text = listing.outputs.count == 1 ? call : "\(call).\(output)"
                var compiler = Compiler()
                let place = try compiler.number(Expression(text))
                #expect(place.warmUp == (try entry.warmUp()), "\(text)")
                let frames = Frames(compiler.program(), count: 1)
                var found: [Double?] = []
                for bar in bars {
                    frames.update(bar, of: 0, at: bar.openedAt + bar.span)
                    found.append(frames[place, of: 0])
                }
                // The session's number is that of its day in both.
                var clock = SessionClock()
                let sessions = bars.map { bar in
                    _ = clock.begins(with: bar.openedAt)
                    return Int(clock.date.days)
                }
                let candles = Candles(
                    open: bars.map { Double($0.open) }, high: bars.map { Double($0.high) },
                    low: bars.map { Double($0.low) }, close: bars.map { Double($0.close) },
                    volume: bars.map { Double($0.volume) }, session: sessions)
                let right = try entry.series(over: candles, other: candles.volume)[number]
                #expect(found == right, "\(text)")
            }
        }
    }

    @Test("the clock is New York's, and a session knows its open, its extremes and the close before")
    func clock() throws {
        var compiler = Compiler()
        let texts = [
            "time", "weekday", "session_bar", "session_open", "session_high", "session_low", "previous_close",
            "minutes_left", "month", "day",
        ]
        let places = try texts.map { try compiler.number(Expression($0)) }
        let frames = Frames(compiler.program(), count: 1)
        func figures(_ bar: Bar) -> [Double?] {
            frames.update(bar, of: 0, at: bar.openedAt + bar.span)
            return places.map { frames[$0, of: 0] }
        }
        func price(_ whole: Int64) -> Price { Price(units: whole * 1_000_000) }
        func bar(_ date: CivilDate, _ minute: Int64, _ open: Int64, _ close: Int64) -> Bar {
            Bar(
                span: 5 * Nanoseconds.minute,
                openedAt: EasternTime.moment(on: date, at: 570 * Nanoseconds.minute) + minute
                    * Nanoseconds.minute,
                open: price(open), high: price(max(open, close) + 1), low: price(min(open, close) - 1),
                close: price(close), volume: Volume(units: 1000))
        }
        let monday = CivilDate(2024, 3, 11)
        #expect(figures(bar(monday, 0, 10, 12)) == [575, 1, 1, 10, 13, 9, nil, 385, 3, 11])
        #expect(figures(bar(monday, 5, 12, 20)) == [580, 1, 2, 10, 21, 9, nil, 380, 3, 11])
        #expect(figures(bar(monday + 1, 0, 15, 14)) == [575, 2, 1, 15, 16, 13, 20, 385, 3, 12])
        // The day after Thanksgiving is over at one.
        #expect(figures(bar(CivilDate(2024, 11, 29), 0, 15, 14))[7] == 205)
    }
}
