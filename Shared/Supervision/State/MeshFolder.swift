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

    /// The supervisor of this mesh, if one is at work and hears signals. Nobody takes the lock to find that out: whoever
    /// looks must not be in the way of one that begins.
    public var supervisor: ProcessIdentity? {
        let file = open("\(path)/lock", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return SupervisorLock.owner(file).flatMap { $0.lives ? $0 : nil }
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
            let other = SupervisorLock.owner(file).map { "process \($0.number)" } ?? "another process"
            throw Failure(
                "\(other) supervises the mesh in \(folder.state) already; a mesh has one supervisor")
        }
        // What another one wrote: its number may be anybody's by now.
        ftruncate(file, 0)
    }

    /// Says who holds the lock. Only now may others send signals: they are heard.
    func sign() {
        guard let own = ProcessIdentity.own else { return }
        let text = Array("\(own.number) \(own.startTicks) \(Proc.boot)\n".utf8)
        pwrite(file, text, text.count, 0)
    }

    /// Who signed a lock last.
    static func owner(_ file: Int32) -> ProcessIdentity? {
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = pread(file, &buffer, buffer.count, 0)
        let words = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split { $0.isWhitespace }
        guard words.count == 3, let number = pid_t(words[0]), let ticks = UInt64(words[1]), number > 0,
            words[2] == Proc.boot
        else { return nil }
        return ProcessIdentity(number: number, startTicks: ticks)
    }

    /// Whether somebody holds the lock, signed or not yet.
    static func isTaken(in folder: MeshFolder) -> Bool {
        let file = open("\(folder.path)/lock", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_SH | LOCK_NB) != 0
    }

    /// Whether the lock is still where others look for it, and not in a folder that somebody removed.
    var isHeld: Bool {
        var (held, named) = (stat(), stat())
        return fstat(file, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino
    }

    deinit { close(file) }
}
