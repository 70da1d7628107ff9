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

    private func launch(_ name: String, _ path: String, _ arguments: [String]) throws -> pid_t {
        try Programs.start(path, arguments, output: "\(folder)/\(name).log")
    }

    /// Starts again what died, and says so.
    func mend() throws -> [String] {
        var said: [String] = []
        for at in members.indices {
            var status: Int32 = 0
            guard waitpid(members[at].process, &status, WNOHANG) == members[at].process else { continue }
            members[at].restarts += 1
            guard members[at].restarts <= LocalMesh.restartsMax else {
                members[at].process = 0
                throw Failure(
                    "\(members[at].name) dies again and again; its last words: \(lastLine(members[at].name))")
            }
            members[at].process = try launch(members[at].name, members[at].path, members[at].arguments)
            said.append("\(members[at].name) died and was started again: \(lastLine(members[at].name))")
        }
        return said
    }

    var names: [String] { members.map(\.name) }

    /// Kills one on the spot and starts it again, with more to tell it.
    func strike(_ name: String, _ more: [String] = []) throws {
        guard let at = members.firstIndex(where: { $0.name == name }) else { return }
        kill(members[at].process, SIGKILL)
        var status: Int32 = 0
        while waitpid(members[at].process, &status, 0) < 0 && errno == EINTR {}
        members[at].process = try launch(name, members[at].path, members[at].arguments + more)
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
