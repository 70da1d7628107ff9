import Backtesting
import Configuration
import Domain
import Portfolio
import Strategies
import StrategyFiles
import Trading

/// `tradewind strategies`: what strategies there are, and what each does.
enum StrategiesCommand {
    static let spec = CommandSpec(
        "strategies", summary: "list the strategies, or explain one and show it at work",
        subcommands: [
            CommandSpec(
                "list", summary: "every strategy in a line",
                options: [.flag("json", help: "Print all that is known of each as JSON.")]),
            show,
        ], fallback: "list")

    static let show = CommandSpec(
        "show", summary: "explain one: its rule, its parameters, and a run on sample data",
        options: [
            .option(
                "data", value: "FOLDER", type: .path, default: .text("config"),
                help: "Where the sample data lie, in sample and sample-minutes."),
            .flag("json", help: "Print the same as JSON, with the equity at the end of each day."),
        ],
        arguments: [
            .argument(
                "NAME", required: false,
                help: "As the list calls it, or a file of rules; with parameters, 'momentum top=1'.")
        ],
        examples: [
            .init("tradewind strategies show swing-trend", "what it does, and how it fared"),
            .init("tradewind strategies show 'rules/pullback.yaml fast=5'", "rules without code"),
        ])

    static func run(_ parsed: Parsed) throws {
        if parsed.path.last == "list" { return try list(parsed) }
        let spoken = try SpokenStrategy(try name(parsed))
        var showing = Showing(spoken: spoken, folder: parsed.text("data"), isJSON: parsed.flag("json"))
        do {
            try spoken.show(to: &showing)
        } catch let error as ParameterError {
            let near = error.unknown.flatMap { Spelling.nearest(to: $0, among: error.known) }
            throw Failure(error.description + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
        }
        try Console.write(showing.text)
    }

    private static func name(_ parsed: Parsed) throws -> String {
        guard let name = parsed.text(ifGiven: "NAME") ?? StrategyRegistry.own?.name else {
            throw Failure("whose? `tradewind strategies list` shows the names", exitCode: 2)
        }
        return name
    }

    private static func list(_ parsed: Parsed) throws {
        if parsed.flag("json") {
            var listing = Listing()
            try StrategyRegistry.visitAll(&listing)
            var json = JSONWriter()
            json.array { json in
                for write in listing.written { json.object { json in write(&json) } }
            }
            return try Console.write(json.text + "\n")
        }
        var table = Table(columns: [.text("name"), .text("what")])
        for strategy in StrategyRegistry.listed { table.add([strategy.name, strategy.summary]) }
        let terminal = Terminal.standardOutput
        try Console.write(
            table.text(width: terminal.isTerminal ? terminal.width : nil, paint: terminal.paint))
    }

    private struct Listing: StrategyVisitor {
        var written: [(inout JSONWriter) -> Void] = []

        mutating func visit<B: Blueprint>(_ blueprint: B) {
            written.append { json in
                StrategyText.write(blueprint, &json)
                StrategyText.write(words: blueprint.words, &json)
            }
        }
    }
}

/// Explains the strategy that it is shown, and runs it on the sample data.
private struct Showing: StrategyVisitor {
    let spoken: SpokenStrategy
    let folder: String
    let isJSON: Bool
    private(set) var text = ""

    init(spoken: SpokenStrategy, folder: String, isJSON: Bool) {
        self.spoken = spoken
        self.folder = folder
        self.isJSON = isJSON
    }

    mutating func visit<B: Blueprint>(_ blueprint: B) throws {
        let example = blueprint.example
        var spoken = spoken
        let given = Set(spoken.arguments.map(\.name))
        for word in example.words {
            let (name, value) = try OptionText.assignment(word)
            guard !given.contains(name) else { continue }
            let isFile = blueprint.parameters.contains { $0.name == name && $0.kind == .file }
            spoken.arguments.append((name, isFile ? "\(folder)/\(value)" : value))
        }
        let arguments = try spoken.arguments(for: blueprint)
        let data = "\(folder)/\(example.isIntraday ? "sample-minutes" : "sample")"
        var files = MarketFiles()
        files.bars = try OptionText.files(data)
        let market = try files.load()
        var settings = BacktestSettings()
        settings.allocation.rule = .equalWeight
        settings.rules.margin.kind = .regulationT
        let record = try Backtest.run(blueprint, arguments, on: market, settings)
        let run = ShownRun(
            data: data, arguments: arguments, warmUp: record.warmUp, record: record,
            summary: try Summary(record))
        text = isJSON ? run.json(blueprint) : run.text(blueprint)
    }
}

/// A strategy with the run that shows it at work.
private struct ShownRun {
    let data: String
    let arguments: Arguments
    let warmUp: Int
    let record: BacktestRecord
    let summary: Summary

    func text(_ blueprint: some Blueprint) -> String {
        var text = "\(blueprint.name): \(blueprint.summary)\n\n"
        text += blueprint.words.map { "  \($0)\n" }.joined() + (blueprint.words.isEmpty ? "" : "\n")
        if !blueprint.parameters.isEmpty { text += StrategyText.parameters(blueprint.parameters) + "\n" }
        text += "ready after \(warmUp) bars of a symbol\n\n"
        text += "On \(data)" + (arguments.names.isEmpty ? "" : " with \(arguments)") + ":\n\n"
        let plot = TextPlot([Double(record.cash)] + record.days.map { Double($0.equity) })
        text += plot.lines { "\(Int($0.rounded()))" }.map { $0 + "\n" }.joined()
        if let first = record.days.first, let last = record.days.last {
            text += "equity, \(first.at.dateUTC) to \(last.at.dateUTC), without costs: "
        }
        return text
            + "\(BacktestOutput.percent(summary.totalReturn)) in all, \(record.fills.count) fills, "
            + "drawdown \(BacktestOutput.percent(record.maxDrawdown))\n"
    }

    func json(_ blueprint: some Blueprint) -> String {
        var json = JSONWriter()
        json.object { json in
            StrategyText.write(blueprint, &json)
            StrategyText.write(words: blueprint.words, &json)
            json.key("warm_up")
            json.integer(warmUp)
            json.key("run")
            json.object { json in
                json.key("data")
                json.string(data)
                BacktestOutput.write(arguments, &json)
                json.key("total_return")
                json.number(summary.totalReturn)
                json.key("fills")
                json.integer(record.fills.count)
                json.key("max_drawdown")
                json.number(record.maxDrawdown)
                json.key("orders_hash")
                json.string(record.ordersHash)
                json.key("equity")
                json.array { json in record.days.forEach { json.number(Double($0.equity)) } }
            }
        }
        return json.text + "\n"
    }
}
