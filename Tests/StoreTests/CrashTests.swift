import Domain
import Glibc
import Testing

@testable import Store

/// What a killed process or a bad disk leaves.
@Suite struct CrashTests {
    private let place = StoreFolder()
    private var folder: String { place.path + "/AAPL/1m" }

    private func append(_ rows: Range<Int>, seed: Int64 = 0) throws {
        _ = try BarFolder.made(place.path).append(
            StoreFolder.series(rows, seed: seed), to: StoreFolder.minutes, provider: "test",
            at: StoreFolder.now)
    }

    private func copy(_ from: String, _ to: String) throws {
        try DiskFile.write(try DiskFile.read("\(folder)/\(from)"), to: "\(folder)/\(to)")
    }

    @Test("killed before the commit, a write is not there, and what it left is swept out")
    func before() throws {
        try append(0..<50_000)
        let before = try BarFolder(place.path).read(StoreFolder.minutes)
        try DiskFile.write([1, 2, 3], to: "\(folder)/.2023-11.parquet.new")
        try DiskFile.write([1, 2, 3], to: "\(folder)/.manifest.new")
        #expect(try BarFolder(place.path).read(StoreFolder.minutes) == before)
        try append(50_000..<50_001)
        #expect(!StoreFolder.names(in: folder).contains { $0.hasSuffix(".new") })
        #expect(try BarFolder(place.path).read(StoreFolder.minutes) == StoreFolder.series(0..<50_001))
    }

    /// The files of a write are made in a second store, and laid beside the first one's as a killed writer leaves them.
    @Test("killed anywhere after the commit, a write is finished by whoever comes next", arguments: 0...3)
    func after(_ renamed: Int) throws {
        try append(0..<60_000)
        let other = StoreFolder()
        let second = try BarFolder.made(other.path)
        _ = try second.append(
            StoreFolder.series(0..<60_000), to: StoreFolder.minutes, provider: "test", at: StoreFolder.now)
        _ = try second.append(
            StoreFolder.series(10_000..<60_000, seed: 3), to: StoreFolder.minutes, provider: "test",
            at: StoreFolder.now)
        let expected = try second.read(StoreFolder.minutes)
        let names = [
            "2023-11.parquet", "2023-12.parquet", "replaced/2023-11.parquet", "replaced/2023-12.parquet",
        ]
        try DiskFile.makeFolders(folder + "/replaced")
        for (place, name) in names.enumerated() {
            let bytes = try DiskFile.read("\(other.path)/AAPL/1m/\(name)")
            let hidden = name.hasPrefix("replaced/") ? "replaced/.\(name.dropFirst(9)).new" : ".\(name).new"
            try DiskFile.write(bytes, to: "\(folder)/\(place < renamed ? name : hidden)")
        }
        try DiskFile.write(try DiskFile.read("\(other.path)/AAPL/1m/manifest.json"), to: "\(folder)/.commit")
        #expect(try BarFolder(place.path).read(StoreFolder.minutes) == expected)
        #expect(!StoreFolder.names(in: folder).contains(".commit"))
        #expect(try BarFolder(place.path).read(StoreFolder.minutes) == expected)
    }

    @Test("a flipped bit, a file cut off and a file that is gone are each told in a sentence")
    func damage() throws {
        try append(0..<1000)
        let path = "\(folder)/2023-11.parquet"
        let whole = try DiskFile.read(path)
        func complaint() throws -> String {
            do {
                _ = try BarFolder(place.path).read(StoreFolder.minutes)
                return "nothing"
            } catch {
                #expect(error.kind == .damaged)
                return error.description
            }
        }
        var bytes = whole
        bytes[whole.count / 2] ^= 1
        try DiskFile.write(bytes, to: path)
        #expect(try complaint().contains("bits have changed"))
        try DiskFile.write(Array(whole.dropLast(7)), to: path)
        #expect(try complaint().contains("bytes, and \(whole.count) were written"))
        try DiskFile.remove(path)
        #expect(try complaint().contains("the file is gone, and the manifest says it has 1000 bars"))
        try DiskFile.write(Array("{".utf8), to: "\(folder)/manifest.json")
        #expect(try complaint().contains("manifest.json: line 1"))
    }

    @Test("killed at fifty moments, a store holds one whole write after the other")
    func kills() throws {
        // Each child writes batch after batch; whatever the moment of its death, whole batches are there.
        let batch = 3000
        var done = 0
        for round in 0..<50 {
            let child = try Child(place.path, from: done, batch: batch)
            usleep(UInt32(500 + (round * 7919) % 40_000))
            child.kill()
            let bars = try BarFolder.made(place.path).read(StoreFolder.minutes)
            #expect(bars.count % batch == 0)
            #expect(bars == StoreFolder.series(0..<bars.count))
            #expect(bars.count >= done)
            done = bars.count
        }
        #expect(done > 0)
    }
}

/// A process that appends until it is killed: this very program again, as a fork that calls nothing but the store.
private final class Child {
    private let process: pid_t

    init(_ path: String, from start: Int, batch: Int) throws {
        process = tradewindFork()
        guard process == 0 else { return }
        // In the child: only this thread goes on.
        var row = start
        while let store = try? BarFolder.made(path) {
            _ = try? store.append(
                StoreFolder.series(row..<row + batch), to: StoreFolder.minutes, provider: "test",
                at: StoreFolder.now)
            row += batch
            if row > start + 40 * batch { break }
        }
        _exit(0)
    }

    func kill() {
        Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}

/// Swift hides `fork`, because threads do not survive it; the store needs none.
@_silgen_name("fork") private func tradewindFork() -> pid_t
