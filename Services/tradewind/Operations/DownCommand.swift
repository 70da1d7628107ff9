import Configuration
import Domain
import Mesh
import Supervision

/// `tradewind down`: ends the processes of the mesh, in reverse order of dependence.
enum DownCommand {
    static let spec = CommandSpec(
        "down", summary: "stop the mesh, or some services, in good order and then hard",
        discussion: """
            Each service is asked to end when nobody depends on it any more, and killed when its stop_grace_period \
            is over, or the time of --within. Without names the supervisor ends too, and numbers of replicas that \
            `scale` had set are forgotten; services that are named stay stopped until `up` or `restart`.
            """,
        options: [
            .option(
                "within", value: "TIME", type: .duration(.zero ... .seconds(86_400)),
                default: .duration(.nanoseconds(patience)),
                help: "Kill what has not ended by then.")
        ] + ControlledMesh.options,
        arguments: [.argument("SERVICE", required: false, repeats: true, help: "all by default")],
        examples: [
            .init("tradewind down", "the whole mesh"), .init("tradewind down historian", "one service"),
        ])

    /// In nanoseconds.
    static let patience: Int64 = 4_000_000_000

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let mesh = try ControlledMesh(parsed)
        let names = parsed.texts("SERVICE")
        try mesh.check(names)
        try takeDown(mesh, names, within: parsed.duration("within"))
    }

    static func takeDown(_ mesh: ControlledMesh, _ names: [String] = [], within: Int64) throws {
        let before = try MeshState(mesh)
        if before.supervisor == nil, !before.rows.contains(where: { $0.process != nil }), before.isDown {
            return try Console.write("nothing is running\n")
        }
        let killAt = System.now.nanoseconds + within
        let wanted = try mesh.want { wanted in
            wanted.killAt = killAt
            wanted.file = wanted.file.isEmpty ? mesh.path : wanted.file
            if names.isEmpty { wanted.isDown = true }
            for name in names { wanted.services[name, default: .init(isWanted: false)].isWanted = false }
        }
        var progress = MeshProgress()
        // Killed at the latest then, a process is gone soon after.
        let deadline = killAt + 5_000_000_000
        while true {
            let state = try MeshState(mesh, wanted)
            progress.show(state)
            let isOver =
                names.isEmpty
                ? state.supervisor == nil
                : !state.rows.contains { names.contains($0.name.service) && $0.process != nil }
            if isOver { return progress.finish() }
            guard System.now.nanoseconds < deadline else {
                throw Failure("the mesh does not end; see \(mesh.folder.log(of: "supervisor"))")
            }
            lookAgainSoon()
        }
    }
}
