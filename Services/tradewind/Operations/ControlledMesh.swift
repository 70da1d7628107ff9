import Configuration
import Domain
import Glibc
import Mesh
import Supervision

/// The mesh of processes that a command is about: what is wanted of it, what is seen of it, and the supervisor.
///
/// A command says what it wants by changing a file in the state folder and knocking at the supervisor's door with a
/// signal. That works while the relay is dead, and is still wanted when supervisor and machine have been restarted.
struct ControlledMesh {
    let settings: Configuration.Settings
    let folder: MeshFolder
    /// The compose file, from the root.
    let path: String
    let file: ComposeFile
    let config: String?
    let overrides: [String]

    /// What every command about a mesh takes.
    static let options: [OptionSpec] = [
        .option(
            "file", value: "FILE", type: .path,
            help: "The compose file; compose/tradewind.yaml, or the one that runs.")
    ]

    /// The settings are those that the mesh was brought up with, and on top of them what this command line says; `up`
    /// begins anew, and may say some by options of its own.
    init(_ parsed: Parsed, isNew: Bool = false, adding own: [String] = []) throws {
        folder = try MeshFolder(Settings.load(for: parsed))
        let wanted = try WantedState.read(folder.path)
        let given =
            parsed.settingOverrides.compactMap { each in each.text.map { "\(each.key)=\($0)" } } + own
        overrides = isNew || wanted.isDown ? given : wanted.overrides + given
        let running = isNew || wanted.isDown || wanted.config.isEmpty ? nil : wanted.config
        config = parsed.text(ifGiven: "config") ?? running
        settings = try Settings.load(
            file: config, overrides: overrides.map(SettingOverride.init(assignment:)))
        let chosen =
            parsed.text(ifGiven: "file") ?? (wanted.file.isEmpty ? "compose/tradewind.yaml" : wanted.file)
        file = try ComposeFile.load(chosen, settings)
        guard let real = realpath(chosen, nil) else { throw Failure("there is no compose file \(chosen)") }
        path = String(cString: real)
        free(real)
    }

    /// What makes a supervisor see the same settings.
    private var arguments: [String] {
        (config.map { ["--config", $0] } ?? []) + overrides.flatMap { ["--set", $0] }
    }

    /// The services that can run as processes, in the order in which they start.
    var services: [ComposeService] {
        let all = file.services.filter { !$0.isSupervisor }
        let needs = Dictionary(
            all.map { ($0.name, $0.dependencies.map(\.service)) }, uniquingKeysWith: { first, _ in first })
        guard let order = try? DependencyOrder(needs) else { return all }
        return order.names.compactMap { file[$0] }
    }

    /// Checks that these are services.
    func check(_ names: [String]) throws {
        let known = services.map(\.name)
        for name in names where !known.contains(name) {
            let near = Spelling.nearest(to: name, among: known)
            throw Failure(
                "there is no service \(JSONWriter.string(name)) in \(path)"
                    + (near.map { "; did you mean \($0)?" } ?? "; there are \(known.joined(separator: ", "))"),
                exitCode: 2)
        }
    }

    /// Changes what is wanted, and returns once a supervisor obeys.
    @discardableResult
    func want(replacing: Bool = false, _ change: (inout WantedState) throws -> Void) throws -> WantedState {
        let wanted = try WantedState.change(folder.path, change)
        try SupervisorLaunch.ensure(settings, folder, arguments: arguments, replacing: replacing)
        let deadline = System.now.adding(10_000_000_000)
        while true {
            let seen = try SeenState.read(folder.path)
            if let seen, seen.obeyed >= wanted.number {
                if !seen.problem.isEmpty { throw Failure(seen.problem) }
                return wanted
            }
            if folder.supervisor == nil {
                // One that was told to let go of everything is gone when it has.
                if wanted.isDown { return wanted }
                // It was about to end, or was killed, when it was knocked at.
                try SupervisorLaunch.ensure(settings, folder, arguments: arguments, replacing: replacing)
            }
            guard System.now < deadline else {
                throw Failure("the supervisor does not answer; see \(folder.log(of: "supervisor"))")
            }
            usleep(5000)
        }
    }

    /// The processes that are wanted.
    func names(_ wanted: WantedState) -> [ProcessName] {
        services.flatMap { service -> [ProcessName] in
            guard !wanted.isDown, let said = wanted.services[service.name], said.isWanted else { return [] }
            return (0..<(said.replicas ?? service.replicas)).map { ProcessName(service.name, $0 + 1) }
        }
    }

    /// Waits until everything that is wanted is ready and everything else is gone; shows how it goes. Fails where a
    /// process is given up, or time is.
    func settle(_ wanted: WantedState, within limit: Int64) throws {
        var progress = MeshProgress()
        let deadline = System.now.adding(limit)
        while true {
            let state = try MeshState(self, wanted)
            progress.show(state)
            if state.isSettled { break }
            if Stop.isAsked { throw Failure("interrupted; the mesh goes on", exitCode: 130) }
            guard System.now < deadline else {
                let late = state.rows.filter { !$0.isSettled }.map { "\($0.name) is \($0.phase)" }
                throw Failure(
                    "not ready in time: \(late.joined(separator: ", ")); see `tradewind ps` and `tradewind logs`"
                )
            }
            usleep(10_000)
        }
        let state = try MeshState(self, wanted)
        progress.finish()
        if let lost = state.rows.first(where: { $0.phase == "given up" }) {
            let exit = lost.exit.map { "\($0.text): \($0.lastLine)" } ?? "no reason is known"
            throw Failure("\(lost.name) is given up after \(lost.restarts) restarts; last: \(exit)")
        }
        for row in state.rows where row.phase == "ended" && row.isWanted {
            guard let exit = row.exit, !exit.isSuccess else { continue }
            throw Failure("\(row.name) ended with \(exit.text) and is not started again: \(exit.lastLine)")
        }
    }
}
