import Configuration
import Glibc
import Mesh

/// The processes of a small mesh on this machine, started and stopped by the simplest thing that works.
final class LocalMesh {
    private struct Member {
        let name: String
        let path: String
        let arguments: [String]
        var process: pid_t
        var restarts = 0
    }

    let folder: String
    let settings: MeshSettings
    private var members: [Member] = []
    /// What every member is told.
    private let common: [String]
    private static let restartsMax = 5

    /// `common` is said to every member behind what is its own.
    init(_ folder: String, common: [String] = []) throws {
        try makeFolders(folder)
        self.folder = folder
        self.common =
            common
            + ["mesh.folder=\(folder)/run", "state.folder=\(folder)"].flatMap { ["--set", $0] }
        var settings = MeshSettings()
        settings.folder = "\(folder)/run"
        settings.stateFolder = folder
        self.settings = settings
    }

    func add(_ name: String, _ service: String, _ arguments: [String] = []) throws {
        let path = try Programs.path(of: service)
        // The stronger is said last.
        let all = common + (service == "feed" ? ["--instance", name] : []) + arguments
        members.append(
            Member(name: name, path: path, arguments: all, process: try launch(name, path, all)))
    }

    /// A program that is no service: it is told its own words and nothing else.
    func add(stranger name: String, _ program: String, _ arguments: [String]) throws {
        let path = try Programs.path(of: program)
        members.append(
            Member(
                name: name, path: path, arguments: arguments, process: try launch(name, path, arguments)))
    }

    private func launch(_ name: String, _ path: String, _ arguments: [String]) throws -> pid_t {
        try Programs.start(path, arguments, output: "\(folder)/\(name).log")
    }

    /// Starts again what died, and says so.
    func mend() throws -> [String] {
        var said: [String] = []
        for at in members.indices {
            var status: Int32 = 0
            guard members[at].process > 0,
                waitpid(members[at].process, &status, WNOHANG) == members[at].process
            else { continue }
            members[at].restarts += 1
            guard members[at].restarts <= LocalMesh.restartsMax else {
                members[at].process = 0
                throw Failure(
                    "\(members[at].name) dies again and again; its last words: \(lastLine(members[at].name))")
            }
            members[at].process = try launch(members[at].name, members[at].path, members[at].arguments)
            // A full disk may have taken its last words.
            let signal = status & 0x7f
            let end = signal == 0 ? "ended with \(status >> 8 & 0xff)" : "died of signal \(signal)"
            said.append(
                "\(members[at].name) \(end) and was started again; its last words: \(lastLine(members[at].name))"
            )
        }
        return said
    }

    var names: [String] { members.map(\.name) }

    /// Kills one on the spot and starts it again, with more to tell it.
    func strike(_ name: String, _ more: [String] = []) throws {
        end([name])
        try start(name, more)
    }

    /// Ends some, all at once, and leaves them so.
    func end(_ names: [String], by number: Int32 = SIGKILL) {
        let struck = members.indices.filter { names.contains(members[$0].name) && members[$0].process > 0 }
        for at in struck { kill(members[at].process, number) }
        for at in struck {
            var status: Int32 = 0
            while waitpid(members[at].process, &status, 0) < 0 && errno == EINTR {}
            members[at].process = 0
        }
    }

    /// Starts one that has been ended.
    func start(_ name: String, _ more: [String] = []) throws {
        guard let at = members.firstIndex(where: { $0.name == name }), members[at].process == 0 else {
            return
        }
        members[at].process = try launch(name, members[at].path, members[at].arguments + more)
    }

    /// Sends a signal to one that runs.
    func signal(_ name: String, _ number: Int32) {
        guard let member = members.first(where: { $0.name == name }), member.process > 0 else { return }
        kill(member.process, number)
    }

    private func lastLine(_ name: String) -> String {
        guard let bytes = try? FileDisk(folder, readOnly: true).read("\(name).log") else { return "none" }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? "none"
    }

    /// Stops all in reverse order, each in good order if it will.
    func stop() {
        for member in members.reversed() where member.process > 0 {
            kill(member.process, SIGTERM)
            var status: Int32 = 0
            let deadline = System.now.adding(10_000_000_000)
            while waitpid(member.process, &status, WNOHANG) == 0 {
                if System.now > deadline { kill(member.process, SIGKILL) }
                usleep(2000)
            }
        }
        members = []
    }
}
