import Configuration
import Domain
import Mesh
import Strategies
import StrategyFiles
import Trading

/// `NAME serve`: a strategy of one's own as a service of the mesh.
enum ServeCommand {
    static func spec(_ blueprint: AnyBlueprint) -> CommandSpec {
        var spec = Service.command(
            "serve", summary: "take bars from the mesh, and send signals",
            discussion: """
                Takes every bar of the feed in order and exactly once, and sends what the strategy says on \
                trading/signal/\(blueprint.name). Killed at any point, it goes on where its transcript ends.
                """,
            examples: [
                .init(
                    "\(blueprint.name) serve --symbols AAPL,IBM --set mesh.folder=state/run",
                    "two symbols of the feed")
            ])
        spec.options += [
            .option(
                "symbols", value: "A,B", type: .list, required: true, help: "The symbols that it is shown."),
            .option(
                "with", value: "NAME=VALUE", repeats: true,
                help: "A parameter of the strategy, such as period=10."),
        ]
        // The root of the command line has them already.
        spec.options.removeAll { option in [OptionSpec].common.contains { $0.name == option.name } }
        return spec
    }

    static func run(_ parsed: Parsed, _ blueprint: AnyBlueprint) throws {
        let symbols = try parsed.list("symbols").map { try OptionText.symbol($0) }
        let given = try parsed.texts("with").map { try OptionText.assignment($0) }
        func machine() throws -> SignalDesk { try ServeCommand.machine(blueprint, given, symbols) }
        var service = try Service(blueprint.name, parsed)
        if try service.verifies(machine()) { return }
        service.node.flows = [Flow("feed", "market/bar/"), Flow("feed", "market/step/feed.")]
        service.node.replicas = ["feed": service.settings.list("mesh.feeds")]
        try service.run(try machine())
    }

    private static func machine(
        _ blueprint: AnyBlueprint, _ given: [(name: String, text: String)], _ symbols: [Symbol]
    ) throws(Failure) -> SignalDesk {
        do throws(ParameterError) {
            let arguments = try Arguments(
                blueprint.parameters, given: given, of: blueprint.name, reading: StrategyFiles.text)
            return try SignalDesk(blueprint, arguments, symbols: symbols)
        } catch {
            let near = error.unknown.flatMap { Spelling.nearest(to: $0, among: error.known) }
            throw Failure(error.description + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
        }
    }
}
