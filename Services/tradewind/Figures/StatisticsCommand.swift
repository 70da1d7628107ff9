import Configuration
import Domain
import Statistics

/// `tradewind statistics`: what a series of returns says of itself.
enum StatisticsCommand {
    static let spec = CommandSpec(
        "statistics", summary: "measure a series of returns or of equity",
        discussion: """
            Reads a CSV file with a column of dates (time or date), and prints every metric of docs/statistics.md. What the \
            returns do not define is left empty.
            """,
        options: [
            .option("csv", value: "FILE", type: .path, required: true, help: "The series, with a header."),
            .option("column", value: "NAME", help: "The column; the first beside the dates if not given."),
            .flag("returns", help: "The column holds returns such as 0.01, and not prices or equity."),
            .option("benchmark", value: "FILE", type: .path, help: "A series of the same kind and dates."),
            .option(
                "periods", value: "N", type: .number(1e-3...1e9), default: .number(252),
                help: "Periods in a year."),
            .option(
                "risk-free", value: "RETURN", type: .number(-1...1), default: .number(0),
                help: "The risk-free return of a period."),
            .option(
                "samples", value: "N", type: .integer(0...1_000_000), default: .integer(0),
                help: "Histories to put together for ranges of confidence."),
            .option(
                "seed", value: "N", type: .integer(0...Int.max), default: .integer(1), help: "Their seed."),
            .option(
                "pair", value: "NAME",
                help:
                    "Another column: whether both go together in the long run, by Engle and Granger, and nothing else."
            ),
            .option(
                "lags", value: "N", type: .integer(0...100), default: .integer(1),
                help: "Changes before that the test of --pair takes into account."),
            .flag("json", help: "Print JSON, with drawdowns, months and rolling figures."),
        ],
        examples: [
            .init("tradewind statistics --csv config/sample/AAPL.csv --column close", "of holding a share")
        ])

    static func run(_ parsed: Parsed) throws {
        let series = try NumberColumn(path: parsed.text("csv"), named: parsed.text(ifGiven: "column"))
        if let other = parsed.text(ifGiven: "pair") { return try pair(series, other, parsed) }
        let returns = try returns(of: series, parsed)
        var comparison: Comparison?
        if let path = parsed.text(ifGiven: "benchmark") {
            let other = try NumberColumn(path: path, named: parsed.text(ifGiven: "column"))
            guard other.dates == series.dates else {
                throw Failure("\(path): its dates are not those of \(parsed.text("csv"))")
            }
            comparison = try Comparison(returns, to: StatisticsCommand.returns(of: other, parsed))
        }
        let isReturns = parsed.flag("returns")
        let report = StatisticsReport(
            returns: returns, dates: isReturns ? series.dates : Array(series.dates.dropFirst()),
            comparison: comparison, riskFree: parsed.number("risk-free"),
            bootstrap: parsed.int("samples") == 0
                ? nil : Bootstrap(samples: parsed.int("samples"), seed: UInt64(parsed.int("seed"))))
        try Console.write(parsed.flag("json") ? report.json() : report.table())
    }

    private static func pair(_ series: NumberColumn, _ name: String, _ parsed: Parsed) throws {
        let other = try NumberColumn(path: parsed.text("csv"), named: name)
        guard let found = Cointegration(series.numbers, other.numbers, lags: parsed.int("lags")) else {
            throw Failure(
                "the columns are too short for \(parsed.int("lags")) lags, or one of them does not move: nothing can be tested"
            )
        }
        let figures: [(String, Double)] = [
            ("slope", found.slope), ("intercept", found.intercept), ("statistic", found.statistic),
            ("probability", found.probability), ("critical_1", found.criticalValues[0]),
            ("critical_5", found.criticalValues[1]), ("critical_10", found.criticalValues[2]),
        ]
        guard parsed.flag("json") else {
            var table = Table(columns: [.text("Engle-Granger"), .number("")])
            for (name, value) in figures { table.add([name, BacktestOutput.number(value)]) }
            return try Console.write(table.text(width: nil, paint: Terminal.standardOutput.paint))
        }
        var json = JSONWriter()
        json.object { json in
            for (name, value) in figures {
                json.key(name)
                json.number(value)
            }
        }
        try Console.write(json.text + "\n")
    }

    private static func returns(of series: NumberColumn, _ parsed: Parsed) throws -> Returns {
        let periods = parsed.number("periods")
        return parsed.flag("returns")
            ? try Returns(series.numbers, periodsPerYear: periods)
            : try Returns(ofEquity: series.numbers, periodsPerYear: periods)
    }
}
