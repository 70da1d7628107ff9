import Backtesting
import Configuration
import Domain
import Strategies

/// `tradewind sweep`: a strategy at every point of a grid of its parameters.
enum SweepCommand {
    static let spec = CommandSpec(
        "sweep", summary: "try a strategy with every combination of parameters",
        discussion: """
            Runs the machines of `tradewind backtest` at every point of a grid, on all cores, and lists the best. The best \
            of many is better than it will be: the more points, the more so.
            """,
        options: BacktestOptions.specs + [
            .option(
                "grid", value: "NAME=VALUES", required: true, repeats: true,
                help: "Values of a parameter: 5,10,20, or from, to and step as 5..50/5.", group: "Grid"),
            .option(
                "by", value: "FIGURE", type: .choice(["sharpe", "total_return", "calmar", "max_drawdown"]),
                default: .text("sharpe"), help: "What is best.", group: "Grid"),
            .option(
                "top", value: "N", type: .integer(1...1_000_000), default: .integer(10),
                help: "How many are shown.", group: "Grid"),
            .flag("json", help: "Print every point as JSON, in the order of the grid.", group: "Results"),
        ],
        arguments: [.argument("STRATEGY", help: "Its name; `tradewind backtest --help` lists them.")],
        examples: [
            .init(
                "tradewind sweep sma-crossover --csv IBM=config/sample/IBM.csv --grid fast=5..50/5 --grid slow=20..200/10",
                "190 points")
        ])

    static func run(_ parsed: Parsed) throws {
        let options = try BacktestOptions(parsed)
        var run = SweepRun(table: try options.load(), options: options, axes: parsed.texts("grid"))
        do {
            try StrategyRegistry.visit(options.strategy, &run)
        } catch let error as ParameterError {
            throw options.failure(error)
        }
        guard let outcome = run.outcome else { return }
        if parsed.flag("json") { return try Console.write(json(outcome)) }
        try Console.write(table(outcome, by: parsed.text("by"), top: parsed.int("top"), run.seconds))
    }

    private static func table(_ outcome: Sweep.Outcome, by figure: String, top: Int, _ seconds: Double)
        -> String
    {
        func rank(_ result: Sweep.Result) -> Double {
            switch figure {
            case "total_return": result.totalReturn
            case "calmar": result.calmar ?? -.infinity
            case "max_drawdown": -result.maxDrawdown
            default: result.sharpe ?? -.infinity
            }
        }
        // Among equals the first of the grid comes first.
        let best = outcome.results.enumerated().sorted {
            let (left, right) = (rank($0.element), rank($1.element))
            return left != right ? left > right : $0.offset < $1.offset
        }
        var table = Table(columns: [
            .text("parameters"), .number("final equity"), .number("return"), .number("Sharpe"),
            .number("Calmar"), .number("drawdown"), .number("trades"),
        ])
        for (_, result) in best.prefix(top) {
            table.add([
                result.arguments.description, result.finalEquity.formatted(places: 2),
                BacktestOutput.percent(result.totalReturn), BacktestOutput.number(result.sharpe),
                BacktestOutput.number(result.calmar), BacktestOutput.percent(result.maxDrawdown),
                "\(result.closedTrades)",
            ])
        }
        let refused = outcome.refused == 0 ? "" : ", \(outcome.refused) refused by the strategy"
        return table.text(width: nil, paint: Terminal.standardOutput.paint)
            + "\(outcome.results.count) points\(refused), \(BacktestOutput.number(seconds)) s\n"
    }

    private static func json(_ outcome: Sweep.Outcome) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("refused")
            json.integer(outcome.refused)
            json.key("points")
            json.array { json in
                for result in outcome.results { write(result, &json) }
            }
        }
        return json.text + "\n"
    }

    private static func write(_ result: Sweep.Result, _ json: inout JSONWriter) {
        json.object { json in
            BacktestOutput.write(result.arguments, &json)
            let figures: [(String, Double?)] = [
                ("final_equity", Double(result.finalEquity)), ("total_return", result.totalReturn),
                ("sharpe", result.sharpe), ("calmar", result.calmar), ("max_drawdown", result.maxDrawdown),
                ("closed_trades", Double(result.closedTrades)), ("fees", Double(result.fees)),
            ]
            for (name, value) in figures {
                json.key(name)
                json.number(value ?? .nan)
            }
            json.key("orders_hash")
            json.string(result.ordersHash)
        }
    }
}

/// Sweeps the strategy that the registry shows it.
struct SweepRun: StrategyVisitor {
    let table: BarTable
    let options: BacktestOptions
    let axes: [String]
    private(set) var outcome: Sweep.Outcome?
    private(set) var seconds = 0.0

    init(table: BarTable, options: BacktestOptions, axes: [String]) {
        self.table = table
        self.options = options
        self.axes = axes
    }

    mutating func visit<S: Strategy>(_ strategy: S.Type) throws {
        let grid = try SweepGrid(S.parameters, axes: axes, given: options.arguments, of: S.name)
        let progress = Progress("sweeping", total: grid.points.count)
        let began = ContinuousClock.now
        outcome = try Sweep.run(S.self, grid, on: table, options.settings) { progress.show($0) }
        seconds = (ContinuousClock.now - began).inSeconds
        progress.clear()
    }
}
