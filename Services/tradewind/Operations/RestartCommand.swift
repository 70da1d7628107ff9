import Configuration
import Mesh
import Supervision

/// `tradewind restart`: ends processes in good order and starts them again.
enum RestartCommand {
    static let spec = CommandSpec(
        "restart", summary: "end services in good order, and start them again",
        discussion: "Starts again also what was given up after a crash loop, or stopped with `down`.",
        options: [
            .option(
                "within", value: "TIME", type: .duration(.milliseconds(1) ... .seconds(86_400)),
                default: .duration(.seconds(60)), help: "Fail if it takes longer to be ready.")
        ] + ControlledMesh.options,
        arguments: [.argument("SERVICE", repeats: true, help: "which")],
        examples: [.init("tradewind restart historian", "one service")])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let mesh = try ControlledMesh(parsed)
        let names = parsed.texts("SERVICE")
        try mesh.check(names)
        guard try !MeshState(mesh).isDown else {
            throw Failure("the mesh is down; start it with `tradewind up -d`")
        }
        let wanted = try mesh.want { wanted in
            wanted.killAt = nil
            for name in names {
                var service = wanted.services[name] ?? .init(isWanted: true)
                service.isWanted = true
                service.generation += 1
                wanted.services[name] = service
            }
        }
        try mesh.settle(wanted, within: parsed.duration("within"))
    }
}
