import Configuration
import Strategies

/// A strategy that has a program of its own: a package that depends on Tradewind, with the commands that try it.
public enum OwnStrategy {
    /// The whole of an executable: understands its command line, does what it says, and ends the process.
    @inlinable public static func run<S: Strategy>(_ strategy: S.Type) -> Never {
        run(AnyBlueprint(strategy))
    }

    public static func run(_ blueprint: AnyBlueprint) -> Never {
        StrategyRegistry.own = blueprint
        let command = CommandSpec(
            blueprint.name, summary: blueprint.summary,
            discussion: """
                A strategy of its own. Where a command takes a STRATEGY, this one is meant if none is given; those of \
                the library can be named beside it.
                """,
            options: .common,
            subcommands: [
                optional(BacktestCommand.spec), optional(SweepCommand.spec), optional(AuditCommand.spec),
                StrategiesCommand.show, ServeCommand.spec(blueprint),
            ],
            examples: [
                .init("\(blueprint.name) backtest --csv IBM=config/sample/IBM.csv", "try it on bars"),
                .init("\(blueprint.name) audit --csv config/sample", "prove that it does not look ahead"),
            ])
        Configuration.run(command) { parsed in
            switch parsed.command.first {
            case "backtest": try BacktestCommand.run(parsed)
            case "sweep": try SweepCommand.run(parsed)
            case "audit": try AuditCommand.run(parsed)
            case "show": try StrategiesCommand.run(parsed)
            case "serve": try ServeCommand.run(parsed, blueprint)
            default: break
            }
        }
    }

    /// A command whose strategy need not be named.
    private static func optional(_ spec: CommandSpec) -> CommandSpec {
        var spec = spec
        spec.arguments = spec.arguments.map { argument in
            var argument = argument
            argument.isRequired = false
            return argument
        }
        return spec
    }
}
