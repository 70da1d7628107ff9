import Configuration
import Mesh
import Supervision

/// `tradewind scale`: how many processes share the work of a service.
enum ScaleCommand {
    static let spec = CommandSpec(
        "scale", summary: "set how many processes share the work of a service",
        discussion: """
            The number holds until `down`, also if supervisor or machine are started again; `deploy.replicas` of the \
            compose file is the number before anybody says another.
            """,
        options: [
            .option(
                "within", value: "TIME", type: .duration(.milliseconds(1) ... .seconds(86_400)),
                default: .duration(.seconds(60)), help: "Fail if it takes longer to be ready.")
        ] + ControlledMesh.options,
        arguments: [.argument("SERVICE=N", repeats: true, help: "historian=4")],
        examples: [
            .init("tradewind scale historian=4", "four processes share the historian's work"),
            .init("tradewind scale historian=1", "one has it all again"),
        ])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let mesh = try ControlledMesh(parsed)
        var numbers: [(name: String, replicas: Int)] = []
        for text in parsed.texts("SERVICE=N") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let replicas = Int(parts[1]),
                (0...ComposeReader.replicasMax).contains(replicas)
            else {
                throw Failure(
                    "\(JSONWriter.string(text)) is no scale; write historian=4, with a number from 0 to "
                        + "\(ComposeReader.replicasMax)", exitCode: 2)
            }
            try mesh.check([String(parts[0])])
            if let refusal = mesh.file.refusal(of: replicas, for: String(parts[0]), mesh.settings) {
                throw Failure(refusal)
            }
            numbers.append((String(parts[0]), replicas))
        }
        guard try !MeshState(mesh).isDown else {
            throw Failure("the mesh is down; start it with `tradewind up -d`, then scale it")
        }
        let wanted = try mesh.want { wanted in
            wanted.killAt = nil
            for (name, replicas) in numbers {
                wanted.services[name, default: .init(isWanted: true)].replicas = replicas
                wanted.services[name]?.isWanted = true
            }
        }
        try mesh.settle(wanted, within: parsed.duration("within"))
    }
}
