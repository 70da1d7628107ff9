import Domain
import Indicators
import Testing

/// What every indicator of the registry promises.
struct IndicatorTests {
    @Test("an indicator gives as many numbers as it lists, and its first value when it promised")
    func warmUp() throws {
        var random = SplitMix64(for: "warmUp")
        let bars = Bars.wander(900, &random)
        for entry in IndicatorRegistry.entries {
            let (name, promised) = (entry.listing.name, try entry.warmUp())
            let series = try entry.series(over: bars.candles, other: bars.other)
            #expect(series.count == entry.listing.outputs.count, "\(name)")
            let first = series[0].firstIndex { $0 != nil }.map { $0 + 1 } ?? 0
            // Levels need swings on both sides of the price first.
            let isKept = name == "levels" ? first >= promised : first == promised
            #expect(isKept, "\(name) has its first value at bar \(first), not at \(promised)")
        }
    }

    @Test("what is no usable number is refused: no answer, and nothing changes")
    func refusal() throws {
        var random = SplitMix64(for: "refusal")
        let bars = Bars.wander(700, &random)
        let (candles, other) = (bars.candles, bars.other)
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
