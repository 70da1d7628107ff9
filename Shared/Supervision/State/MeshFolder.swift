import Configuration
import Glibc
import Mesh

/// Where a mesh of processes keeps what is known about it: the folder `processes` of the state folder.
public struct MeshFolder: Sendable {
    /// From the root, so that it names the mesh wherever it is looked at from.
    public let state: String
    /// The state of the processes.
    public let path: String
    /// The logs of the processes.
    public let logs: String

    /// Makes the folders where they are missing.
    public init(_ settings: Settings) throws {
        let given = settings.path("state.folder")
        try makeFolders("\(given)/processes")
        guard let real = realpath(given, nil) else {
            throw Failure("\(given) cannot be found: \(String(cString: strerror(errno)))")
        }
        state = String(cString: real)
        free(real)
        path = "\(state)/processes"
        let chosen = settings.path("log.folder")
        logs = chosen.isEmpty ? "\(state)/log" : chosen
        try makeFolders(logs)
    }

    public func log(of process: String) -> String { "\(logs)/\(process).log" }

    /// The supervisor of this mesh, if one is at work.
    public var supervisor: pid_t? {
        let file = open("\(path)/lock", O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard flock(file, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return MeshFolder.owner(file) ?? 0
    }

    /// The number that the owner of a lock wrote into it.
    static func owner(_ file: Int32) -> pid_t? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(file, &buffer, buffer.count, 0)
        return pid_t(String(decoding: buffer.prefix(max(0, count)).prefix { $0 > 32 }, as: UTF8.self))
    }
}

/// The right to supervise a mesh: there is one, and it ends with the process.
final class SupervisorLock {
    private let file: Int32
    private let path: String

    init(_ folder: MeshFolder) throws {
        path = "\(folder.path)/lock"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw Failure("\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let other = MeshFolder.owner(file).map { "process \($0)" } ?? "another process"
            throw Failure(
                "\(other) supervises the mesh in \(folder.state) already; a mesh has one supervisor")
        }
    }

    /// Says who holds the lock. Only now may others send signals: they are heard.
    func sign() {
        let text = Array("\(getpid())\n".utf8)
        ftruncate(file, 0)
        pwrite(file, text, text.count, 0)
    }

    /// Whether the lock is still where others look for it, and not in a folder that somebody removed.
    var isHeld: Bool {
        var (held, named) = (stat(), stat())
        return fstat(file, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino
    }

    deinit { close(file) }
}
