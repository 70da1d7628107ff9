import Domain
import Glibc
import Parquet
import Testing

@testable import Store

@Suite struct BarFolderTests {
    private let place = StoreFolder()

    @Test("what was stored comes back, whatever the order and however many months it spans")
    func roundTrip() throws {
        let store = try BarFolder.made(place.path)
        let all = StoreFolder.series(0..<100_000)
        let back = BarSeries((0..<100_000).reversed().map { StoreFolder.bar($0) })
        #expect(
            try store.append(back, to: StoreFolder.minutes, provider: "test", at: StoreFolder.now)
                == Appended(added: 100_000))
        #expect(try store.read(StoreFolder.minutes) == all)
        let names = StoreFolder.names(in: place.path + "/AAPL/1m").filter { !$0.hasPrefix(".") }
        #expect(names == ["2023-11.parquet", "2023-12.parquet", "2024-01.parquet", "manifest.json"])
        let summary = try #require(try store.summary(of: StoreFolder.minutes))
        #expect(summary.rows == 100_000 && summary.files == 3 && summary.version == 1)
        #expect(summary.providers == ["test"])
        #expect(
            summary.first == StoreFolder.bar(0).openedAt && summary.last == StoreFolder.bar(99_999).openedAt)
    }

    @Test("a range is from its first moment up to its last, across files")
    func range() throws {
        let store = try BarFolder.made(place.path)
        _ = try store.append(
            StoreFolder.series(0..<100_000), to: StoreFolder.minutes, provider: "test", at: StoreFolder.now)
        for rows in [0..<1, 99_999..<100_000, 20_000..<70_000, 30_000..<30_000, 0..<100_000] {
            let found = try store.read(
                StoreFolder.minutes, from: StoreFolder.bar(rows.lowerBound).openedAt,
                to: StoreFolder.bar(rows.upperBound).openedAt)
            #expect(found == StoreFolder.series(rows))
        }
        #expect(try store.read(SeriesKey(Symbol("NONE")!, .minute)).isEmpty)
    }

    @Test("bars that are there are counted and not written, and others replace and are kept")
    func overlaps() throws {
        let store = try BarFolder.made(place.path)
        func append(_ bars: BarSeries) throws -> Appended {
            try store.append(bars, to: StoreFolder.minutes, provider: "test", at: StoreFolder.now)
        }
        #expect(try append(StoreFolder.series(0..<100)) == Appended(added: 100))
        #expect(try append(StoreFolder.series(50..<120)) == Appended(added: 20, same: 50))
        #expect(try append(StoreFolder.series(0..<120)) == Appended(same: 120))
        #expect(try store.summary(of: StoreFolder.minutes)?.version == 2)
        #expect(try append(StoreFolder.series(10..<12, seed: 5)) == Appended(replaced: 2))
        var twice = StoreFolder.series(200..<201, seed: 1)
        twice.append(StoreFolder.bar(200, seed: 2))
        #expect(try append(twice) == Appended(added: 1, repeated: 1))
        let bars = try store.read(StoreFolder.minutes)
        #expect(bars.count == 121)
        #expect(bars.bar(10, of: StoreFolder.minutes) == StoreFolder.bar(10, seed: 5))
        #expect(bars.bar(120, of: StoreFolder.minutes) == StoreFolder.bar(200, seed: 2))
    }

    @Test("a read as known at a moment has neither what came later nor what was corrected later")
    func pointInTime() throws {
        let store = try BarFolder.made(place.path)
        let key = StoreFolder.minutes
        func at(_ row: Int) -> Timestamp { StoreFolder.bar(row).openedAt }
        _ = try store.append(StoreFolder.series(0..<10), to: key, provider: "a", at: at(20))
        _ = try store.append(StoreFolder.series(3..<4, seed: 1), to: key, provider: "b", at: at(30))
        _ = try store.append(StoreFolder.series(3..<4, seed: 2), to: key, provider: "c", at: at(40))
        func seed(asKnownAt moment: Timestamp) throws -> Int64? {
            let bars = try store.read(key, asKnownAt: moment)
            return bars.count > 3 ? bars.open[3] - StoreFolder.bar(3).open.units : nil
        }
        // A bar is known at its close: the fourth closes where the fifth opens.
        #expect(try store.read(key, asKnownAt: at(4) - 1).count == 3)
        #expect(try seed(asKnownAt: at(4)) == 0)
        #expect(try seed(asKnownAt: at(30) - 1) == 0)
        #expect(try seed(asKnownAt: at(30)) == 1)
        #expect(try seed(asKnownAt: at(40) - 1) == 1)
        #expect(try seed(asKnownAt: at(40)) == 2)
        #expect(try store.read(key, asKnownAt: at(50)) == (try store.read(key)))
        // Corrections that are brought together are each known since a moment of their own, and new bars at their close.
        var both = StoreFolder.series(3..<4, seed: 3)
        both.append(StoreFolder.bar(5, seed: 4))
        both.append(StoreFolder.bar(10, seed: 5))
        let done = try store.append(
            both, to: key, provider: "d", at: at(90),
            knownAt: [at(60).nanoseconds, at(70).nanoseconds, at(80).nanoseconds])
        #expect(done == Appended(added: 1, replaced: 2))
        #expect(try seed(asKnownAt: at(60) - 1) == 2 && seed(asKnownAt: at(60)) == 3)
        let fifth = try [at(70) - 1, at(70)].map { try store.read(key, asKnownAt: $0).bar(5, of: key) }
        #expect(fifth == [StoreFolder.bar(5), StoreFolder.bar(5, seed: 4)])
        #expect(try store.read(key, asKnownAt: at(11)).count == 11)
    }

    @Test("daily bars lie by decade, and symbols of any name have a folder")
    func names() throws {
        let store = try BarFolder.made(place.path)
        for name in ["BRK.B", "EUR/USD", "..", "^VIX", "é", "a b", "%41"] {
            let symbol = Symbol(name)!
            let bars = BarSeries([
                Bar(symbol: symbol, span: Nanoseconds.day, openedAt: CivilDate(1999, 12, 31).midnightUTC),
                Bar(symbol: symbol, span: Nanoseconds.day, openedAt: CivilDate(2000, 1, 3).midnightUTC),
            ])
            _ = try store.append(bars, to: SeriesKey(symbol, .day), provider: "test", at: StoreFolder.now)
            #expect(try store.summary(of: SeriesKey(symbol, .day))?.files == 2)
        }
        #expect(try store.series().count == 7)
        #expect(StoreFolder.names(in: place.path + "/BRK.B/1d").contains("1990s.parquet"))
        #expect(StoreFolder.names(in: place.path).contains("%2E."))
    }

    @Test("a number that a file cannot hold is refused, and nothing is written")
    func tooLarge() throws {
        let store = try BarFolder.made(place.path)
        var bars = StoreFolder.series(0..<3)
        bars.high[1] = .max
        #expect(throws: StoreError.self) {
            try store.append(bars, to: StoreFolder.minutes, provider: "test", at: StoreFolder.now)
        }
        #expect(try store.series().isEmpty)
    }

    @Test("a store that is not there is told with what makes one")
    func missing() {
        do {
            _ = try BarFolder(place.path + "/none")
            Issue.record("there is a store that nobody made")
        } catch { #expect(error.description.contains("tradewind data import")) }
    }
}
