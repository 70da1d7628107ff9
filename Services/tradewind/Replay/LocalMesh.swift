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
    private let data: String
    private let bars: Int
    private let seed: Int
    private static let restartsMax = 5

    init(_ folder: String, data: String, bars: Int, seed: Int) throws {
        try makeFolders(folder)
        self.folder = folder
        self.data = data
        self.bars = bars
        self.seed = seed
        var settings = MeshSettings()
        settings.folder = "\(folder)/run"
        settings.stateFolder = folder
        self.settings = settings
    }

    func start() throws {
        let files = try FileDisk(data, readOnly: true).names().filter { $0.hasSuffix(".csv") }
        guard !files.isEmpty else { throw Failure("there is no .csv file in \(data)") }
        let paths = files.map { "\(data)/\($0)" }.joined(separator: ",")
        try add("relay", "relay", [])
        try add(
            "feed.1", "feed",
            [
                "--shard", "sample", "--set", "feed.source=csv", "--set", "feed.csv_files=\(paths)", "--set",
                "feed.span=1d",
            ])
        try add(
            "feed.2", "feed",
            [
                "--shard", "synthetic", "--set", "feed.source=synthetic", "--set", "feed.bars=\(bars)",
                "--set", "feed.seed=\(seed)", "--set", "feed.symbols=TWA,TWB,TWC,TWD",
            ])
        try add("historian", "historian", [])
    }

    private func add(_ name: String, _ service: String, _ arguments: [String]) throws {
        let path = try Programs.path(of: service)
        let common = [
            "mesh.folder=\(folder)/run", "state.folder=\(folder)",
            "historian.database=\(folder)/history.sqlite",
            // Nobody scales it, and one transcript is easier to look into than seven.
            "historian.parts=1",
            "mesh.feeds=feed.1,feed.2",
        ].flatMap { ["--set", $0] }
        let all = (service == "feed" ? ["--instance", name] : []) + arguments + common
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
