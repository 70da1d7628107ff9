import Domain
import Testing

@testable import Store

@Suite struct SnapshotTests {
    private let place = StoreFolder()

    @Test("a snapshot stays as it was, tells what changed, and comes back")
    func comesBack() throws {
        let store = try BarFolder.made(place.path)
        let snapshots = Snapshots(store)
        _ = try store.append(
            StoreFolder.series(0..<60_000), to: StoreFolder.minutes, provider: "a", at: StoreFolder.now)
        let made = try snapshots.create("first")
        #expect(made == Snapshots.Summary(name: "first", series: 1, rows: 60_000))
        #expect(try snapshots.difference("first", nil).isEmpty)
        _ = try store.append(
            StoreFolder.series(59_999..<60_002, seed: 1), to: StoreFolder.minutes, provider: "b",
            at: StoreFolder.now)
        _ = try store.append(
            StoreFolder.series(0..<5), to: StoreFolder.days, provider: "b", at: StoreFolder.now)
        let found = try snapshots.difference("first", nil)
        #expect(found.map(\.key) == [StoreFolder.minutes, StoreFolder.days])
        #expect(found[0].changed == ["2023-12"] && found[0].rowsAfter == 60_002)
        #expect(found[1].onlyAfter == ["2020s"])
        #expect(try snapshots.create("second").series == 2)
        #expect(try snapshots.restore("first") == [StoreFolder.minutes, StoreFolder.days])
        #expect(try store.read(StoreFolder.minutes) == StoreFolder.series(0..<60_000))
        #expect(try store.series().map(\.key) == [StoreFolder.minutes])
        #expect(try snapshots.restore("first").isEmpty)
        #expect(try snapshots.difference("first", "second").count == 2)
        #expect(try snapshots.restore("second").count == 2)
        #expect(try store.read(StoreFolder.minutes).count == 60_002)
        try snapshots.remove("first")
        #expect(try snapshots.list().map(\.name) == ["second"])
    }

    @Test("a damaged store is made whole, and a damaged snapshot is not restored")
    func damage() throws {
        let store = try BarFolder.made(place.path)
        let snapshots = Snapshots(store)
        let bars = StoreFolder.series(0..<100)
        _ = try store.append(bars, to: StoreFolder.minutes, provider: "a", at: StoreFolder.now)
        _ = try snapshots.create("whole")
        let path = place.path + "/AAPL/1m/2023-11.parquet"
        // In a file of its own: the snapshot is linked to the old one.
        try DiskFile.remove(path)
        #expect(throws: StoreError.self) { try store.read(StoreFolder.minutes) }
        #expect(try snapshots.restore("whole") == [StoreFolder.minutes])
        #expect(try store.read(StoreFolder.minutes) == bars)
        try DiskFile.remove(place.path + "/.snapshots/whole/AAPL/1m/2023-11.parquet")
        #expect(throws: StoreError.self) { try snapshots.restore("whole") }
        #expect(try store.read(StoreFolder.minutes) == bars)
    }

    @Test("names are checked, and a misspelled one is answered with the nearest")
    func names() throws {
        let snapshots = Snapshots(try BarFolder.made(place.path))
        for name in ["", "a/b", "..", ".hidden", "a b"] {
            #expect(throws: StoreError.self) { try snapshots.create(name) }
        }
        _ = try snapshots.create("before-import")
        #expect(throws: StoreError.self) { try snapshots.create("before-import") }
        do {
            _ = try snapshots.restore("before-imprt")
            Issue.record("restored what is not there")
        } catch { #expect(error.description.contains("did you mean before-import?")) }
    }
}
