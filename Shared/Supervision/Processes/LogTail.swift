import Glibc

/// The end of a log file, also where the service has put the file aside while something else still wrote to it.
enum LogTail {
    /// The last line that is worth showing: the last one with something in it, without what steers a terminal.
    static func lastLine(of path: String, since: Int64) -> String {
        let newest = [path, path + ".1"].compactMap { file in
            var status = stat()
            guard stat(file, &status) == 0, status.st_size > 0 else { return nil as (String, Int64)? }
            return (file, Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
        }.max { $0.1 < $1.1 }
        // A file that was not written since the process started holds words of another one.
        guard let (file, at) = newest, at >= since else { return "" }
        let lines = tail(of: file, bytes: 4096).split(separator: "\n")
        return clean(lines.last.map(String.init) ?? "")
    }

    static func tail(of path: String, bytes: Int) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        var buffer = [UInt8](repeating: 0, count: min(bytes, max(0, size)))
        let count = pread(file, &buffer, buffer.count, off_t(size - buffer.count))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    private static func clean(_ line: String) -> String {
        let kept = line.unicodeScalars.prefix(300).map { scalar in
            let isPlain = (0x20..<0x7F).contains(scalar.value) || (0xA0..<0xD800).contains(scalar.value)
            return isPlain ? Character(scalar) : "?"
        }
        return String(kept)
    }
}
