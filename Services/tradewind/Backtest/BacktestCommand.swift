import Backtesting
import Configuration
import Domain
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
        arguments: [
            .argument(
                "STRATEGY", repeats: true,
                help:
                    "Its name, as in the list above, or a file of rules; with parameters, 'momentum top=2'. Several share the account: "
                    + "share=2 gives one twice the money of another, span=1d shows it daily bars.")
        ],
        examples: [
            .init(
                "tradewind backtest sma-crossover --csv IBM=config/sample/IBM.csv --set fast=10 --set slow=30",
                "one share, two averages"),
            .init(
                "tradewind backtest rules/pullback.yaml --csv config/sample --allocation equal-weight",
                "rules without code: docs/strategies.md"),
            .init(
                "tradewind backtest buy-and-hold --csv config/sample --allocation equal-weight",
                "a folder of files, the money spread evenly"),
            .init(
                "tradewind backtest 'sma-crossover fast=10 slow=30' 'momentum top=2 lookback=120' --csv config/sample",
                "two strategies on one account, half of the money for each"),
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
        let market = try options.load()
        do {
            return try BacktestOutput(
                options: options, market: market, done: try BacktestRun.run(options, market))
        } catch let error as ParameterError {
            throw options.failure(error)
        }
    }
}
