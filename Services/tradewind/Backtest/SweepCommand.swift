import Backtesting
import Configuration
import Domain
import Glibc
import Mesh
import Strategies

/// `tradewind sweep`: a strategy at many points of its parameters.
enum SweepCommand {
    static let spec = CommandSpec(
        "sweep", summary: "try a strategy with many combinations of parameters",
        discussion: """
            Runs the machines of `tradewind backtest` at every point of a grid, or at samples of it, on all cores, and \
            lists the best. The best of many is better than it will be: the more points, the more so; what the points \
            around it came to says more.

            With --out the points are kept in a file as they are done. The same command goes on where it was stopped.
            """,
        options: BacktestOptions.specs + [
            .option(
                "grid", value: "NAME=VALUES", required: true, repeats: true,
                help:
                    "Values of a parameter: 5,10,20; or from, to and step as 5..50/5; samples need no step.",
                group: "Points"),
            .option(
                "random", value: "N", type: .integer(1...SweepPlan.pointsMax),
                help: "So many points, drawn at random.", group: "Points"),
            .option(
                "lhs", value: "N", type: .integer(1...SweepPlan.pointsMax),
                help: "So many points that cover each parameter evenly: a Latin hypercube.", group: "Points"),
            .option(
                "seed", value: "N", type: .integer(0...Int.max), default: .integer(1),
                help: "Which samples: the same seed draws the same.", group: "Points"),
            .option(
                "cores", value: "N", type: .integer(1...1024),
                help: "How many cores work; all of them where it is not given.", group: "Points"),
            .option(
                "by", value: "FIGURE", type: .choice(SweepScore.allCases.map(\.rawValue)),
                default: .text(SweepScore.sharpe.rawValue), help: "What is best.", group: "Results"),
            .option(
                "top", value: "N", type: .integer(1...10_000), default: .integer(10),
                help: "How many are shown.", group: "Results"),
            .option(
                "map", value: "A,B", type: .list,
                help: "The two parameters of the heat map; else the first two that vary.", group: "Results"),
            .option(
                "out", value: "FOLDER", type: .path,
                help:
                    "Keep every point in points.csv there, go on with those that are kept, and write sweep.html.",
                group: "Results"),
            .flag("json", help: "Print every point as JSON, in order.", group: "Results"),
        ],
        arguments: [
            .argument("STRATEGY", help: "Its name, as `tradewind strategies list` shows, or a file of rules.")
        ],
        examples: [
            .init(
                "tradewind sweep sma-crossover --csv IBM=config/sample/IBM.csv --grid fast=5..50/5 --grid slow=20..200/10",
                "190 points"),
            .init(
                "tradewind sweep sma-crossover --csv IBM=config/sample/IBM.csv --grid fast=5..50 --grid slow=20..200 "
                    + "--lhs 500 --out runs/lhs", "500 samples, which are kept"),
        ])

    static func run(_ parsed: Parsed) throws {
        let options = try BacktestOptions(parsed)
        if parsed.isGiven("random"), parsed.isGiven("lhs") {
            throw Failure(
                "--random and --lhs both say how points are drawn: one of them would be right", exitCode: 2)
        }
        let sampling: SweepPlan.Sampling =
            parsed.int(ifGiven: "random").map { .random($0) }
            ?? parsed.int(ifGiven: "lhs").map { .latinHypercube($0) } ?? .grid
        var run = SweepRun(
            market: try options.load(), options: options, axes: parsed.texts("grid"),
            sampling: sampling,
            seed: UInt64(parsed.int("seed")), cores: parsed.int(ifGiven: "cores") ?? System.cores,
            folder: parsed.text(ifGiven: "out"), printsPoints: parsed.flag("json"),
            score: SweepScore(rawValue: parsed.text("by")) ?? .sharpe, top: parsed.int("top"),
            map: parsed.list(ifGiven: "map"))
        Stop.listen()
        do {
            try options.only.show(to: &run)
        } catch let error as ParameterError {
            throw options.failure(error)
        }
        guard let done = run.done else { return }
        let output = SweepOutput(done: done, strategy: options.strategies[0].name, options: options)
        if let folder = run.folder {
            try SweepPage(output).write(to: "\(folder)/sweep.html")
        }
        if !run.printsPoints { try Console.write(output.text(on: Terminal.standardOutput)) }
        if done.survey.count < done.survey.plan.count {
            throw Failure(
                "stopped after \(done.survey.count) of \(done.survey.plan.count) points; "
                    + (run.folder == nil
                        ? "with --out they would be kept" : "the same command goes on from there"),
                exitCode: 130)
        }
    }
}
