import Configuration
import Domain
import Glibc

/// What every service does before its own work begins: command line, settings, log, and its place in the mesh.
public struct Service {
    public let name: String
    public let instance: String
    public let settings: Configuration.Settings
    public let log: Log
    public let mesh: MeshSettings
    /// A service adds its flows to this before it runs.
    public var node: NodeSettings
    private let parsed: Parsed

    /// The command line of a service.
    public static func command(
        _ name: String, summary: String, discussion: String, examples: [CommandSpec.Example] = []
    ) -> CommandSpec {
        CommandSpec(
            name, summary: summary, discussion: discussion,
            options: [
                .option(
                    "instance", value: "NAME",
                    help: "The name of this process in the mesh; \(name).1 by default."),
                .option(
                    "shard", value: "KEY", default: .text("all"), help: "The part of the keys that it owns."),
                .option(
                    "verify", value: "FOLDER", type: .path,
                    help:
                        "Feed the transcript in FOLDER to this program again, tell as JSON whether it decides "
                        + "the same, and end."),
                .option("until", value: "DATE", help: "With --verify: nothing recorded after this day."),
            ] + .common,
            examples: examples)
    }

    public init(_ name: String, _ parsed: Parsed) throws {
        Stop.ignoreFailingWrites()
        self.name = name
        self.parsed = parsed
        instance = parsed.text(ifGiven: "instance") ?? "\(name).1"
        guard instance.hasPrefix(name + "."), !instance.contains("/") else {
            throw Failure(
                "--instance \(instance): an instance of \(name) is called \(name).1, \(name).2…", exitCode: 2)
        }
        let shard = parsed.text("shard")
        guard !shard.isEmpty, !shard.hasPrefix("."), !shard.contains("/") else {
            throw Failure(
                "--shard \(shard): a shard is a name such as all or AAPL, for its folder is called so",
                exitCode: 2)
        }
        settings = try Configuration.Settings.load(for: parsed)
        log = try Log.open(instance, settings)
        mesh = MeshSettings(settings)
        node = NodeSettings(service: name, shard: shard, instance: instance, settings)
    }

    /// Runs the machine until somebody stops the process; with `--verify`, re-runs a transcript instead.
    public func run<M: Machine>(_ machine: M, edge: any Edge = NoEdge(), source: (any Source)? = nil) throws {
        // Before anything that a stop would have to undo.
        Stop.listen()
        let host = try Host(machine, node, mesh, edge: edge)
        host.node.onEvent = { [log, unowned host] event in
            switch event.level {
            case .debug: log.debug(event.name, ["text": .text(event.text)])
            case .info: log.info(event.name, ["text": .text(event.text)])
            case .warning: log.warning(event.name, ["text": .text(event.text)])
            case .error:
                log.error(event.name, ["text": .text(event.text)])
                host.node.raise(.critical, code: event.name, event.text)
            }
        }
        log.info("started", ["shard": .text(node.shard), "version": .text(tradewindVersion)])
        try host.run(source: source)
        log.info("stopped")
    }

    /// Whether the command line asks for a re-run; if so, does it. Nothing is touched but the transcript read.
    public func verifies<M: Machine>(_ machine: M) throws -> Bool {
        guard let folder = parsed.text(ifGiven: "verify") else { return false }
        let day = try parsed.text(ifGiven: "until").map { try CivilDate($0) }
        let outcome = try Verification.run(machine, folder: folder, until: day)
        try Console.write(outcome.json + "\n")
        if outcome.difference != nil { throw Failure("", exitCode: 1) }
        return true
    }
}

extension MeshSettings {
    public init(_ settings: Configuration.Settings) {
        self.init()
        transport = settings.text("mesh.transport") == "tcp" ? .tcp : .ipc
        folder = settings.path("mesh.folder")
        relayPublish = settings.text("mesh.relay_publish")
        relaySubscribe = settings.text("mesh.relay_subscribe")
        advertise = settings.text("mesh.advertise")
        if advertise.isEmpty, let name = getenv("TRADEWIND_ADVERTISE") { advertise = String(cString: name) }
        isEncrypted = settings.flag("mesh.curve")
        keysFolder = settings.path("mesh.keys_folder")
        stateFolder = settings.path("state.folder")
    }
}

extension NodeSettings {
    init(service: String, shard: String, instance: String, _ settings: Configuration.Settings) {
        self.init(service: service, shard: shard, instance: instance)
        isReplay = settings.flag("mesh.replay")
        stepsAheadMax = settings.integer("mesh.window_steps")
        beatInterval = settings.duration("mesh.beat_interval")
        beatsMissedMax = settings.integer("mesh.beats_missed_max")
        heldMax = settings.integer("mesh.held_max")
        takersPatience = settings.duration("mesh.takers_patience")
        segmentSize = settings.size("state.segment_size")
        syncInterval = settings.duration("state.sync_interval")
        checkpointInterval = settings.duration("state.checkpoint_interval")
        segmentsPerSnapshot = UInt64(settings.integer("state.snapshot_segments"))
        retention = settings.duration("state.retention")
        let kept = settings.size("state.retention_size")
        if kept > 0 { segmentsKept = UInt64(max(1, kept / segmentSize)) }
        settingsText = settings.canonicalText
    }
}
