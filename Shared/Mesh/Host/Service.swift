import Configuration
import Domain
import Glibc

/// What every service does before its own work begins: command line, settings, log, and its place in the mesh.
public struct Service {
    public let name: String
    /// The name of the process: `feed.1`, and `historian-2` where the service is divided.
    public let instance: String
    public let settings: Configuration.Settings
    public let log: Log
    public let mesh: MeshSettings
    /// A service adds its flows to this before it runs.
    public var node: NodeSettings
    private let parsed: Parsed
    private let parts: Int
    private let opening: ReplicaSettings.Opening

    /// The command line of a service.
    public static func command(
        _ name: String, summary: String, discussion: String, isDivided: Bool = false,
        examples: [CommandSpec.Example] = []
    ) -> CommandSpec {
        CommandSpec(
            name, summary: summary, discussion: discussion,
            options: [
                .option(
                    "instance", value: "NAME",
                    help: "The name of this process in the mesh; \(name).1 by default."),
                .option(
                    "shard", value: "KEY", default: .text("all"), help: "The part of the keys that it owns."),
            ] + (isDivided ? divided(name) : []) + [
                .option(
                    "verify", value: "FOLDER", type: .path,
                    help:
                        "Feed the transcript in FOLDER to this program again, tell as JSON whether it decides "
                        + "the same, and end."),
                .option("day", value: "DATE", help: "With --verify: what was recorded on this day alone."),
            ] + .common,
            examples: examples)
    }

    private static func divided(_ name: String) -> [OptionSpec] {
        [
            .option(
                "parts", value: "WHICH", default: .text("all"),
                help:
                    "Which of the \(name).parts parts this process owns: all, numbers such as 1,3, or granted: "
                    + "those that the supervisor grants it, when it does."),
            .option(
                "replica", value: "NAME",
                help:
                    "The name of this process among those that share the parts; \(name)-<host's name> by default."
            ),
        ]
    }

    /// `isDivided` is as it was for `command`.
    public init(_ name: String, _ parsed: Parsed, isDivided: Bool = false) throws {
        Stop.ignoreFailingWrites()
        self.name = name
        self.parsed = parsed
        settings = try Configuration.Settings.load(for: parsed)
        parts = isDivided ? settings.integer("\(name).parts") : 1
        opening = isDivided ? try Service.opening(parsed.text("parts"), of: parts, name) : .parts([.whole])
        let isSole = parts == 1 && !opening.isGranted
        let shard = parsed.text("shard")
        if isSole {
            instance = try Service.instance(name, parsed)
            try Service.check(shard: shard)
        } else {
            instance = try Service.replica(name, parsed)
        }
        log = try Log.open(instance, settings)
        mesh = MeshSettings(settings)
        node = NodeSettings(service: name, shard: shard, instance: instance, settings)
        if !isSole, !parsed.isGiven("verify") { try mesh.layOut(name, parts: parts) }
    }

    /// Runs the machine until somebody stops the process; with `--verify`, re-runs a transcript instead.
    public func run<M: Machine>(_ machine: M, edge: any Edge = NoEdge()) throws {
        try run(machine, edge: edge, source: NoSource())
    }

    /// The same for a service that brings data in.
    public func run<M: Machine>(_ machine: M, edge: any Edge = NoEdge(), source: some Source) throws {
        try run(Host(machine, node, mesh, edge: edge), source: source)
    }

    /// The same for a service that is divided: `make` gives the machine and the hands of each part.
    public func run<M: Machine>(make: @escaping Host<M>.Maker) throws {
        // Before anything that a stop would have to undo.
        Stop.listen()
        var replica = ReplicaSettings(
            service: name, name: instance, parts: parts, opening: opening, flows: node.flows)
        replica.beatInterval = node.beatInterval
        try run(Host(replica, node, mesh, make: make), source: NoSource())
    }

    private func run<M: Machine>(_ host: Host<M>, source: some Source) throws {
        Stop.listen()
        host.replica.onEvent = { [log, instance, unowned host] sender, event in
            let fields: LogFields =
                sender == instance
                ? ["text": .text(event.text)] : ["text": .text(event.text), "node": .text(sender)]
            switch event.level {
            case .debug: log.debug(event.name, fields)
            case .info: log.info(event.name, fields)
            case .warning: log.warning(event.name, fields)
            case .error:
                log.error(event.name, fields)
                host.replica.raise(.critical, of: sender, code: event.name, event.text)
            }
        }
        log.info("started", ["shard": .text(shards), "version": .text(tradewindVersion)])
        try host.run(source: source)
        log.info("stopped")
    }

    private var shards: String {
        switch opening {
        case .granted: "as granted"
        case .parts(let parts): parts == [.whole] ? node.shard : parts.map(\.shard).joined(separator: ",")
        }
    }

    /// The settings by which the transcript was made that the command line asks to re-run; nothing where it asks for
    /// none, or none were recorded.
    public func recordedSettings() throws -> Configuration.Settings? {
        guard let folder = parsed.text(ifGiven: "verify"),
            let text = try Verification.settings(in: folder)
        else { return nil }
        return try Configuration.Settings.load(recorded: text)
    }

    /// The part whose transcript the command line asks to re-run: its folder is called so.
    public func verifiedPart(of count: Int) -> Part {
        let folder = parsed.text(ifGiven: "verify")?.split(separator: "/").last.map(String.init)
        return folder.flatMap { Part(shard: $0, of: count) } ?? .whole
    }

    /// Whether the command line asks for a re-run; if so, does it. Nothing is touched but the transcript read.
    public func verifies<M: Machine>(_ machine: M, check: ((Command) -> String?)? = nil) throws -> Bool {
        guard let folder = parsed.text(ifGiven: "verify") else { return false }
        let day = try parsed.text(ifGiven: "day").map { try CivilDate($0) }
        let outcome = try Verification.run(machine, folder: folder, of: day, check: check)
        try Console.write(outcome.json + "\n")
        if outcome.difference != nil { throw Failure("", exitCode: 1) }
        return true
    }
}
