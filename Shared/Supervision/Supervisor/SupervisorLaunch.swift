import Configuration
import Domain
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
        if let supervisor = folder.supervisor {
            let word = try SeenState.read(folder.path)?.settings
            if !replacing || word == Supervisor.word(for: settings) { return knock(supervisor) }
            try end(supervisor, folder)
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
        while folder.supervisor?.number != process {
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG) == process {
                let lastLine = LogTail.lastLine(of: output, since: 0)
                // Another may have been quicker: then that one obeys, as soon as it hears.
                guard knockAtOther(folder, until: deadline) else {
                    throw Failure("the supervisor ended at once: \(lastLine)")
                }
                return
            }
            guard System.now < deadline else { throw Failure("the supervisor does not begin; see \(output)") }
            usleep(2000)
        }
    }

    /// Tells a supervisor to look at what is wanted now: it, and no other process that got its number.
    private static func knock(_ supervisor: ProcessIdentity) {
        ProcessHandle(supervisor, isChild: false)?.send(SIGHUP)
    }

    /// Knocks at another supervisor, once it hears; false if there is none.
    private static func knockAtOther(_ folder: MeshFolder, until deadline: Timestamp) -> Bool {
        while System.now < deadline {
            if let other = folder.supervisor {
                knock(other)
                return true
            }
            guard SupervisorLock.isTaken(in: folder) else { return false }
            usleep(2000)
        }
        return false
    }

    private static func end(_ supervisor: ProcessIdentity, _ folder: MeshFolder) throws {
        ProcessHandle(supervisor, isChild: false)?.send(SIGTERM)
        let deadline = System.now.adding(5_000_000_000)
        // Its lock is free a little before its sockets and its transcript are.
        while supervisor.lives {
            guard System.now < deadline else {
                throw Failure(
                    "supervisor \(supervisor.number) does not end; see \(folder.log(of: "supervisor"))")
            }
            usleep(2000)
        }
    }
}
