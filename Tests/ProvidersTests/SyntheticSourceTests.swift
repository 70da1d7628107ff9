import Domain
import Testing

@testable import Providers

private let minute: Int64 = 60_000_000_000

/// 2024-01-05, a Friday, at the hour.
private func friday(_ hour: Int, _ minute: Int) -> Timestamp {
    Timestamp(nanoseconds: Int64(1_704_412_800 + hour * 3600 + minute * 60) * 1_000_000_000)
}

private func symbols(_ names: String...) -> [Symbol] { names.compactMap { Symbol($0) } }

private func drained(_ source: SyntheticSource) throws -> [Instant] {
    var source = source
    var instants: [Instant] = []
    while let instant = try source.next() { instants.append(instant) }
    return instants
}

/// FNV-1a over every number of every bar.
private func digest(_ instants: [Instant]) -> UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for bar in instants.lazy.flatMap(\.bars) {
        let words = [
            bar.symbol.words.0, UInt64(bitPattern: bar.openedAt.nanoseconds),
            UInt64(bitPattern: bar.open.units),
            UInt64(bitPattern: bar.high.units), UInt64(bitPattern: bar.low.units),
            UInt64(bitPattern: bar.close.units),
            UInt64(bitPattern: bar.volume.units), bar.trades,
        ]
        for word in words { digest = (digest ^ word) &* 0x100_0000_01b3 }
    }
    return digest
}

@Suite("Invented bars")
struct SyntheticSourceTests {
    @Test(
        "a seed gives the same bars everywhere and for ever",
        arguments: [
            (1, 15_340_167_719_098_093_269), (2, 7_161_785_557_693_983_726),
            (.max, 17_921_484_309_961_455_446),
        ] as [(UInt64, UInt64)])
    // The figures were found by a second implementation, in Python, too.
    func golden(seed: UInt64, expected: UInt64) throws {
        let source = try SyntheticSource(
            seed: seed, symbols: symbols("AAA", "BBB", "CCC"), bars: 5000, start: friday(0, 0))
        let found = try digest(drained(source))
        #expect(found == expected)
    }

    @Test("SplitMix64 is the published one")
    func splitMix() {
        var chance = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in chance.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
        let many = (0..<100_000).map { _ in chance.normal() }
        #expect(abs(many.reduce(0, +) / 100_000) < 0.01)
        #expect(abs(many.reduce(0) { $0 + $1 * $1 } / 100_000 - 1) < 0.02)
    }

    @Test("bars are sound, their sessions are those of the exchange, and a session trades more at its ends")
    func shape() throws {
        // Three weeks with two half days, Thanksgiving, Christmas and New Year's Day.
        let start = Timestamp(seconds: 1_732_233_600)  // 2024-11-22
        let sessions = TradingCalendar.xnys.sessions(
            from: CivilDate(2024, 11, 22), to: CivilDate(2025, 1, 3))
        let expected = sessions.flatMap { session in (0..<session.minutes).map { session.start(ofMinute: $0) }
        }
        #expect(sessions.filter(\.isHalfDay).count == 2)
        let instants = try drained(
            SyntheticSource(seed: 7, symbols: symbols("B", "A"), bars: expected.count, start: start))
        #expect(instants.map(\.bars[0].openedAt) == expected)
        var volume = [Int64](repeating: 0, count: 390)
        for instant in instants {
            #expect(instant.bars.map(\.symbol.text) == ["A", "B"])
            for bar in instant.bars {
                #expect(
                    bar.low.units > 0 && bar.low <= min(bar.open, bar.close)
                        && bar.high >= max(bar.open, bar.close)
                        && bar.volume.units > 0 && bar.trades > 0 && bar.span == minute
                        && bar.openedAt.nanoseconds + bar.span == instant.at.nanoseconds)
                let session = TradingCalendar.xnys.session(on: bar.openedAt.dateUTC)
                if let session, !session.isHalfDay, let minute = session.minute(of: bar.openedAt) {
                    volume[minute] += bar.volume.units
                }
            }
        }
        let (first, noon, last) = (volume[..<30], volume[180..<210], volume[360...])
        #expect(first.reduce(0, +) > 2 * noon.reduce(0, +) && last.reduce(0, +) > 2 * noon.reduce(0, +))
    }

    @Test(
        "the first bar opens at the start or after it",
        arguments: [
            (friday(14, 30), friday(14, 30)), (friday(14, 31), friday(14, 31)),
            (friday(0, 0), friday(14, 30)),
            (Timestamp(nanoseconds: friday(14, 31).nanoseconds + 1), friday(14, 32)),
            (friday(20, 59), friday(20, 59)),
            (friday(21, 0), friday(72 + 14, 30)), (friday(48, 0), friday(72 + 14, 30)),
            (friday(7 * 24 + 21, 0), friday(11 * 24 + 14, 30)),  // over Martin Luther King Jr. Day
        ])
    func start(start: Timestamp, opens: Timestamp) throws {
        var source = try SyntheticSource(seed: 1, symbols: symbols("A"), bars: 1, start: start)
        #expect(try source.next()?.bars.first?.openedAt == opens)
        #expect(try source.next() == nil)
    }

    @Test("a symbol's bars do not depend on the others, and skipping goes on after an instant")
    func independence() throws {
        let alone = try SyntheticSource(seed: 3, symbols: symbols("B"), bars: 800, start: friday(20, 0))
        let instants = try drained(alone)
        let together = try drained(
            SyntheticSource(seed: 3, symbols: symbols("C", "B", "A"), bars: 800, start: friday(20, 0)))
        #expect(together.map { $0.bars[1] } == instants.map { $0.bars[0] })
        for index in [0, 59, 60, 799] {
            var source = alone
            source.skip(through: instants[index].at)
            #expect(try drained(source) == Array(instants[(index + 1)...]))
        }
    }

    @Test("what cannot be made is refused in a sentence")
    func refusals() {
        let start = friday(0, 0)
        #expect(throws: SourceError.self) {
            try SyntheticSource(seed: 1, symbols: symbols("A", "A"), bars: 1, start: start)
        }
        #expect(throws: SourceError.self) {
            try SyntheticSource(seed: 1, symbols: [], bars: -1, start: start)
        }
        #expect(throws: SourceError.self) {
            try SyntheticSource(
                seed: 1, symbols: [], bars: 1, span: SyntheticSource.spanMax + 1, start: start)
        }
        #expect(throws: SourceError.self) {
            try SyntheticSource(seed: 1, symbols: [], bars: 1, start: Timestamp(nanoseconds: .max))
        }
        #expect(throws: SourceError.self) {
            var source = try SyntheticSource(
                seed: 1, symbols: symbols("A"), bars: 1000, span: SyntheticSource.spanMax,
                start: CivilDate(2035, 1, 1).midnightUTC)
            while try source.next() != nil {}
        }
    }
}
