import Configuration
import Domain
import Glibc
import Mesh

/// Where every run is written down: a file of lines that is only ever added to.
///
/// A line is added whole, under a lock, and forced to disk; several processes may do so at once. What a power cut left of
/// a line is passed over by readers, and ended by whoever writes next.
struct RunBook {
    let folder: String
    private var path: String { "\(folder)/runs.jsonl" }

    init(_ folder: String) { self.folder = folder }

    /// The folder of the settings. `--set` is the strategy's here, and says nothing of settings.
    static func folder(_ parsed: Parsed) throws -> String {
        try BacktestOptions.house(parsed).path("backtest.runs")
    }

    func append(_ entry: RunEntry) throws {
        try makeFolders(folder)
        let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("open") }
        defer { close(file) }
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure("lock") }
        }
        var line = Array((entry.text + "\n").utf8)
        let size = lseek(file, 0, SEEK_END)
        if size > 0 {
            var last: UInt8 = 0
            guard pread(file, &last, 1, size - 1) == 1 else { throw failure("read") }
            if last != UInt8(ascii: "\n") { line.insert(UInt8(ascii: "\n"), at: 0) }
        }
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failed = failure("write")
                // No half of a line stays where the disk is full.
                ftruncate(file, size)
                throw failed
            }
            rest = rest.dropFirst(count)
        }
        guard fdatasync(file) == 0 else { throw failure("write") }
    }

    /// Every run that was written down whole, oldest first, and how many lines are none.
    func read() throws -> (entries: [RunEntry], broken: Int) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw failure("read") }
            throw Failure(
                "\(path) is not there: no backtest has been kept here yet; backtest.runs names the folder")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        var entries: [RunEntry] = []
        var broken = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if let entry = try? RunEntry(String(decoding: line, as: UTF8.self)) {
                entries.append(entry)
            } else {
                broken += 1
            }
        }
        return (entries, broken)
    }

    private func failure(_ verb: String) -> Failure {
        Failure("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
