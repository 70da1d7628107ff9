import Configuration

/// Every command of `tradewind`.
public enum Tradewind {
    public static let spec = CommandSpec(
        "tradewind", summary: "see, check and run a mesh of trading services",
        discussion: """
            Tradewind is a mesh of small programs that exchange numbered messages. Each keeps a transcript of all that it \
            took and sent, from which it recovers, and from which every decision can be derived again.
            """,
        options: .common,
        subcommands: [
            UpCommand.spec, DownCommand.spec, PsCommand.spec, StatusCommand.spec, ScaleCommand.spec,
            RestartCommand.spec, LogsCommand.spec, HealthyCommand.spec,
            ReconcileCommand.spec, ScheduleCommand.spec,
        ] + ControlCommands.specs + [
            BacktestCommand.spec, SweepCommand.spec, AuditCommand.spec, RunsCommand.spec, SceneCommand.spec,
            ExchangeCommand.spec, DataCommand.spec,
            RunCommand.spec, VerifyCommand.spec, TranscriptCommand.spec,
            ParityCommand.spec,
            WhyCommand.spec, AtCommand.spec, DiffCommand.spec, DayCommand.spec,
            SimulateCommand.spec, ChaosCommand.spec, StrategiesCommand.spec, StrategyCommand.spec,
            RulesCommand.spec,
            IndicatorsCommand.spec, FeaturesCommand.spec, AllocatorsCommand.spec, StatisticsCommand.spec,
            CalendarCommand.spec,
            ConfigCommand.spec, KeysCommand.spec, DoctorCommand.spec, CompletionCommand.spec,
        ],
        examples: [
            .init("tradewind run", "replay sample data through a mesh of its own, and watch"),
            .init("tradewind verify", "derive every decision of the kept transcripts again"),
        ])

    public static func run(_ parsed: Parsed) throws {
        switch parsed.command.first {
        case "up": try UpCommand.run(parsed)
        case "down": try DownCommand.run(parsed)
        case "ps": try PsCommand.run(parsed)
        case "status": try StatusCommand.run(parsed)
        case "scale": try ScaleCommand.run(parsed)
        case "restart": try RestartCommand.run(parsed)
        case "logs": try LogsCommand.run(parsed)
        case "reconcile": try ReconcileCommand.run(parsed)
        case "schedule": try ScheduleCommand.run(parsed)
        case "healthy": try HealthyCommand.run(parsed)
        case "backtest": try BacktestCommand.run(parsed)
        case "sweep": try SweepCommand.run(parsed)
        case "scene": try SceneCommand.run(parsed)
        case "exchange": try ExchangeCommand.run(parsed)
        case "audit": try AuditCommand.run(parsed)
        case "runs": try RunsCommand.run(parsed)
        case "data": try DataCommand.run(parsed)
        case "run": try RunCommand.run(parsed)
        case "verify": try VerifyCommand.run(parsed)
        case "transcript": try TranscriptCommand.run(parsed)
        case "parity": try ParityCommand.run(parsed)
        case "why": try WhyCommand.run(parsed)
        case "at": try AtCommand.run(parsed)
        case "diff": try DiffCommand.run(parsed)
        case "day": try DayCommand.run(parsed)
        case "pause", "resume", "halt", "flatten", "limit", "cancel": try ControlCommands.run(parsed)
        case "simulate": try SimulateCommand.run(parsed)
        case "chaos": try ChaosCommand.run(parsed)
        case "config": try ConfigCommand.run(parsed)
        case "calendar": try CalendarCommand.run(parsed)
        case "strategies": try StrategiesCommand.run(parsed)
        case "strategy": try StrategyCommand.run(parsed)
        case "rules": try RulesCommand.run(parsed)
        case "indicators": try IndicatorsCommand.run(parsed)
        case "features": try FeaturesCommand.run(parsed)
        case "allocators": try AllocatorsCommand.run(parsed)
        case "statistics": try StatisticsCommand.run(parsed)
        case "keys": try KeysCommand.run(parsed)
        case "doctor": try DoctorCommand.run(parsed)
        case "completion": try CompletionCommand.run(parsed, of: spec)
        default: break
        }
    }
}
