import Glibc
import Store
import Testing

@Suite struct ColumnFileTests {
    private let place = StoreFolder()
    private var path: String { place.path + "/cache/a.columns" }

    private func write(_ numbers: [Int64], _ path: String, roomMax: Int = 1 << 30) -> Bool {
        numbers.withUnsafeBytes { bytes in
            ColumnFile.write(
                [.init("n", bytes), .init("none", UnsafeRawBufferPointer(start: nil, count: 0))], to: path,
                roomMax: roomMax)
        }
    }

    @Test("columns come back as they lay in memory")
    func comesBack() throws {
        let numbers = (0..<100_000).map { Int64($0) * 7919 }
        #expect(write(numbers, path))
        let file = try #require(ColumnFile(path))
        #expect(Array(try #require(file.column("n")).bindMemory(to: Int64.self)) == numbers)
        #expect(file.column("none")?.count == 0)
        #expect(file.column("other") == nil)
    }

    @Test("a file that is damaged anywhere, cut off or empty is none")
    func damage() throws {
        #expect(write(Array(0..<1000), path))
        let file = open(path, O_RDWR)
        defer { close(file) }
        for place in [0, 20, 45, 4096, 8000, 12_000 - 8] {
            var byte: UInt8 = 0
            #expect(pread(file, &byte, 1, off_t(place)) == 1)
            var other = byte ^ 4
            pwrite(file, &other, 1, off_t(place))
            #expect(ColumnFile(path) == nil, "byte \(place)")
            pwrite(file, &byte, 1, off_t(place))
        }
        #expect(ColumnFile(path) != nil)
        for size in [8192, 4096, 100, 0] {
            ftruncate(file, off_t(size))
            #expect(ColumnFile(path) == nil)
        }
        #expect(ColumnFile(place.path + "/none") == nil)
    }

    @Test("what was used least makes room")
    func room() throws {
        let numbers = [Int64](repeating: 1, count: 10_000)
        for name in ["a", "b", "c"] {
            #expect(write(numbers, place.path + "/cache/\(name).columns", roomMax: 200_000))
            // Times of files have whole seconds on some file systems: the order is made plain.
            let age = ["a": 30, "b": 20, "c": 10][name] ?? 0
            let old = timespec(tv_sec: time(nil) - age, tv_nsec: 0)
            utimensat(AT_FDCWD, place.path + "/cache/\(name).columns", [old, old], 0)
        }
        #expect(StoreFolder.names(in: place.path + "/cache") == ["b.columns", "c.columns"])
        #expect(!write(numbers, place.path + "/cache/d.columns", roomMax: 1000))
    }
}
