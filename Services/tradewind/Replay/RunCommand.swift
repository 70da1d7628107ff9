import Configuration
import Domain
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
        let folder = try parsed.text(ifGiven: "keep") ?? TemporaryFolder.make()
        defer { if !parsed.isGiven("keep") { TemporaryFolder.remove(folder) } }
        let mesh = try LocalMesh(
            folder,
            common: [
                "historian.database=\(folder)/history.sqlite",
                // Nobody scales it, and one transcript is easier to look into than seven.
                "historian.parts=1",
                "mesh.feeds=feed.1,feed.2",
            ].flatMap { ["--set", $0] })
        let isQuiet = parsed.flag("json")
        var view = FlowView(isQuiet: isQuiet)
        let began = System.now
        do {
            try start(
                mesh, data: parsed.text("data"), bars: parsed.int("bars"), seed: parsed.int("seed"))
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

    /// The members of the sample's mesh: two feeds and the historian.
    private static func start(_ mesh: LocalMesh, data: String, bars: Int, seed: Int) throws {
        let files = try FileDisk(data, readOnly: true).names().filter { $0.hasSuffix(".csv") }
        guard !files.isEmpty else { throw Failure("there is no .csv file in \(data)") }
        let paths = files.map { "\(data)/\($0)" }.joined(separator: ",")
        try mesh.add("relay", "relay")
        try mesh.add(
            "feed.1", "feed",
            [
                "--shard", "sample", "--set", "feed.source=csv", "--set", "feed.csv_files=\(paths)", "--set",
                "feed.span=1d",
            ])
        try mesh.add(
            "feed.2", "feed",
            [
                "--shard", "synthetic", "--set", "feed.source=synthetic", "--set", "feed.bars=\(bars)",
                "--set", "feed.seed=\(seed)", "--set", "feed.symbols=TWA,TWB,TWC,TWD",
            ])
        try mesh.add("historian", "historian")
    }
}
