import Domain
import Testing

@testable import Indicators

/// What an indicator remembers is all of its fields, found by reflection: one that goes on from a snapshot gives the same
/// figures to the last bit.
@Suite struct MemoryTests {
    @Test(
        "every indicator goes on from what it left", arguments: IndicatorRegistry.entries.map(\.listing.name))
    func goesOn(_ name: String) throws {
        let entry = try #require(IndicatorRegistry.entry(named: name))
        for period in [nil, 300.0] {
            var given: [(name: String, value: Double)] = []
            // Windows beyond 256 lie elsewhere in a ring.
            if let period, entry.listing.parameters.map(\.name) == ["period"] { given = [("period", period)] }
            try goesOn(try entry.make(given))
        }
    }

    private func goesOn<I: ListedIndicator>(_ fresh: I) throws {
        var random = SplitMix64(seed: 11)
        var (whole, broken) = (fresh, fresh)
        var close = 100.0
        var answers = 0
        for bar in 0..<900 {
            close = max(5, close + Double(random.next() % 401) / 100 - 2)
            let reach = Double(random.next() % 300) / 100
            let open = close + Double(random.next() % 201) / 100 - 1
            let input = [
                open, max(open, close) + reach, min(open, close) - reach, close,
                Double(random.next() % 9_000),
                Double(bar / 70),
            ]
            if random.next() % 9 == 0 {
                var walk = SnapshotWalk()
                try walk.value(&broken)
                broken = fresh
                var reading = SnapshotWalk(walk.bytes)
                try reading.value(&broken)
                #expect(reading.isAtEnd)
            }
            var (one, other) = (Array(repeating: -1.0, count: 8), Array(repeating: -1.0, count: 8))
            let isThere = whole.step(input, &one)
            #expect(broken.step(input, &other) == isThere)
            #expect(one.map(\.bitPattern) == other.map(\.bitPattern), "bar \(bar)")
            answers += isThere ? 1 : 0
        }
        #expect(answers > 0)
    }
}
