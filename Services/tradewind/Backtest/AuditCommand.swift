import Backtesting
import Configuration
import Domain
import Strategies

/// `tradewind audit`: whether a strategy knows what it cannot know.
enum AuditCommand {
    static let spec = CommandSpec(
        "audit", summary: "prove that a strategy does not look ahead",
        discussion: """
            Runs a strategy again and again on bars whose future is cut off, and on bars whose future is another one: every \
            decision before must stay as it was. Then begins it later, and looks whether it comes to say the same once the \
            warm-up is over that it declares. Exit code 1 if anything differs, or if there was nothing to compare.
            """,
        options: BacktestOptions.specs + [
            .flag("json", help: "Print the findings as JSON.", group: "Results")
        ],
        arguments: [
            .argument("STRATEGY", help: "Its name, as `tradewind strategies list` shows, or a file of rules.")
        ],
        examples: [
            .init("tradewind audit sma-crossover --csv config/sample", "exit 1 if it looks ahead")
        ])

    static func run(_ parsed: Parsed) throws {
        let options = try BacktestOptions(parsed)
        let market = try options.load()
        guard market.ticks.count == 0 else {
            throw Failure(
                "audit cuts off bars, and nothing else: without --quotes and --trades would be right",
                exitCode: 2)
        }
        var run = AuditRun(table: market.bars, options: options)
        do {
            try options.only.show(to: &run)
        } catch let error as ParameterError {
            throw options.failure(error)
        }
        guard let warmUp = run.warmUp else { return }
        let rows = AuditCommand.rows(run.findings, warmUp)
        try Console.write(
            parsed.flag("json")
                ? json(rows, warmUp, options.strategies[0].name) : text(rows, options.strategies[0].name))
        if rows.contains(where: { $0.failure != nil }) { throw Failure("", exitCode: 1) }
    }

    private struct Row {
        var test: String
        var moments: Int
        var compared: Int
        var failure: String?
    }

    private static func rows(_ findings: [LookAhead.Finding], _ warmUp: WarmUp.Finding) -> [Row] {
        let nothing = "there was nothing to compare: longer data, or parameters that trade, would be right"
        var rows = findings.map {
            Row(
                test: $0.test, moments: $0.moments, compared: $0.decisions,
                failure: $0.failure ?? ($0.decisions == 0 ? nothing : nil))
        }
        rows.append(
            Row(
                test: "begun later", moments: warmUp.starts, compared: warmUp.opinions,
                failure: warmUp.failure ?? (warmUp.starts == 0 ? nothing : nil)))
        return rows
    }

    private static func text(_ rows: [Row], _ strategy: String) -> String {
        let paint = Terminal.standardOutput.paint
        var table = Table(columns: [
            .text(strategy), .number("moments"), .number("decisions"), .text("verdict"),
        ])
        for row in rows {
            table.add(
                [row.test, "\(row.moments)", "\(row.compared)", row.failure == nil ? "holds" : "FAILS"],
                style: row.failure == nil ? .plain : .red)
        }
        let failures = rows.compactMap { row in
            row.failure.map { paint("! \(row.test): \($0)", .yellow) + "\n" }
        }
        return table.text(width: nil, paint: paint) + failures.joined()
    }

    private static func json(_ rows: [Row], _ warmUp: WarmUp.Finding, _ strategy: String) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("strategy")
            json.string(strategy)
            json.key("holds")
            json.flag(rows.allSatisfy { $0.failure == nil })
            json.key("warm_up_declared")
            json.integer(warmUp.declared)
            json.key("warm_up_needed")
            if let needed = warmUp.needed { json.integer(needed) } else { json.null() }
            json.key("tests")
            json.array { json in
                for row in rows {
                    json.object { json in
                        json.key("test")
                        json.string(row.test)
                        json.key("moments")
                        json.integer(row.moments)
                        json.key("decisions")
                        json.integer(row.compared)
                        json.key("holds")
                        json.flag(row.failure == nil)
                        json.key("failure")
                        if let failure = row.failure { json.string(failure) } else { json.null() }
                    }
                }
            }
        }
        return json.text + "\n"
    }
}

/// Audits the strategy that the registry shows it.
struct AuditRun: StrategyVisitor {
    let table: BarTable
    let options: BacktestOptions
    private(set) var findings: [LookAhead.Finding] = []
    private(set) var warmUp: WarmUp.Finding?

    init(table: BarTable, options: BacktestOptions) {
        self.table = table
        self.options = options
    }

    mutating func visit<B: Blueprint>(_ blueprint: B) throws {
        let arguments = try options.strategies[0].arguments(for: blueprint)
        let settings = options.settings
        let runs = LookAhead.runs(on: table)
        let progress = Progress("auditing", total: runs + 6)
        findings = try LookAhead.findings(on: table) { table in
            try Backtest.run(blueprint, arguments, on: Market(table), settings)
        } progress: {
            progress.show($0)
        }
        warmUp = try WarmUp.finding(of: blueprint, arguments, on: table) { progress.show(runs + $0) }
        progress.clear()
    }
}
