import Configuration
import Domain
import Glibc
import Mesh

/// `tradewind run`: a mesh of its own that replays sample data, shows what flows, and ends by itself.
enum RunCommand {
    static let spec = CommandSpec(
        "run", summary: "replay sample data through a mesh of its own, and watch",
        discussion: """
            Starts relay, two feeds (daily bars of four shares from files, and an invented market of one-minute bars) \
            and historian as processes in a temporary folder, shows what flows until the replay is over, derives \
            every decision again, and leaves nothing running.
            """,
        options: [
            .option(
                "data", value: "FOLDER", type: .path, default: .text("config/sample"), help: "The CSV files."),
            .option(
                "bars", value: "N", type: .integer(1...10_000_000), default: .integer(20_000),
                help: "How many bars to invent for each share."),
            .option(
                "seed", value: "N", type: .integer(0...Int.max), default: .integer(1),
                help: "Of the invented market."),
            .option(
                "keep", value: "FOLDER", type: .path,
                help: "Keep transcripts and database in FOLDER, for `verify` and `transcript`."),
            .flag("json", help: "Print the summary as JSON, and nothing before it."),
        ],
        examples: [
            .init("tradewind run", "a few seconds"),
            .init(
                "tradewind run --keep replayed",
                "then, with --set state.folder=replayed: tradewind verify"),
        ])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let folder = try parsed.text(ifGiven: "keep") ?? temporaryFolder()
        defer { if !parsed.isGiven("keep") { remove(folder) } }
        let mesh = try LocalMesh(
            folder, data: parsed.text("data"), bars: parsed.int("bars"), seed: parsed.int("seed"))
        let isQuiet = parsed.flag("json")
        var view = FlowView(isQuiet: isQuiet)
        let began = System.now
        do {
            try mesh.start()
            try watch(mesh, &view, since: began)
        } catch {
            mesh.stop()
            throw error
        }
        let seconds = Double(System.now.nanoseconds - began.nanoseconds) / 1e9
        view.finish()
        let wasStopped = Stop.isAsked
        mesh.stop()
        if wasStopped { throw Failure("stopped before the replay was over", exitCode: 130) }
        let rows = try VerifyCommand.verify(folder, [], day: nil)
        try Console.write(
            isQuiet
                ? view.json(rows, seconds) : view.summary(rows, seconds, kept: parsed.text(ifGiven: "keep")))
        if rows.contains(where: { $0.difference != nil }) { throw Failure("", exitCode: 1) }
    }

    private static func watch(_ mesh: LocalMesh, _ view: inout FlowView, since began: Timestamp) throws {
        let watcher = try Watcher(mesh.settings)
        while !Stop.isAsked && !view.isOver {
            watcher.look(for: 100) { view.note($0) }
            view.draw(seconds: Double(System.now.nanoseconds - began.nanoseconds) / 1e9)
            for problem in try mesh.mend() { view.say(problem) }
        }
    }

    private static func temporaryFolder() throws -> String {
        var template = Array("/tmp/tradewind.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no temporary folder can be made in /tmp") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes a folder with all that is in it.
    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard name != "." && name != ".." else { continue }
                if entry.pointee.d_type == UInt8(DT_DIR) {
                    remove("\(path)/\(name)")
                } else {
                    unlink("\(path)/\(name)")
                }
            }
            closedir(folder)
        }
        rmdir(path)
    }
}
