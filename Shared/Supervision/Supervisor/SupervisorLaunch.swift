import Configuration
import Glibc
import Mesh

/// Makes sure that a supervisor is at work, as those who want something of the mesh need one.
public enum SupervisorLaunch {
    /// Starts a supervisor if there is none. Where the one at work knows other settings than these, or is of another
    /// program, and `replacing` says so, it is replaced: the processes stay, and the new one adopts them.
    /// `arguments` tell it the same settings.
    public static func ensure(
        _ settings: Configuration.Settings, _ folder: MeshFolder, arguments: [String], replacing: Bool
    ) throws {
        if let process = folder.supervisor {
            let word = try SeenState.read(folder.path)?.settings
            if !replacing || word == Supervisor.word(for: settings) {
                kill(process, SIGHUP)
                return
            }
            try end(process, folder)
        }
        let own = System.programPath
        let program = (own.lastIndex(of: "/").map { own[...$0] } ?? "") + "supervisor"
        let output = folder.log(of: "supervisor")
        var environment = Surroundings.process.environment
        environment[ProcessMark.variable] = nil
        let launch = Launch(
            program: String(program), arguments: arguments + ["--log-file", output], environment: environment,
            output: output)
        let process: pid_t
        do {
            process = try launch.start()
        } catch {
            throw Failure("\(error); `make build` puts every executable into bin/")
        }
        let deadline = System.now.adding(10_000_000_000)
        while folder.supervisor != process {
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG) == process {
                // Another may have been quicker: then that one obeys.
                if folder.supervisor != nil { return }
                throw Failure("the supervisor ended at once: \(LogTail.lastLine(of: output, since: 0))")
            }
            guard System.now < deadline else { throw Failure("the supervisor does not begin; see \(output)") }
            usleep(2000)
        }
    }

    private static func end(_ process: pid_t, _ folder: MeshFolder) throws {
        let identity = ProcessIdentity(of: process)
        kill(process, SIGTERM)
        let deadline = System.now.adding(5_000_000_000)
        // Its lock is free a little before its sockets and its transcript are.
        while folder.supervisor == process || identity?.lives ?? false {
            guard System.now < deadline else {
                throw Failure("supervisor \(process) does not end; see \(folder.log(of: "supervisor"))")
            }
            usleep(2000)
        }
    }
}
