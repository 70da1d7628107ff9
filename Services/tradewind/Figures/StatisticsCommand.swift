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
            .flag("json", help: "Print JSON, with drawdowns, months and rolling figures."),
        ],
        examples: [
            .init("tradewind statistics --csv config/sample/AAPL.csv --column close", "of holding a share")
        ])

    static func run(_ parsed: Parsed) throws {
        let series = try NumberColumn(path: parsed.text("csv"), named: parsed.text(ifGiven: "column"))
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

    private static func returns(of series: NumberColumn, _ parsed: Parsed) throws -> Returns {
        let periods = parsed.number("periods")
        return parsed.flag("returns")
            ? try Returns(series.numbers, periodsPerYear: periods)
            : try Returns(ofEquity: series.numbers, periodsPerYear: periods)
    }
}
