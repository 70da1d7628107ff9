import Configuration
import Domain
import Glibc
import Mesh
import Supervision
import Trading

/// `tradewind up`: the services of the compose file as processes, until somebody stops them.
enum UpCommand {
    static let spec = CommandSpec(
        "up", summary: "start the services of the compose file, and wait until they are ready",
        discussion: """
            Starts a supervisor if there is none, and through it the services, each after those that it depends on. \
            What runs already stays, unless its definition, the settings or its program changed: then it is started \
            anew. Without -d, shows the mesh until Ctrl-C or SIGTERM, and then takes it down in good order.
            """,
        options: [
            .flag("detach", short: "d", help: "Return when everything is ready, and leave it running."),
            .option(
                "profile", value: "NAME", repeats: true, help: "Start the services of this profile too."),
            .option(
                "within", value: "TIME", type: .duration(.milliseconds(1) ... .seconds(86_400)),
                default: .duration(.seconds(60)), help: "Fail if it takes longer to be ready."),
            .flag(
                "i-understand-this-trades-real-money",
                help: "Say so, where execution.mode ends with live; until the mesh is taken down."),
        ] + ControlledMesh.options,
        arguments: [
            .argument(
                "SERVICE", required: false, repeats: true,
                help: "These, and what they depend on; all by default.")
        ],
        examples: [
            .init("tradewind up -d", "the whole mesh, in the background"),
            .init("tradewind up -d --set feed.bars=20000", "with another setting for all services"),
            .init("tradewind up -d --profile paper", "with the services that trade, on paper"),
        ])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let words = parsed.flag("i-understand-this-trades-real-money") ? ["\(LiveGate.words)=true"] : []
        let mesh = try ControlledMesh(parsed, isNew: true, adding: words)
        let names = parsed.texts("SERVICE")
        let profiles = parsed.texts("profile")
        try mesh.check(names)
        try UpCheck.profiles(profiles, of: mesh)
        let chosen = choice(mesh, names, profiles: profiles)
        try UpCheck.venue(of: chosen, in: mesh)
        for service in mesh.services {
            if let refusal = mesh.file.refusal(of: service.replicas, for: service.name, mesh.settings) {
                throw Failure("\(mesh.path): \(refusal)")
            }
        }
        let before = try SeenState.read(mesh.folder.path)
        let wanted = try mesh.want(replacing: true) { wanted in
            if wanted.isDown { wanted.services = [:] }
            wanted.isDown = false
            wanted.killAt = nil
            wanted.file = mesh.path
            wanted.config = mesh.config ?? ""
            wanted.overrides = mesh.overrides
            for name in chosen { want(name, &wanted, before) }
        }
        do {
            try mesh.settle(wanted, within: parsed.duration("within"))
            if parsed.flag("detach") { return }
            try UpView.watch(mesh)
        } catch {
            if !parsed.flag("detach") { try DownCommand.takeDown(mesh, within: DownCommand.patience) }
            throw error
        }
        try DownCommand.takeDown(mesh, within: DownCommand.patience)
    }

    /// Some services with all that they depend on; all that no profile keeps out where none is named.
    private static func choice(_ mesh: ControlledMesh, _ names: [String], profiles: [String]) -> Set<String> {
        let needs = Dictionary(
            mesh.services.map { ($0.name, $0.dependencies.map(\.service)) },
            uniquingKeysWith: { first, _ in first })
        let active = mesh.services.filter { $0.isActive(in: profiles) }.map(\.name)
        return DependencyOrder.closure(of: names.isEmpty ? active : names, needs)
    }

    private static func want(_ name: String, _ wanted: inout WantedState, _ before: SeenState?) {
        var service = wanted.services[name] ?? WantedState.Service(isWanted: true)
        service.isWanted = true
        // Who was given up, or has ended, is given another chance.
        let isOver =
            before?.processes.contains {
                $0.name.service == name && ($0.phase == .givenUp || $0.phase == .ended)
            } ?? false
        if isOver { service.generation += 1 }
        wanted.services[name] = service
    }
}

/// The mesh as `up` shows it in the foreground.
enum UpView {
    /// Shows the mesh until somebody asks to stop.
    static func watch(_ mesh: ControlledMesh) throws {
        let lookout = try Lookout(MeshSettings(mesh.settings), as: "watcher.1")
        var block = LiveBlock()
        var progress = MeshProgress()
        var health = Health(mesh)
        var drawnAt = Timestamp.zero
        while !Stop.isAsked {
            lookout.wait(200)
            lookout.beats { health.hear($1, from: $0) }
            let now = System.now
            guard now.nanoseconds - drawnAt.nanoseconds >= 200_000_000 else { continue }
            drawnAt = now
            let state = try MeshState(mesh)
            if state.isDown { return }
            let terminal = Terminal.standardOutput
            if terminal.isTerminal {
                let lines = StatusCommand.table(state, health, at: now).lines(
                    width: terminal.width, paint: terminal.paint)
                let hint = "Ctrl-C takes the mesh down; `tradewind logs -f` follows its logs"
                block.draw(lines + ["", hint.cut(to: terminal.width)])
            } else {
                progress.show(state)
            }
        }
    }
}
