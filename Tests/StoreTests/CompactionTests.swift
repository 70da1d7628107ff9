import Domain
import Glibc
import Parquet
import Testing

@testable import Store

@Suite struct CompactionTests {
    private let place = StoreFolder()
    private let key = StoreFolder.minutes
    private static let corrected = StoreFolder.now + 1_000 * Nanoseconds.second

    /// Two months of minutes, a part of them corrected at one moment and another part later.
    private func filled() throws -> BarFolder {
        let store = try BarFolder.made(place.path)
        func append(_ rows: Range<Int>, _ seed: Int64, _ now: Timestamp) throws {
            _ = try store.append(StoreFolder.series(rows, seed: seed), to: key, provider: "a", at: now)
        }
        try append(0..<40_000, 0, StoreFolder.now)
        try append(100..<200, 1, StoreFolder.now)
        try append(30_000..<30_010, 2, CompactionTests.corrected)
        return store
    }

    private func packed() throws -> BarFolder { try BarFolder(place.path, codec: .zstd) }

    @Test("files packed anew have the same bars, and what was known before stays known")
    func packedAnew() throws {
        let store = try filled()
        let bars = try store.read(key)
        let before = try store.read(key, asKnownAt: StoreFolder.now)
        let trial = try packed().compact(key, droppingVersionsUntil: nil, isTrial: true)
        #expect(trial.packed == 4 && trial.bytesAfter < trial.bytesBefore)
        #expect(try store.summary(of: key)?.version == 3)
        #expect(try packed().compact(key, droppingVersionsUntil: nil) == trial)
        #expect(try store.summary(of: key)?.version == 4)
        #expect(try store.read(key) == bars)
        #expect(try store.read(key, asKnownAt: StoreFolder.now) == before)
        let path = "\(place.path)/AAPL/1m/2023-11.parquet"
        #expect(try SeriesFile.codec(try DiskFile.read(path), named: path) == .zstd)
        // A second time there is nothing to do, and nothing is written.
        #expect(try !packed().compact(key, droppingVersionsUntil: nil).isSome)
        #expect(try store.summary(of: key)?.version == 4)
    }

    @Test("dropped versions are gone, and a moment at which they were known is refused")
    func dropped() throws {
        let store = try filled()
        let bars = try store.read(key)
        let late = try store.read(key, asKnownAt: StoreFolder.now)
        let early = StoreFolder.now - Nanoseconds.second
        let done = try store.compact(key, droppingVersionsUntil: StoreFolder.now)
        #expect(done.versionsDropped == 100 && done.filesBefore == 4 && done.filesAfter == 3)
        #expect(!DiskFile.exists("\(place.path)/AAPL/1m/replaced/2023-11.parquet"))
        #expect(try store.read(key) == bars)
        // The later correction is still one, and what was known from the first on is known.
        #expect(try store.read(key, asKnownAt: StoreFolder.now) == late)
        #expect(throws: StoreError.self) { try store.read(key, asKnownAt: early) }
        // Bars of another month, and moments before any of those bars opened, are as they were.
        let month = Timestamp(seconds: 1_701_388_800)
        #expect(try !store.read(key, from: month, asKnownAt: early).isEmpty)
        #expect(try store.read(key, asKnownAt: StoreFolder.bar(50).openedAt).count == 50)
        // A later write and a second compaction do not forget it.
        _ = try store.append(StoreFolder.series(5..<6, seed: 9), to: key, provider: "b", at: StoreFolder.now)
        #expect(throws: StoreError.self) { try store.read(key, asKnownAt: early) }
        #expect(
            try store.compact(key, droppingVersionsUntil: CompactionTests.corrected).versionsDropped == 11)
        #expect(throws: StoreError.self) { try store.read(key, asKnownAt: StoreFolder.now) }
        #expect(try store.read(key, asKnownAt: CompactionTests.corrected).count == 40_000)
    }

    @Test("a snapshot keeps versions that compaction drops, and tells no difference of bars")
    func snapshot() throws {
        let store = try filled()
        let early = StoreFolder.now - Nanoseconds.second
        let known = try store.read(key, asKnownAt: early)
        let snapshots = Snapshots(store)
        _ = try snapshots.create("before")
        _ = try packed().compact(key, droppingVersionsUntil: CompactionTests.corrected)
        #expect(try snapshots.difference("before", nil).isEmpty)
        #expect(throws: StoreError.self) { try store.read(key, asKnownAt: early) }
        #expect(try BarFolder("\(place.path)/.snapshots/before").read(key, asKnownAt: early) == known)
        #expect(try snapshots.restore("before").series == [key])
        #expect(try store.read(key, asKnownAt: early) == known)
    }

    @Test("what killed writers left is counted and removed, and a store that is damaged is left as it is")
    func leftovers() throws {
        let store = try filled()
        let folder = "\(place.path)/AAPL/1m"
        try DiskFile.write([1, 2, 3], to: "\(folder)/.2023-11.parquet.new")
        try DiskFile.write([1, 2], to: "\(folder)/replaced/.2023-11.parquet.new")
        try DiskFile.makeFolders("\(place.path)/.snapshots/.half.new/AAPL")
        let trial = try store.compact(key, droppingVersionsUntil: nil, isTrial: true)
        #expect(trial.leftovers == 2 && trial.bytesBefore == trial.bytesAfter + 5)
        #expect(try Snapshots(store).sweep(isTrial: true) == 1)
        #expect(try store.compact(key, droppingVersionsUntil: nil) == trial)
        #expect(try Snapshots(store).sweep(isTrial: false) == 1)
        #expect(try Snapshots(store).sweep(isTrial: false) == 0)
        #expect(try !store.compact(key, droppingVersionsUntil: nil).isSome)
        let path = "\(folder)/2023-12.parquet"
        try DiskFile.write(Array(try DiskFile.read(path).dropLast()), to: path)
        let names = StoreFolder.names(in: folder)
        #expect(throws: StoreError.self) { try packed().compact(key, droppingVersionsUntil: nil) }
        #expect(StoreFolder.names(in: folder) == names)
    }
}
