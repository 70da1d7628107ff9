import Domain
import Indicators
import Testing

/// What every indicator of the registry promises.
struct IndicatorTests {
    /// Bars that wander, with jumps, flat stretches and a session of forty bars.
    static func wander(_ count: Int, for test: String) -> (candles: Candles, other: [Double]) {
        var random = SplitMix64(for: test)
        var columns = Array(repeating: [Double](), count: 6)
        var session: [Int] = []
        var (price, second) = (100.0, 40.0)
        for bar in 0..<count {
            let open = price
            let isFlat = (bar / 30) % 7 == 3
            if !isFlat { price = max(1, price + Double.random(in: -2...2, using: &random)) }
            second = max(1, second + Double.random(in: -1...1, using: &random))
            let reach = isFlat ? 0 : Double.random(in: 0...1, using: &random)
            columns[0].append(open)
            columns[1].append(max(open, price) + reach)
            columns[2].append(min(open, price) - reach / 2)
            columns[3].append(price)
            columns[4].append(isFlat ? 0 : Double(Int.random(in: 1...10_000, using: &random)))
            columns[5].append(second)
            session.append(bar / 40)
        }
        let candles = Candles(
            open: columns[0], high: columns[1], low: columns[2], close: columns[3], volume: columns[4],
            session: session)
        return (candles, columns[5])
    }

    @Test(
        "bar by bar and over a column an indicator says the same, bit for bit, and no earlier than it promised"
    )
    func sameBothWays() throws {
        let (candles, other) = Self.wander(900, for: "sameBothWays")
        for entry in IndicatorRegistry.entries {
            let column = try entry.series(over: candles, other: other)
            try compare(entry.make(), named: entry.listing.name, with: column, candles, other)
        }
    }

    private func compare<Listed: ListedIndicator>(
        _ indicator: Listed, named name: String, with column: [[Double?]], _ candles: Candles,
        _ other: [Double]
    ) {
        var indicator = indicator
        #expect(
            column.count == Listed.Output.width && column.count == Listed.listing.outputs.count, "\(name)")
        var first: Int?
        for bar in 0..<candles.count {
            let output = indicator.update(Self.input(of: candles, other, at: bar))
            var numbers = [Double](repeating: 0, count: Listed.Output.width)
            output?.store(at: &numbers, stride: 1)
            if output != nil { first = first ?? bar + 1 }
            let same = column.indices.allSatisfy {
                column[$0][bar]?.bitPattern == (output == nil ? nil : numbers[$0].bitPattern)
            }
            guard same, numbers.allSatisfy(\.isFinite) else {
                Issue.record("\(name), bar \(bar): \(numbers), in the column \(column.map { $0[bar] })")
                return
            }
        }
        // Levels need swings on both sides of the price first.
        let isKept = name == "levels" ? (first ?? 0) >= indicator.warmUp : first == indicator.warmUp
        #expect(isKept, "\(name) has its first value at bar \(first ?? 0), not at \(indicator.warmUp)")
    }

    private static func input<Input: IndicatorInput>(of candles: Candles, _ other: [Double], at bar: Int)
        -> Input
    {
        let candle = Candle(
            open: candles.open[bar], high: candles.high[bar], low: candles.low[bar],
            close: candles.close[bar],
            volume: candles.volume[bar], session: candles.session[bar])
        let inputs: [any IndicatorInput] = [candle.close, candle, Pair(candle.close, other[bar])]
        return inputs.lazy.compactMap { $0 as? Input }.first!
    }

    @Test("what is no usable number is refused: no answer, and nothing changes")
    func refusal() throws {
        let (candles, other) = Self.wander(700, for: "refusal")
        let bad = [Double.nan, .infinity, -.infinity, 1e300, .signalingNaN]
        func spoilt(_ column: [Double]) -> [Double] {
            var out: [Double] = []
            for (bar, number) in column.enumerated() {
                if bar % 50 == 17 { out.append(bad[(bar / 50) % bad.count]) }
                out.append(number)
            }
            return out
        }
        var session: [Int] = []
        for (bar, number) in candles.session.enumerated() {
            if bar % 50 == 17 { session.append(number) }
            session.append(number)
        }
        let damaged = Candles(
            open: spoilt(candles.open), high: spoilt(candles.high), low: spoilt(candles.low),
            close: spoilt(candles.close), volume: spoilt(candles.volume), session: session)
        for entry in IndicatorRegistry.entries {
            let clean = try entry.series(over: candles, other: other)
            let found = try entry.series(over: damaged, other: spoilt(other))
            for (clean, found) in zip(clean, found) {
                let same = clean.indices.allSatisfy { bar in
                    let place = bar + (bar + 33) / 50
                    return found[place] == clean[bar] && (bar % 50 != 17 || found[place - 1] == nil)
                }
                #expect(same, "\(entry.listing.name)")
            }
        }
    }

    @Test("a copy of an indicator goes its own way, in short windows and in long ones", arguments: [5, 300])
    func copies(period: Int) {
        var one = SMA(period: period)
        for number in 0..<period { _ = one.update(Double(number)) }
        var two = one
        for _ in 0..<period { _ = two.update(7) }
        #expect(two.update(7) == 7)
        #expect(one.update(Double(period)) == Double(period + 1) / 2)
    }

    @Test("sums do not drift, and equal numbers have no deviation, whatever went before")
    func drift() {
        var (mean, deviation) = (SMA(period: 10), RollingDeviation(period: 10))
        for number in 0..<1000 {
            _ = (mean.update(1e15 + Double(number)), deviation.update(1e9 * Double(number)))
        }
        for _ in 0..<19 { _ = (mean.update(0.5), deviation.update(0.1)) }
        #expect(mean.update(0.5) == 0.5)
        #expect(deviation.update(0.1) == 0)
    }

    @Test("a window without volume or range says so exactly, whatever went before")
    func emptyWindows() {
        var random = SplitMix64(for: "emptyWindows")
        var (flow, index, range) = (CMF(period: 20), MFI(period: 14), Parkinson(period: 21, periods: 252))
        for bar in 0..<400 {
            let isEmpty = bar % 57 >= 27
            let close = isEmpty ? 50 : Double.random(in: 40...60, using: &random)
            let candle = Candle(
                open: close, high: isEmpty ? close : close + 1, low: isEmpty ? close : close - 1,
                close: close,
                volume: isEmpty ? 0 : Double.random(in: 1...1e6, using: &random))
            let said = (flow.update(candle), index.update(candle), range.update(candle))
            let empty = isEmpty ? bar % 57 - 26 : 0
            #expect(empty < 20 || said.0 == nil)
            #expect(empty < 14 || said.1 == nil)
            #expect(empty < 21 || said.2 == 0)
            #expect(said.1.map { $0 >= 0 && $0 <= 100 } ?? true)
        }
    }

    @Test("averages of prices are compared exactly, where doubles would round")
    func exactAverages() {
        var random = SplitMix64(for: "exactAverages")
        var (fast, slow) = (ExactAverage<Price>(period: 3), ExactAverage<Price>(period: 7))
        var prices: [Int64] = []
        var ties = 0
        for _ in 0..<3000 {
            prices.append(Int64.random(in: 1...4, using: &random) * 9_000_000_000_000_001)
            fast.update(Price(units: prices.last!))
            slow.update(Price(units: prices.last!))
            guard prices.count >= 7 else { continue }
            let (left, right) = (
                Int128(prices.suffix(3).reduce(0, +)) * 7, Int128(prices.suffix(7).reduce(0, +)) * 3
            )
            #expect(fast.side(of: slow) == (left == right ? 0 : left > right ? 1 : -1))
            if left == right { ties += 1 }
        }
        #expect(ties > 50)
        #expect(ExactAverage<Price>(period: 2).side(of: slow) == nil)
    }

    @Test(
        "a parameter that does not fit is refused with what would be right",
        arguments: [
            ("period", 0, "sma: period must be a whole number from 1 to 100000, not 0"),
            ("period", 2.5, "sma: period must be a whole number from 1 to 100000, not 2.5"),
            ("perod", 3, "sma has no parameter perod; it takes period"),
        ])
    func parameters(name: String, value: Double, sentence: String) throws {
        let sma = try #require(IndicatorRegistry.entry(named: "sma"))
        let error = #expect(throws: ParameterError.self) { try sma.make([(name: name, value: value)]) }
        #expect(error?.description == sentence)
    }
}
