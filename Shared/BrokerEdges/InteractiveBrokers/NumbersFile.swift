import Glibc
import Mesh

/// The file of an account's order numbers: lines are added to its end, and are on disk when `add` returns.
public final class NumbersFile {
    public struct Fault: Error, CustomStringConvertible {
        public var description: String
    }

    public let path: String
    private let file: Int32
    /// How much of the file is whole lines.
    private var size = 0

    /// `folder` is that of the transcripts. One process at a time writes there.
    public init(in folder: String, client: Int) throws {
        try makeFolders(folder + "/numbers")
        path = folder + "/numbers/interactive-brokers-\(client)"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw NumbersFile.fault("open", path) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw Fault(
                description:
                    "\(path) is in use by another process: one broker at a time is a client of a gateway")
        }
        // A file that is new has to be found again too.
        let place = open(folder + "/numbers", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(place) }
        guard place >= 0, fsync(place) == 0 else { throw NumbersFile.fault("sync", folder + "/numbers") }
    }

    deinit {
        flock(file, LOCK_UN)
        close(file)
    }

    public func read() throws -> OrderNumbers {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = pread(file, &chunk, chunk.count, off_t(bytes.count))
            guard count >= 0 else { throw NumbersFile.fault("read", path) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        size = (bytes.lastIndex(of: 10) ?? -1) + 1
        try cutOff()
        do { return try OrderNumbers(bytes) } catch {
            throw Fault(
                description:
                    "\(path): \(error). It says which orders a gateway may have, so nothing is sent: restore it"
            )
        }
    }

    /// What a full disk has taken only a part of is not there at all.
    public func add(_ bytes: [UInt8]) throws(Fault) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(file, $0.baseAddress! + written, bytes.count - written, off_t(size + written))
            }
            guard count > 0 else {
                let fault = NumbersFile.fault("write", path)
                try cutOff()
                throw fault
            }
            written += count
        }
        guard fdatasync(file) == 0 else { throw NumbersFile.fault("sync", path) }
        size += written
    }

    private func cutOff() throws(Fault) {
        guard ftruncate(file, off_t(size)) == 0 else { throw NumbersFile.fault("cut off", path) }
    }

    private static func fault(_ verb: String, _ path: String) -> Fault {
        Fault(description: "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
