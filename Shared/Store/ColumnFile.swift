import CChecksum
import Dispatch
import Domain
import Glibc
import Synchronization

/// Columns of plain numbers in one file, to be mapped into memory and used as they lie there.
///
/// It is a cache: whatever is wrong with one, it is no such file, and is made anew. It begins with a page that says what
/// is in it, each column begins on a page of its own, and each has a CRC-32C, which is looked at when the file is opened.
public final class ColumnFile: Sendable {
    public struct Content {
        public var name: String
        public var bytes: UnsafeRawBufferPointer

        public init(_ name: String, _ bytes: UnsafeRawBufferPointer) {
            self.name = name
            self.bytes = bytes
        }
    }

    private struct Place {
        var name: String
        var start: Int
        var count: Int
        var checksum: UInt32
    }

    private static let mark = "tradewind columns 1"
    private static let page = 4096

    private let places: [Place]
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer
    private let size: Int

    // MARK: Reading

    /// The file of that name, if it is there and whole.
    public init?(_ path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size >= ColumnFile.page else { return nil }
        let length = Int(status.st_size)
        guard let mapped = mmap(nil, length, PROT_READ, MAP_SHARED, file, 0), mapped != MAP_FAILED else {
            return nil
        }
        // What has to come from the disk comes into memory in large pages, which are mapped in a tenth of the time.
        _ = madvise(mapped, length, MADV_HUGEPAGE)
        guard let found = ColumnFile.places(UnsafeRawBufferPointer(start: mapped, count: length)),
            ColumnFile.areWhole(found, mapped)
        else {
            munmap(mapped, length)
            return nil
        }
        places = found
        base = mapped
        size = length
        // Those used least are the first to go.
        utimensat(AT_FDCWD, path, nil, 0)
    }

    deinit { munmap(base, size) }

    /// The bytes of a column, for as long as this lives.
    public func column(_ name: String) -> UnsafeRawBufferPointer? {
        places.first { $0.name == name }.map {
            UnsafeRawBufferPointer(start: base + $0.start, count: $0.count)
        }
    }

    /// The first page is text: the mark, a CRC of the rest, and for each column its name, place, length and CRC.
    private static func places(_ bytes: UnsafeRawBufferPointer) -> [Place]? {
        let text = String(decoding: bytes[..<page].prefix { $0 != 0 }, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3, lines[0] == mark, lines.last == "" else { return nil }
        let body = lines[2...].joined(separator: "\n")
        guard UInt32(lines[1]) == crc(Array(body.utf8)) else { return nil }
        var found: [Place] = []
        for line in lines[2...].dropLast() {
            let words = line.split(separator: " ")
            guard words.count == 4, let start = Int(words[1]), let count = Int(words[2]),
                let sum = UInt32(words[3]),
                start >= page, start % page == 0, count >= 0, start <= bytes.count,
                count <= bytes.count - start
            else { return nil }
            found.append(Place(name: String(words[0]), start: start, count: count, checksum: sum))
        }
        return found
    }

    /// Every byte is read once: that costs no more than the run that reads them next, and brings them into memory.
    private static func areWhole(_ places: [Place], _ base: UnsafeMutableRawPointer) -> Bool {
        let broken = Atomic(false)
        nonisolated(unsafe) let base = base
        DispatchQueue.concurrentPerform(iterations: places.count) { number in
            let place = places[number]
            // Mapped by this core: in small pages that takes as long as reading them.
            _ = madvise(base + place.start, place.count, MADV_POPULATE_READ)
            if tradewind_crc32c(0, base + place.start, place.count) != place.checksum {
                broken.store(true, ordering: .relaxed)
            }
        }
        return !broken.load(ordering: .relaxed)
    }

    // MARK: Writing

    /// Writes a file in one go: under a name of its own first, so that others see it wholly or not at all. A cache
    /// that cannot be written is none, so nothing is thrown.
    @discardableResult
    public static func write(_ columns: [Content], to path: String, roomMax: Int = 4 << 30) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return false }
        let folder = String(path[..<slash])
        guard (try? DiskFile.makeFolders(folder)) != nil else { return false }
        let size = columns.reduce(page) { $0 + rounded($1.bytes.count) }
        guard size <= roomMax else { return false }
        makeRoom(in: folder, for: size, of: roomMax)
        let fresh = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).new"
        let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { return false }
        let isWritten = write(columns, file)
        close(file)
        guard isWritten, rename(fresh, path) == 0 else {
            unlink(fresh)
            return false
        }
        return true
    }

    private static func write(_ columns: [Content], _ file: Int32) -> Bool {
        var body = ""
        var start = page
        for column in columns {
            let sum = tradewind_crc32c(0, column.bytes.baseAddress, column.bytes.count)
            body += "\(column.name) \(start) \(column.bytes.count) \(sum)\n"
            start += rounded(column.bytes.count)
        }
        var head = Array("\(mark)\n\(crc(Array(body.utf8)))\n\(body)".utf8)
        guard head.count < page else { return false }
        head += [UInt8](repeating: 0, count: page - head.count)
        guard head.withUnsafeBytes({ put($0, file) }) else { return false }
        for column in columns {
            let fill = [UInt8](repeating: 0, count: rounded(column.bytes.count) - column.bytes.count)
            guard put(column.bytes, file), fill.withUnsafeBytes({ put($0, file) }) else { return false }
        }
        return true
    }

    private static func put(_ bytes: UnsafeRawBufferPointer, _ file: Int32) -> Bool {
        var written = 0
        while written < bytes.count, let base = bytes.baseAddress {
            let count = Glibc.write(file, base + written, bytes.count - written)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            written += count
        }
        return true
    }

    private static func rounded(_ count: Int) -> Int { (count + page - 1) / page * page }

    private static func crc(_ bytes: [UInt8]) -> UInt32 { tradewind_crc32c(0, bytes, bytes.count) }

    /// Removes what was used least until there is room, and what a killed writer left an hour ago.
    private static func makeRoom(in folder: String, for size: Int, of roomMax: Int) {
        var found: [(path: String, used: Int, size: Int)] = []
        for name in (try? DiskFile.names(in: folder)) ?? [] {
            var status = stat()
            let path = "\(folder)/\(name)"
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if name.hasSuffix(".new") {
                if status.st_mtim.tv_sec < time(nil) - 3600 { unlink(path) }
            } else {
                found.append((path, status.st_mtim.tv_sec, Int(status.st_size)))
            }
        }
        var sum = found.reduce(size) { $0 + $1.size }
        for file in found.sorted(by: { ($0.used, $0.path) < ($1.used, $1.path) }) where sum > roomMax {
            unlink(file.path)
            sum -= file.size
        }
    }
}
