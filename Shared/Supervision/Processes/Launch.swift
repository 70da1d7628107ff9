import CLinux
import Configuration
import Glibc

/// How a process is started: what, with which variables, where its output goes and what it may use.
package struct Launch {
    var program: String
    var arguments: [String]
    var environment: [String: String]
    /// What it writes to standard output and standard error is added to this file.
    var output: String
    var processors: [Int]?
    var memoryMax: Int?

    /// The variable by which a supervisor knows its own.
    package static let sign = ProcessMark.variable

    /// What could not be done, in a sentence.
    package struct Problem: Error, CustomStringConvertible { package var description: String }

    package init(
        program: String, arguments: [String], environment: [String: String], output: String,
        processors: [Int]? = nil, memoryMax: Int? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.output = output
        self.processors = processors
        self.memoryMax = memoryMax
    }

    /// Starts the process in a session of its own, so that neither Ctrl-C nor the end of a terminal reaches it.
    package func start() throws(Problem) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The child begins with the signals as they are by default, whatever this process does with them.
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | Launch.newSession)
        var words = Launch.strings([program] + arguments)
        var variables = Launch.strings(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        defer { for word in words + variables { free(word) } }
        try bind()
        defer { if processors != nil { tradewind_unbind() } }
        var process: pid_t = 0
        let outcome = posix_spawn(&process, program, &actions, &attributes, &words, &variables)
        guard outcome == 0 else {
            throw Problem(description: "\(program) cannot be started: \(String(cString: strerror(outcome)))")
        }
        if let memoryMax, tradewind_limit_memory(process, UInt64(memoryMax)) != 0 {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
            throw Problem(
                description: "mem_limit \(memoryMax) cannot be set: \(String(cString: strerror(errno)))")
        }
        return process
    }

    /// The child inherits the processors of the thread that starts it, from its first instruction on.
    private func bind() throws(Problem) {
        guard let processors else { return }
        let numbers = processors.map { Int32($0) }
        guard tradewind_bind(numbers, numbers.count) == 0 else {
            let list = processors.map(String.init).joined(separator: ",")
            throw Problem(description: "cpuset \(list): this machine does not have these processors")
        }
    }

    private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { strdup($0) } + [nil]
    }

    /// POSIX_SPAWN_SETSID, a macro that Swift does not see.
    private static let newSession: Int16 = 0x80
}
