import Configuration
import Glibc

/// What a run of a job leaves in files: its words, how it ended, and a lock while it is carried out.
package struct RunFiles {
    package struct End: Equatable {
        package var code: Int32
        package var text: String

        package init(code: Int32, text: String) {
            self.code = code
            self.text = text
        }
    }

    package let path: String

    package init(_ path: String) { self.path = path }

    package var log: String { path + ".log" }

    /// Whether some process carries it out at the moment.
    package var isCarried: Bool {
        guard let lock = take() else { return true }
        close(lock)
        return false
    }

    /// The lock, held until its file is closed; nothing where somebody else holds it.
    package func take() -> Int32? {
        let file = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
        return file
    }

    /// How it ended; nothing while it has not.
    package func end() -> End? {
        guard case .contents(let bytes, _) = FileReading(path: path + ".ended") else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard let code = Int32(lines[0]) else { return nil }
        return End(
            code: code, text: lines.count > 1 ? lines[1].split(separator: "\n").joined(separator: " ") : "")
    }

    /// Says how it ended: the file is there as a whole, and on disk, or not at all.
    package func write(_ end: End) -> Bool {
        let fresh = path + ".new"
        let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        let bytes = Array("\(end.code)\n\(end.text)\n".utf8)
        return Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
            && rename(fresh, path + ".ended") == 0
    }
}
