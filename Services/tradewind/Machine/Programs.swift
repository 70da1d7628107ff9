import CLinux
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
    /// this one, which then stops the others in order. Where this one has no time for that, because it is killed, they
    /// end with it: nobody would know of them.
    static func start(_ path: String, _ arguments: [String], output: String) throws -> pid_t {
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let process = tradewind_start_tied(path, &words, output)
        guard process > 0 else {
            throw Failure("\(path) cannot be started: \(String(cString: strerror(errno)))")
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
