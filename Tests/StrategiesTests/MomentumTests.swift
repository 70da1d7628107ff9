import Domain
import Testing

@testable import Strategies

@Suite struct MomentumTests {
    /// Runs the strategy over daily closes, instrument by instrument, and gives what is held after each month's ranking.
    private func held(_ closes: [[Int64]], lookback: Int, skip: Int, top: Int) throws -> [(
        day: Int, Set<Int>
    )] {
        let symbols = try closes.indices.map { try #require(Symbol("S\($0)")) }
        let arguments = try Arguments(
            CrossSectionalMomentum.parameters,
            given: [("lookback", "\(lookback)"), ("skip", "\(skip)"), ("top", "\(top)")],
            of: CrossSectionalMomentum.name)
        var strategy = try CrossSectionalMomentum(arguments, symbols: symbols)
        var opinions = Opinions(of: CrossSectionalMomentum.name, symbols: symbols)
        var holds: Set<Int> = []
        var months: [(day: Int, Set<Int>)] = []
        let sessions = TradingCalendar.xnys.sessions(from: CivilDate(2020, 1, 1), to: CivilDate(2024, 1, 1))
        for (day, session) in sessions.prefix(closes[0].count).enumerated() {
            for (instrument, column) in closes.enumerated() {
                strategy.onBar(
                    SMACrossoverTests.bar(column[day]), of: instrument, at: session.close, &opinions)
            }
            guard !opinions.wakes.isEmpty else { continue }
            #expect(
                opinions.wakes.map(\.at) == [session.close],
                "it is asked once, when the day's bars have all been seen")
            strategy.onTimer(at: session.close, &opinions)
            for item in opinions.items {
                if item.signal.strength > 0 {
                    holds.insert(item.instrument)
                } else {
                    holds.remove(item.instrument)
                }
            }
            opinions.removeAll()
            months.append((day, holds))
        }
        return months
    }

    @Test("each month the best of the look-back are held, by the definition", arguments: 1...8)
    func ranks(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let closes = (0..<9).map { _ in
            var close: Int64 = 100_000_000
            return (0..<300).map { _ -> Int64 in
                close += Int64(random.next() % 4_000_001) - 2_000_000
                return close
            }
        }
        let months = try held(closes, lookback: 60, skip: 5, top: 3)
        #expect(months.count > 10)
        for (day, holds) in months {
            guard day >= 60 else {
                #expect(holds.isEmpty)
                continue
            }
            let gains = closes.map { Double($0[day - 5]) / Double($0[day - 60]) }
            let best = gains.indices.sorted { gains[$0] > gains[$1] }.prefix(3)
            #expect(holds == Set(best), "seed \(seed), day \(day)")
        }
    }
}
