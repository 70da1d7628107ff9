import Backtesting
import Configuration
import Domain
import Gatekeeper
import Trading

/// `tradewind day`: a trading day in one process, or by the services.
enum DayCommand {
    static let spec = CommandSpec(
        "day", summary: "run a trading day, in one process and by the services, or tell what it came to",
        subcommands: [
            DayReport.spec,
            CommandSpec(
                "run",
                summary: "run a day's orders and fills; without --mesh or --engine by both, and compare",
                discussion: """
                    Trades the bars up to the end of a day with the account that the settings describe (trading.*, \
                    backtest.*, risk.*, strategist.parts), from an empty account at the first bar, and tells of the \
                    orders and fills of that day. --engine does it in one process, as a backtest; --mesh starts relay, \
                    feed and the five services of trading in a folder of their own, in lock-step, and derives every \
                    decision again at the end. Both give the same tables, byte for byte, at any speed, however the \
                    strategies are divided and whoever is killed on the way; run by both, exits with 1 if they do not.
                    """,
                options: [
                    .flag("mesh", help: "By the services, as processes.", group: "How"),
                    .flag("engine", help: "In one process.", group: "How"),
                    .option(
                        "strategy", value: "STRATEGY", repeats: true,
                        help: "In the place of trading.strategies: 'sma-crossover fast=10 slow=30'.",
                        group: "How"),
                    .option(
                        "speed", value: "TIMES", type: .number(0...1_000_000), default: .number(0),
                        help: "Of --mesh: so many times faster than time; 0 for as fast as it goes.",
                        group: "How"),
                    .option(
                        "kills", value: "N", type: .integer(0...100), default: .integer(0),
                        help: "Of --mesh: kill a service each second, so often, and start it again.",
                        group: "How"),
                    .option(
                        "seed", value: "N", type: .integer(0...Int.max), default: .integer(1),
                        help: "Who is killed.", group: "How"),
                    .option(
                        "shadow", value: "STRATEGY", repeats: true,
                        help: "Of --mesh: a strategy that decides beside the others and trades nothing.",
                        group: "How"),
                    .option(
                        "keep", value: "FOLDER", type: .path,
                        help: "Of --mesh: keep the transcripts there, for `why`, `at`, `diff` and `verify`.",
                        group: "What becomes of it"),
                    .option(
                        "out", value: "FOLDER", type: .path, help: "Write orders.csv and fills.csv there.",
                        group: "What becomes of it"),
                    .flag("json", help: "Print JSON.", group: "What becomes of it"),
                ] + data,
                arguments: [.argument("DAY", help: "2024-05-08, by the date in UTC")],
                examples: [
                    .init(
                        "tradewind day run 2024-05-08 --csv config/sample-minutes --strategy gap",
                        "by both, and compare"),
                    .init(
                        "tradewind day run 2012-03-05 --mesh --kills 5 --keep day --set strategist.parts=3",
                        "in three parts, five of them killed on the way"),
                ]),
        ])

    private static let data = DataOptions.specs.filter {
        ["csv", "store", "actions", "symbols", "from", "span"].contains($0.name)
    }

    static func run(_ parsed: Parsed) throws {
        guard parsed.command.dropFirst().first != "report" else { return try DayReport.run(parsed) }
        let run = try DayRun(parsed)
        defer { run.cleanUp() }
        try run.go()
    }
}
