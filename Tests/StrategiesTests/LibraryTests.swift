import Domain
import Glibc
import Testing

@testable import Strategies

@Suite struct LibraryTests {
    struct Said: Equatable {
        var bar: Int
        var instrument: Int
        var strength: Double
    }

    /// Bars of five minutes in cents: open, high, low, close.
    static func bar(_ day: Int, _ place: Int, _ prices: (Int64, Int64, Int64, Int64)) -> Bar {
        let date = CivilDate(2024, 5, 6) + day
        func price(_ cents: Int64) -> Price { Price(units: cents * 10_000) }
        return Bar(
            span: 5 * Nanoseconds.minute,
            openedAt: EasternTime.moment(on: date, at: (570 + 5 * Int64(place)) * Nanoseconds.minute),
            open: price(prices.0), high: price(prices.1), low: price(prices.2), close: price(prices.3),
            volume: Volume(units: 1000))
    }

    static func said<S: Strategy>(
        _ strategy: S.Type, _ given: [(String, String)] = [], _ bars: [(instrument: Int, bar: Bar)],
        symbols: Int = 1,
        reading: (String) throws(ParameterError) -> String = Parameter.readsNothing
    ) throws -> [Said] {
        let symbols = try (0..<symbols).map { try #require(Symbol(["X", "Y", "Z", "W"][$0])) }
        let arguments = try Arguments(
            S.parameters, given: given.map { (name: $0.0, text: $0.1) }, of: S.name, reading: reading)
        var made = try S(arguments, symbols: symbols)
        var opinions = Opinions(of: S.name, symbols: symbols)
        var found: [Said] = []
        var place = 0
        while place < bars.count {
            let now = bars[place].bar.openedAt + bars[place].bar.span
            let first = place
            while place < bars.count, bars[place].bar.openedAt + bars[place].bar.span == now {
                made.onBar(bars[place].bar, of: bars[place].instrument, at: now, &opinions)
                place += 1
            }
            if !opinions.wakes.isEmpty { made.onTimer(at: now, &opinions) }
            found += opinions.items.map {
                Said(bar: first, instrument: $0.instrument, strength: $0.signal.strength)
            }
            opinions.removeAll()
        }
        return found
    }

    private func days(_ days: [[(Int64, Int64, Int64, Int64)]]) -> [(instrument: Int, bar: Bar)] {
        days.enumerated().flatMap { day, bars in
            bars.enumerated().map { (0, Self.bar(day, $0, $1)) }
        }
    }

    @Test("a gap is faded to the close before it, and given up a gap away")
    func fadedGap() throws {
        let up = days([
            [(1000, 1000, 1000, 1000)],
            [(1020, 1022, 1015, 1018), (1018, 1018, 1010, 1010), (1010, 1010, 999, 1000)],
        ])
        #expect(
            try Self.said(Gap.self, [], up) == [
                Said(bar: 1, instrument: 0, strength: -1), Said(bar: 3, instrument: 0, strength: 0),
            ])
        #expect(try Self.said(Gap.self, [("short", "false")], up).isEmpty)
        #expect(try Self.said(Gap.self, [("gap", "0.03")], up).isEmpty, "the gap is too small")
        // From 1018, a gap of 20 against it is 1038.
        let away = days([
            [(1000, 1000, 1000, 1000)],
            [(1020, 1022, 1015, 1018), (1018, 1037, 1018, 1037), (1037, 1040, 1037, 1038)],
        ])
        #expect(try Self.said(Gap.self, [], away).map(\.bar) == [1, 3])
    }

    @Test("a gap is followed where its first bar goes on, and left at the end of the session")
    func followedGap() throws {
        let on = days([
            [(1000, 1000, 1000, 1000)],
            [(1020, 1030, 1020, 1025)] + Array(repeating: (1025, 1026, 1024, 1025), count: 77),
        ])
        let found = try Self.said(Gap.self, [("way", "follow"), ("minutes", "10")], on)
        // The bar that ends at 15:50 is number 76 of the day, place 75.
        #expect(
            found == [Said(bar: 1, instrument: 0, strength: 1), Said(bar: 76, instrument: 0, strength: 0)])
        let back = days([[(1000, 1000, 1000, 1000)], [(1020, 1030, 1010, 1015), (1015, 1015, 1015, 1015)]])
        #expect(try Self.said(Gap.self, [("way", "follow")], back).isEmpty)
    }

    @Test("the first close beyond the opening range counts, once a session")
    func openingRange() throws {
        let opening: [(Int64, Int64, Int64, Int64)] = [(1000, 1010, 995, 1000), (1000, 1005, 990, 1000)]
        let given = [("minutes", "10"), ("target", "1")]
        // High 1010, low 990: out at 1030, or at 990.
        let up = days([
            opening + [
                (1000, 1011, 1000, 1010), (1010, 1012, 1010, 1011), (1011, 1029, 1011, 1029),
                (1029, 1030, 1029, 1030), (1030, 1030, 985, 985),
            ]
        ])
        #expect(
            try Self.said(OpeningRange.self, given, up) == [
                Said(bar: 3, instrument: 0, strength: 1), Said(bar: 5, instrument: 0, strength: 0),
            ])
        let down = days([
            opening + [(1000, 1000, 989, 989), (989, 1010, 989, 1010)], opening + [(1000, 1020, 1000, 1020)],
        ])
        #expect(try Self.said(OpeningRange.self, given, down).map(\.strength) == [-1, 0, 1])
        #expect(try Self.said(OpeningRange.self, given + [("short", "false")], down).map(\.strength) == [1])
        #expect(
            try Self.said(OpeningRange.self, given + [("width", "0.01")], up).isEmpty, "the range is too wide"
        )
    }

    @Test("factors are cut off, brought to one scale, and count nothing where there is no figure")
    func factorScores() {
        let scores = FactorScore.scores([1, 2, 3, 4, nil, 100], winsor: 0.25)
        // The quartiles are 2 and 4: what is left is 2, 2, 3, 4, 4.
        let deviation = (4.0 / 4).squareRoot()
        #expect(scores == [-1 / deviation, -1 / deviation, 0, 1 / deviation, 0, 1 / deviation])
        #expect(FactorScore.scores([5, 5, nil], winsor: 0) == [0, 0, 0])
        #expect(FactorScore.scores([1, nil], winsor: 0) == [0, 0])
    }

    private func closes(_ columns: [[Int64]]) -> [(instrument: Int, bar: Bar)] {
        let sessions = Array(
            TradingCalendar.xnys.sessions(from: CivilDate(2024, 1, 2), to: CivilDate(2025, 1, 1)))
        return columns[0].indices.flatMap { day in
            columns.enumerated().map { instrument, column in
                let price = Price(units: column[day] * 10_000)
                let bar = Bar(
                    span: sessions[day].length, openedAt: sessions[day].open, open: price, high: price,
                    low: price,
                    close: price)
                return (instrument, bar)
            }
        }
    }

    @Test("fundamentals count from the day after they were known, and rank as their weight says")
    func fundamentals() throws {
        let flat = Array(repeating: Array(repeating: Int64(1000), count: 80), count: 3)
        let file = """
            symbol,known_on,earnings_per_share,shares
            X,2024-01-02,1,100
            Y,2024-01-02,2,100
            Z,2024-01-02,0.5,100
            Z,2024-03-01,3,100
            UNKNOWN,2024-01-02,9,100
            """
        let given = [
            ("fundamentals", "f.csv"), ("lookback", "5"), ("skip", "1"), ("window", "5"), ("top", "1"),
            ("winsor", "0"),
        ]
        let found = try Self.said(MultiFactor.self, given, closes(flat), symbols: 3) {
            _ throws(ParameterError) in file
        }
        // Y is the cheapest; Z is from the ranking on the first session after March the first, and not on that day itself.
        #expect(found.map(\.instrument) == [1, 2, 1] && found.map(\.strength) == [1, 1, 0])
        let april =
            Array(TradingCalendar.xnys.sessions(from: CivilDate(2024, 1, 2), to: CivilDate(2024, 4, 1))).count
            - 1
        #expect(found[1].bar == 3 * april)
        let against = try Self.said(MultiFactor.self, given + [("value", "-1")], closes(flat), symbols: 3) {
            _ throws(ParameterError) in file
        }
        #expect(against.map(\.instrument) == [2, 0, 2])
        let error = #expect(throws: ParameterError.self) {
            _ = try FundamentalTable(FileText(path: "f.csv", text: "symbol,known_on,eps\n"), [])
        }
        #expect(error?.unknown == "eps")
    }

    @Test("a pair that goes together is bought behind and sold ahead, in the proportion of its slope")
    func pairs() throws {
        var random = SplitMix64(seed: 3)
        func normal() -> Double {
            (0..<12).reduce(-6.0) { sum, _ in sum + Double(random.next() % 10_000) / 10_000 }
        }
        var (walk, spread) = (0.0, 0.0)
        var columns: [[Int64]] = [[], []]
        for _ in 0..<240 {
            walk += 0.01 * normal()
            spread = 0.7 * spread + 0.02 * normal()
            columns[0].append(Int64((10_000 * exp(0.5 * walk + spread)).rounded()))
            columns[1].append(Int64((10_000 * exp(walk)).rounded()))
        }
        let bars = closes(columns)
        let given = [("lookback", "120"), ("every", "10")]
        let found = try Self.said(Pairs.self, given, bars, symbols: 2)
        #expect(found.count >= 8)
        let entries = stride(from: 0, to: found.count - 1, by: 2).map { (found[$0], found[$0 + 1]) }
        for (first, second) in entries {
            #expect(first.instrument == 0 && second.instrument == 1 && first.bar == second.bar)
            #expect(first.strength * second.strength <= 0)
            guard first.strength != 0 else { continue }
            let slope = -second.strength / first.strength
            #expect(slope > 0.1 && slope < 1, "it is about a half")
        }
        #expect(
            entries.map { $0.0.strength != 0 } == entries.indices.map { $0 % 2 == 0 }, "in and out in turn")
        // Two walks that have nothing to do with each other.
        var (one, other) = (0.0, 0.0)
        var apart: [[Int64]] = [[], []]
        for _ in 0..<240 {
            one += 0.01 * normal()
            other += 0.01 * normal()
            apart[0].append(Int64((10_000 * exp(one)).rounded()))
            apart[1].append(Int64((10_000 * exp(other)).rounded()))
        }
        #expect(try Self.said(Pairs.self, given + [("chance", "0.001")], closes(apart), symbols: 2).isEmpty)
    }

    @Test("a model's strategy is in while its number is high, and short where it may be")
    func model() throws {
        // The number is the close in units of ten.
        let file = "kind,linear\nfeature,close / 10,1"
        func read(_ path: String) throws(ParameterError) -> String { file }
        let bars = closes([[500, 700, 550, 450, 300, 450, 520, 700]])
        let long = try Self.said(ModelPowered.self, [("model", "m")], bars, reading: read)
        #expect(
            long == [
                Said(bar: 1, instrument: 0, strength: 1), Said(bar: 3, instrument: 0, strength: 0),
                Said(bar: 7, instrument: 0, strength: 1),
            ])
        let both = try Self.said(
            ModelPowered.self, [("model", "m"), ("short", "true"), ("scale", "true")], bars, reading: read)
        #expect(both.map(\.bar) == [1, 3, 4, 6, 7])
        #expect(zip(both.map(\.strength), [0.2, 0, -0.2, 0, 0.2]).allSatisfy { abs($0 - $1) < 1e-12 })
        let error = #expect(throws: ParameterError.self) { try Self.said(ModelPowered.self, [], bars) }
        #expect(error?.description == "model names no file: model=config/models/trend.csv would be one")
    }

    @Test("rule and model filter, weigh and vote as it is stated")
    func hybrid() throws {
        // The model says the volume of trades it sees: nothing but the close's last digit.
        let file = "kind,linear\nfeature,close - 10 * floor(close / 10),0.1"
        func read(_ path: String) throws(ParameterError) -> String { file }
        // The average of 2 above that of 3, or not; the model from 0 to 0.9.
        let bars = closes([[10_00, 11_00, 12_00, 13_00, 14_00, 19_00, 28_00, 21_00, 11_00, 10_00]])
        func strengths(_ way: String) throws -> [Said] {
            try Self.said(
                Hybrid.self, [("model", "m"), ("combine", way), ("fast", "2"), ("slow", "3")], bars,
                reading: read)
        }
        // From bar 3 on; chances .3 .4 .9 .8 .1 .1 0, rule 1 1 1 1 1 0 0.
        #expect(try strengths("filter").map { [$0.bar, Int($0.strength)] } == [[5, 1], [8, 0]])
        // close above that of three bars before: 1 1 1 1 1 0 0.
        #expect(try strengths("vote").map { [$0.bar, Int($0.strength)] } == [[3, 1], [8, 0]])
        let weighed = try strengths("weight")
        #expect(weighed.map(\.bar) == [3, 5, 7, 8])
        #expect(zip(weighed.map(\.strength), [0.5, 0.9, 0.5, 0]).allSatisfy { abs($0 - $1) < 1e-12 })
    }
}
