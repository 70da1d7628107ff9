import Configuration
import Glibc
import Mesh

/// The services' executables, which lie beside this one, and the processes that are started from them.
enum Programs {
    static let services = [
        "relay", "supervisor", "feed", "historian", "exchange", "broker", "strategist", "portfolio", "risk",
        "execution", "shadow", "features", "scheduler",
    ]

    static func path(of service: String) throws -> String {
        let own = System.programPath
        guard let slash = own.lastIndex(of: "/") else { throw Failure("this program's folder is not known") }
        let path = own[...slash] + service
        guard access(String(path), X_OK) == 0 else {
            throw Failure("\(path) is not there; `make build` puts every executable into bin/")
        }
        return String(path)
    }

    /// Starts a program with its output going to a file, in a process group of its own so that Ctrl-C reaches only
    /// this one, which then stops the others in order.
    static func start(_ path: String, _ arguments: [String], output: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let outcome = posix_spawn(&process, path, &actions, &attributes, &words, environ)
        guard outcome == 0 else {
            throw Failure("\(path) cannot be started: \(String(cString: strerror(outcome)))")
        }
        return process
    }

    /// Runs a program to its end; gives its exit code and what it wrote.
    static func run(_ path: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
        var template = Array("/tmp/tradewind.XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw Failure("no temporary file can be made in /tmp") }
        let name = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        close(file)
        defer { unlink(name) }
        let process = try start(path, arguments, output: name)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let bytes = try FileDisk("/tmp", readOnly: true).read(String(name.dropFirst(5)))
        return (
            status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F,
            String(decoding: bytes, as: UTF8.self)
        )
    }
}
