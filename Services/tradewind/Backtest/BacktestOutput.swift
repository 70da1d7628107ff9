import Backtesting
import Configuration
import Domain
import Execution
import Statistics
import Strategies

/// The figures of a run as a table, as JSON, and as files.
struct BacktestOutput {
    let options: BacktestOptions
    let market: Market
    let done: BacktestRun.Done
    let summary: Summary
    let confidence: Confidence
    /// To the benchmark; nothing where there is none.
    let comparison: Comparison?
    let warnings: [String]
    /// What the run is called; nothing where nobody asked.
    var name: String?

    init(options: BacktestOptions, market: Market, done: BacktestRun.Done) throws {
        self.options = options
        self.market = market
        self.done = done
        summary = try Summary(done.record)
        confidence = try Confidence(done.record)
        comparison = try Summary.comparison(done.record)
        warnings = try SelfReview.warnings(done.record, on: market.bars, options.settings)
    }

    private var record: BacktestRecord { done.record }
    var title: String {
        options.strategies.count == 1
            ? options.strategies[0].name : record.parts.map(\.label).joined(separator: " + ")
    }

    /// `fast=10 slow=30`, or of several strategies those of each.
    var parameters: String {
        if record.parts.count == 1 { return done.arguments.description }
        return record.parts.filter { !$0.parameters.isEmpty }.map { "\($0.label) \($0.parameters)" }
            .joined(separator: "; ")
    }

    // MARK: For a person

    var table: String {
        let paint = Terminal.standardOutput.paint
        var table = Table(columns: [.text(title), .number(""), .text("95 % lie in")])
        func add(_ name: String, _ value: String, _ range: String = "") { table.add([name, value, range]) }
        if !parameters.isEmpty { add("parameters", parameters) }
        add("symbols", BacktestOutput.list(record.symbols.map(\.text)))
        if let first = record.days.first, let last = record.days.last {
            add("from, to", "\(first.at.dateUTC), \(last.at.dateUTC)")
        }
        add("bars", "\(record.bars)")
        if record.ticks > 0 { add("quotes and trades", "\(record.ticks)") }
        add("final equity", record.finalEquity.formatted(places: 2))
        add("total return", BacktestOutput.percent(summary.totalReturn))
        add(
            "annual return", BacktestOutput.percent(summary.annualReturn),
            BacktestOutput.range(confidence.annualReturn) { BacktestOutput.percent($0) })
        add("volatility, a year", BacktestOutput.percent(summary.volatility))
        add(
            "Sharpe", BacktestOutput.number(summary.sharpe),
            BacktestOutput.range(confidence.sharpe) { BacktestOutput.number($0) })
        add("Sortino", BacktestOutput.number(summary.sortino))
        add("Calmar", BacktestOutput.number(summary.calmar))
        add(
            "maximum drawdown", BacktestOutput.percent(summary.maxDrawdown),
            BacktestOutput.range(confidence.maxDrawdown) { BacktestOutput.percent($0) })
        add("closed trades", "\(summary.closedTrades)")
        add("open trades", "\(summary.openTrades)")
        add("win rate", BacktestOutput.percent(summary.winRate))
        add("profit factor", BacktestOutput.number(summary.profitFactor))
        add("exposure, share of time", BacktestOutput.percent(summary.exposure))
        add("turnover, a year", BacktestOutput.number(summary.turnover))
        add("fees", summary.fees.formatted(places: 2))
        if !record.actions.isEmpty { add("corporate actions", "\(record.actions.count)") }
        if let benchmark = record.benchmark, let comparison {
            add("\(benchmark.name) held", BacktestOutput.percent(comparison.benchmark.totalReturn))
            add("alpha, a year", BacktestOutput.percent(comparison.alpha()))
            add("beta", BacktestOutput.number(comparison.beta))
        }
        if record.parts.count > 1 {
            for (number, part) in record.parts.enumerated() {
                add("profit of \(part.label)", profit(of: number).formatted(places: 2))
            }
        }
        add("orders hash", summary.ordersHash)
        if let name { add("run", name) }
        add("took", "\(BacktestOutput.number(done.seconds * 1000)) ms")
        let warnings = warnings.map { paint("! \($0)", .yellow) + "\n" }
        return table.text(width: nil, paint: paint) + warnings.joined()
    }

    private static func list(_ words: [String]) -> String {
        words.count <= 5
            ? words.joined(separator: " ") : "\(words.prefix(4).joined(separator: " ")) … (\(words.count))"
    }

    private static func range(_ interval: Bootstrap.Interval?, _ text: (Double) -> String) -> String {
        interval.map { "\(text($0.low)) to \(text($0.high))" } ?? ""
    }

    static func percent(_ share: Double?) -> String {
        share.map { number($0 * 100) + " %" } ?? "-"
    }

    static func number(_ number: Double?) -> String {
        guard let number, number.isFinite, number.magnitude < 1e12 else { return "-" }
        let hundredths = Int((number * 100).rounded())
        let cents = hundredths.magnitude % 100
        return "\(hundredths < 0 ? "-" : "")\(hundredths.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
    }

    // MARK: For a program

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("strategy")
            json.string(title)
            BacktestOutput.write(done.arguments, &json)
            json.key("symbols")
            json.array { json in record.symbols.forEach { json.string($0.text) } }
            figures(&json)
            interventions(&json)
            sources(&json)
            json.key("seconds")
            json.number(done.seconds)
            json.key("orders_hash")
            json.string(summary.ordersHash)
            if let name {
                json.key("run")
                json.string(name)
            }
            json.key("warnings")
            json.array { json in warnings.forEach { json.string($0) } }
        }
        return json.text + "\n"
    }

    /// What of a run is the same each time.
    func figures(_ json: inout JSONWriter) {
        let money: [(String, Money)] = [
            ("cash", record.cash), ("final_equity", record.finalEquity), ("final_cash", record.finalCash),
            ("fees", record.fees), ("other_cash", record.otherCash),
        ]
        for (name, value) in money {
            json.key(name)
            json.number(Double(value))
        }
        let counts: [(String, Int)] = [
            ("bars", record.bars), ("instants", record.instants), ("closed_trades", summary.closedTrades),
            ("open_trades", summary.openTrades), ("orders", record.orders.count),
            ("fills", record.fills.count), ("trimmed", record.trimmed), ("rejected", record.rejected),
        ]
        for (name, value) in counts {
            json.key(name)
            json.integer(value)
        }
        let ratios: [(String, Double?)] =
            [
                ("total_return", summary.totalReturn), ("annual_return", summary.annualReturn),
                ("volatility", summary.volatility), ("sharpe", summary.sharpe), ("sortino", summary.sortino),
                ("calmar", summary.calmar), ("max_drawdown", summary.maxDrawdown),
                ("win_rate", summary.winRate),
                ("profit_factor", summary.profitFactor), ("exposure", summary.exposure),
                ("turnover", summary.turnover),
                ("annual_return_low", confidence.annualReturn?.low),
                ("annual_return_high", confidence.annualReturn?.high),
                ("sharpe_low", confidence.sharpe?.low), ("sharpe_high", confidence.sharpe?.high),
                ("max_drawdown_low", confidence.maxDrawdown?.low),
                ("max_drawdown_high", confidence.maxDrawdown?.high),
            ] + benchmarkFigures
        for (name, value) in ratios {
            json.key(name)
            json.number(value ?? .nan)
        }
    }

    /// How often each check of risk trimmed or rejected, and the halts.
    private func interventions(_ json: inout JSONWriter) {
        json.key("interventions")
        json.object { json in
            for (check, count) in record.interventions.sorted(by: { $0.check < $1.check }) {
                json.key(check)
                json.integer(count)
            }
        }
        json.key("halts")
        json.array { json in
            for (at, halt) in record.halts {
                json.object { json in
                    json.key("at")
                    json.string("\(at)")
                    json.key("kind")
                    json.string(halt.kind)
                    json.key("active")
                    json.flag(halt.active)
                    json.key("reason")
                    json.string(halt.reason)
                    json.key("by")
                    json.string(halt.by)
                }
            }
        }
    }

    func profit(of strategy: Int) -> Money {
        record.shares.filter { $0.strategy == strategy }.reduce(.zero) { $0 + $1.profit }
    }

    static func write(_ arguments: Arguments, _ json: inout JSONWriter) {
        json.key("parameters")
        json.object { json in
            for (name, value) in zip(arguments.names, arguments.values) {
                json.key(name)
                switch value {
                case .integer(let integer): json.integer(integer)
                case .number(let number): json.number(number)
                case .flag(let flag): json.flag(flag)
                case .choice, .file: json.string("\(value)")
                }
            }
        }
    }
}
