import Backtesting
import Configuration
import Domain
import Execution
import Portfolio
import Risk
import Strategies

/// `tradewind backtest`: a strategy on recorded bars, through the machines that trade.
enum BacktestCommand {
    static let spec = CommandSpec(
        "backtest", summary: "try a strategy on recorded bars",
        discussion: """
            Runs a strategy on bars from CSV files (own, Yahoo, Stooq and Alpaca layouts), through the same machines of \
            portfolio, risk, execution, exchange and ledger that trade. Without settings an order fills at the open of \
            the next bar, costs nothing, and spends all the cash; docs/backtesting.md tells what is assumed.

            \(strategies)
            """,
        options: BacktestOptions.specs + [
            .flag("json", help: "Print the figures as JSON.", group: "Results"),
            .option(
                "out", value: "FOLDER", type: .path,
                help: "Write report.html there, and trades, orders, equity and positions as CSV.",
                group: "Results"),
            .flag(
                "no-record", help: "Do not keep the run in the folder of runs (backtest.runs).",
                group: "Results"),
        ],
        arguments: [.argument("STRATEGY", help: "Its name, as in the list above.")],
        examples: [
            .init(
                "tradewind backtest sma-crossover --csv IBM=config/sample/IBM.csv --set fast=10 --set slow=30",
                "one share, two averages"),
            .init(
                "tradewind backtest buy-and-hold --csv config/sample --allocation equal-weight",
                "a folder of files, the money spread evenly"),
        ])

    /// The strategies with their parameters, for help.
    private static var strategies: String {
        let lines = StrategyRegistry.listed.map { strategy in
            let parameters = strategy.parameters.map {
                "\($0.name)=\($0.fallback) (\($0.expectation)): \($0.meaning.dropLast())"
            }
            return "\(strategy.name): \(strategy.summary)"
                + (parameters.isEmpty ? "." : ". Parameters: \(parameters.joined(separator: "; "))")
        }
        return (["Strategies:"] + lines).joined(separator: "\n\n")
    }

    static func run(_ parsed: Parsed) throws {
        let options = try BacktestOptions(parsed)
        var output = try BacktestCommand.output(options)
        let identity = try RunIdentity(options, output)
        output.name = identity.name
        var files: [ResultFolder.File] = []
        if let folder = parsed.text(ifGiven: "out") {
            files = try output.files(fingerprints: identity.lines)
            try ResultFolder.write(files, to: folder)
        }
        try Console.write(parsed.flag("json") ? output.json : output.table)
        if !parsed.flag("no-record") {
            try RunBook(RunBook.folder(parsed)).append(RunEntry(identity, output, files))
        }
    }

    /// Runs what the options say.
    static func output(_ options: BacktestOptions) throws -> BacktestOutput {
        let table = try options.load()
        var settings = options.settings
        settings.keepsCourse = true
        var run = BacktestRun(table: table, settings: settings, given: options.arguments)
        do {
            try StrategyRegistry.visit(options.strategy, &run)
        } catch let error as ParameterError {
            throw options.failure(error)
        }
        guard let done = run.done else { throw Failure("there is no strategy \(options.strategy)") }
        return try BacktestOutput(options: options, bars: table, done: done)
    }
}

/// Runs the strategy that the registry shows it.
struct BacktestRun: StrategyVisitor {
    struct Done {
        var arguments: Arguments
        var record: BacktestRecord
        var seconds: Double
    }

    let table: BarTable
    let settings: BacktestSettings
    let given: [(name: String, text: String)]
    private(set) var done: Done?

    init(table: BarTable, settings: BacktestSettings, given: [(name: String, text: String)]) {
        self.table = table
        self.settings = settings
        self.given = given
    }

    mutating func visit<S: Strategy>(_ strategy: S.Type) throws {
        let arguments = try Arguments(S.parameters, given: given, of: S.name)
        let began = ContinuousClock.now
        let progress = Progress("bars", total: table.count)
        let record = try Backtest.run(S.self, arguments, on: table, settings) { progress.show($0) }
        progress.clear()
        done = Done(
            arguments: arguments, record: record, seconds: (ContinuousClock.now - began).inSeconds)
    }
}
