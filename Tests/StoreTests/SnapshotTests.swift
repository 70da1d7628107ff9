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
        #expect(made == Snapshots.Summary(name: "first", series: 1, rows: 60_000, actions: 0))
        #expect(try snapshots.difference("first", nil).isEmpty)
        _ = try store.append(
            StoreFolder.series(59_999..<60_002, seed: 1), to: StoreFolder.minutes, provider: "b",
            at: StoreFolder.now)
        _ = try store.append(
            StoreFolder.series(0..<5), to: StoreFolder.days, provider: "b", at: StoreFolder.now)
        let found = try snapshots.difference("first", nil)
        #expect(found.series.map(\.key) == [StoreFolder.minutes, StoreFolder.days])
        #expect(found.series[0].changed == ["2023-12"] && found.series[0].rowsAfter == 60_002)
        #expect(found.series[1].onlyAfter == ["2020s"])
        #expect(try snapshots.create("second").series == 2)
        #expect(try snapshots.restore("first").series == [StoreFolder.minutes, StoreFolder.days])
        #expect(try store.read(StoreFolder.minutes) == StoreFolder.series(0..<60_000))
        #expect(try store.series().map(\.key) == [StoreFolder.minutes])
        #expect(try snapshots.restore("first") == Snapshots.Restored(actions: []))
        #expect(try snapshots.difference("first", "second").series.count == 2)
        #expect(try snapshots.restore("second").series.count == 2)
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
        #expect(try snapshots.restore("whole").series == [StoreFolder.minutes])
        #expect(try store.read(StoreFolder.minutes) == bars)
        try DiskFile.remove(place.path + "/.snapshots/whole/AAPL/1m/2023-11.parquet")
        #expect(throws: StoreError.self) { try snapshots.restore("whole") }
        #expect(try store.read(StoreFolder.minutes) == bars)
    }

    @Test("what cannot be read is told as that, and not as changed")
    func unread() throws {
        let store = try BarFolder.made(place.path)
        let snapshots = Snapshots(store)
        _ = try store.append(
            StoreFolder.series(0..<100), to: StoreFolder.minutes, provider: "a", at: StoreFolder.now)
        _ = try snapshots.create("whole")
        // Other figures of the same times: only the rows can tell.
        _ = try store.append(
            StoreFolder.series(10..<11, seed: 1), to: StoreFolder.minutes, provider: "a", at: StoreFolder.now)
        #expect(try snapshots.difference("whole", nil).series.map(\.changed) == [["2023-11"]])
        let path = place.path + "/AAPL/1m/2023-11.parquet"
        var bytes = try DiskFile.read(path)
        bytes[bytes.count / 2] ^= 1
        try DiskFile.remove(path)
        try DiskFile.write(bytes, to: path)
        let found = try #require(try snapshots.difference("whole", nil).series.first)
        #expect(found.changed.isEmpty && found.unread.count == 1 && found.unread[0].contains(path))
        #expect(try !snapshots.difference("whole", nil).isEmpty)
    }

    private func write(_ actions: String, of symbol: String) throws {
        let folder = "\(place.path)/.fetched/actions"
        try DiskFile.makeFolders(folder)
        try DiskFile.write(Array(actions.utf8), to: "\(folder)/\(symbol).csv")
    }

    @Test("splits and dividends are taken with the bars, and come back with them")
    func actions() throws {
        let store = try BarFolder.made(place.path)
        let snapshots = Snapshots(store)
        try write("a", of: "AAPL")
        try write("b", of: "MSFT")
        #expect(try snapshots.create("first").actions == 2)
        #expect(try snapshots.difference("first", nil).isEmpty)
        // As a person may edit it, in place.
        try write("other", of: "AAPL")
        try write("c", of: "IBM")
        try DiskFile.remove("\(place.path)/.fetched/actions/MSFT.csv")
        let found = try #require(try snapshots.difference("first", nil).actions)
        #expect(found.changed == ["AAPL"] && found.onlyBefore == ["MSFT"] && found.onlyAfter == ["IBM"])
        _ = try snapshots.create("second")
        #expect(try snapshots.difference("first", "second").actions == found)
        #expect(try snapshots.restore("first").actions == ["AAPL", "IBM", "MSFT"])
        #expect(try store.actionFiles().map { try DiskFile.read($0) } == [Array("a".utf8), Array("b".utf8)])
        #expect(try snapshots.difference("first", nil).isEmpty)
        #expect(try snapshots.restore("first").actions == [])
        // What reads a store finds them in a snapshot.
        let kept = try BarFolder("\(place.path)/.snapshots/second").actionFiles()
        #expect(kept.map { $0.split(separator: "/").last } == ["AAPL.csv", "IBM.csv"])
        // A snapshot whose files are not what they were is not restored.
        try DiskFile.write([1], to: "\(place.path)/.snapshots/second/.fetched/actions/IBM.csv")
        #expect(throws: StoreError.self) { try snapshots.restore("second") }
        #expect(try snapshots.difference("first", nil).isEmpty)
    }

    @Test("a snapshot from before it took splits and dividends leaves those of the store alone")
    func older() throws {
        let store = try BarFolder.made(place.path)
        let snapshots = Snapshots(store)
        let bars = StoreFolder.series(0..<100)
        _ = try store.append(bars, to: StoreFolder.minutes, provider: "a", at: StoreFolder.now)
        _ = try snapshots.create("older")
        try DiskFile.removeFolder("\(place.path)/.snapshots/older/.fetched")
        try write("a", of: "AAPL")
        #expect(try snapshots.list().map(\.actions) == [nil])
        #expect(try snapshots.difference("older", nil) == Snapshots.Differences(actions: nil))
        #expect(try snapshots.restore("older") == Snapshots.Restored(actions: nil))
        #expect(try store.actionFiles().count == 1)
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
