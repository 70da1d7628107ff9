import Domain
import Testing

@testable import Strategies

/// Strategies that decide on prices in whole numbers, against their rules worked out anew at each bar.
@Suite struct WholeNumberTests {
    typealias Said = LibraryTests.Said

    /// Bars of few different prices, which make many exact ties.
    private func bars(_ random: inout SplitMix64) -> [Bar] {
        var close: Int64 = 100
        return (0..<500).map { place in
            let open = close
            close = max(90, min(110, close + Int64(random.next() % 5) - 2))
            func price(_ number: Int64) -> Price { Price(units: number * 1_000_000) }
            return Bar(
                span: Nanoseconds.day, openedAt: (CivilDate(2020, 1, 1) + place).midnightUTC,
                open: price(open), high: price(max(open, close) + Int64(random.next() % 2)),
                low: price(min(open, close) - Int64(random.next() % 2)), close: price(close))
        }
    }

    private func said<S: Strategy>(_ strategy: S.Type, _ given: [(String, String)], _ bars: [Bar]) throws
        -> [Said]
    {
        try LibraryTests.said(strategy, given, bars.map { (0, $0) })
    }

    /// What is said where a side is wanted at each bar, nothing for as it was.
    private func changes(_ count: Int, _ wanted: (_ place: Int, _ side: Int) -> Int) -> [Said] {
        var side = 0
        var found: [Said] = []
        for place in 0..<count {
            let now = wanted(place, side)
            if now != side { found.append(Said(bar: place, instrument: 0, strength: Double(now))) }
            side = now
        }
        return found
    }

    @Test("momentum over time compares two closes", arguments: 1...20)
    func momentum(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bars = bars(&random)
        let closes = bars.map { Int(exactly: $0.close.units / 1_000_000) ?? 0 }
        let lookback = Int(random.next() % 30) + 1
        let skip = Int(random.next() % 8) % lookback
        let percent = Int(random.next() % 4)
        let goesShort = random.next() % 2 == 0
        let found = try said(
            TimeSeriesMomentum.self,
            [
                ("lookback", "\(lookback)"), ("skip", "\(skip)"), ("threshold", "0.0\(percent)"),
                ("short", "\(goesShort)"),
            ], bars)
        let right = changes(bars.count) { place, side in
            guard place >= lookback else { return side }
            let (first, last) = (closes[place - lookback], closes[place - skip])
            if 100 * last > (100 + percent) * first { return 1 }
            return goesShort && 100 * last < (100 - percent) * first ? -1 : 0
        }
        #expect(found == right, "seed \(seed), \(lookback)/\(skip) \(percent)")
    }

    @Test("a break-out leaves the channel of the bars before", arguments: 1...20)
    func donchian(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bars = bars(&random)
        let enter = Int(random.next() % 12) + 1
        let leave = Int(random.next() % UInt64(enter)) + 1
        let goesShort = random.next() % 2 == 0
        let found = try said(
            DonchianBreakout.self,
            [("enter", "\(enter)"), ("leave", "\(leave)"), ("short", "\(goesShort)")], bars)
        let right = changes(bars.count) { place, side in
            guard place >= enter else { return side }
            func top(_ count: Int) -> Price { bars[(place - count)..<place].map(\.high).max() ?? .zero }
            func bottom(_ count: Int) -> Price { bars[(place - count)..<place].map(\.low).min() ?? .zero }
            let close = bars[place].close
            if side <= 0, close > top(enter) { return 1 }
            if side >= 0, goesShort, close < bottom(enter) { return -1 }
            if side > 0, close < bottom(leave) { return 0 }
            return side < 0 && close > top(leave) ? 0 : side
        }
        #expect(found == right, "seed \(seed), \(enter)/\(leave)")
        #expect(found.count > 5)
    }

    @Test("a price that is back within its bands is bought, and sold at the mean", arguments: 1...20)
    func bollinger(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bars = bars(&random)
        let closes = bars.map { Int($0.close.units / 1_000_000) }
        let period = Int(random.next() % 12) + 4
        // In tenths: with whole prices many closes lie on a band exactly.
        let (factor, stop) = (10 + Int(random.next() % 6), 18)
        let goesShort = random.next() % 2 == 0
        let found = try said(
            BollingerReversal.self,
            [
                ("period", "\(period)"), ("factor", "1.\(factor - 10)"), ("stop", "1.8"),
                ("short", "\(goesShort)"),
            ], bars)
        func sums(_ place: Int) -> (distance: Int, variance: Int) {
            let window = closes[(place - period + 1)...place]
            let sum = window.reduce(0, +)
            return (
                period * closes[place] - sum, period * window.reduce(0) { $0 + $1 * $1 } - sum * sum
            )
        }
        func isBeyond(_ place: Int, _ tenths: Int) -> Int {
            let (distance, variance) = sums(place)
            return 100 * distance * distance > tenths * tenths * variance ? distance.signum() : 0
        }
        let right = changes(bars.count) { place, side in
            guard place >= period else { return side }
            let (distance, _) = sums(place)
            if side != 0 {
                return distance * side >= 0 || isBeyond(place, stop) != 0 ? 0 : side
            }
            let before = isBeyond(place - 1, factor)
            guard before != 0, isBeyond(place, factor) == 0, distance.signum() == before else { return 0 }
            return before < 0 ? 1 : goesShort ? -1 : 0
        }
        #expect(found == right, "seed \(seed), \(period) \(factor)")
        #expect(found.count > 5)
    }

    @Test("an RSI that turns is bought, and sold where it is back", arguments: 1...20)
    func rsi(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let bars = bars(&random)
        let closes = bars.map { Int($0.close.units / 1_000_000) }
        let period = Int(random.next() % 12) + 3
        let goesShort = random.next() % 2 == 0
        let found = try said(
            RSIReversal.self,
            [("period", "\(period)"), ("enter", "40"), ("stop", "20"), ("short", "\(goesShort)")], bars)
        /// Rises and all movements of a window.
        func moves(_ place: Int) -> (rises: Int, all: Int) {
            let changes = ((place - period + 1)...place).map { closes[$0] - closes[$0 - 1] }
            return (
                changes.filter { $0 > 0 }.reduce(0, +), changes.map(\.magnitude).reduce(0) { $0 + Int($1) }
            )
        }
        /// On which side of its bounds the RSI was when there last was one.
        func outside(_ place: Int) -> Int {
            var place = place
            while place >= period, moves(place).all == 0 { place -= 1 }
            guard place >= period else { return 0 }
            let (rises, all) = moves(place)
            return 100 * rises < 40 * all ? -1 : 100 * (all - rises) < 40 * all ? 1 : 0
        }
        let right = changes(bars.count) { place, side in
            guard place >= period, moves(place).all > 0 else { return side }
            let (rises, all) = moves(place)
            if side != 0 {
                let part = side > 0 ? rises : all - rises
                return 100 * part >= 55 * all || 100 * part < 20 * all ? 0 : side
            }
            let before = outside(place - 1)
            guard before != 0, outside(place) == 0 else { return 0 }
            let part = before < 0 ? rises : all - rises
            guard 100 * part < 55 * all else { return 0 }
            return before < 0 ? 1 : goesShort ? -1 : 0
        }
        #expect(found == right, "seed \(seed), \(period)")
        #expect(found.count > 5)
    }

    @Test("parameters that contradict each other are refused with both")
    func refusals() {
        func sentence<S: Strategy>(_ strategy: S.Type, _ given: [(String, String)]) -> String? {
            #expect(throws: ParameterError.self) { try said(strategy, given, []) }?.description
        }
        #expect(
            sentence(TimeSeriesMomentum.self, [("lookback", "5"), ("skip", "5")])
                == "skip must be less than lookback, but skip is 5 and lookback is 5")
        #expect(
            sentence(DonchianBreakout.self, [("enter", "5"), ("leave", "6")])
                == "leave must be at most enter, but leave is 6 and enter is 5")
        #expect(
            sentence(BollingerReversal.self, [("factor", "3")])
                == "stop must be more than factor, but stop is 3.0 and factor is 3.0")
        #expect(
            sentence(RSIReversal.self, [("leave", "30")])
                == "stop must be less than enter, and enter less than leave, but they are 15.0, 30.0 and 30.0"
        )
    }
}
