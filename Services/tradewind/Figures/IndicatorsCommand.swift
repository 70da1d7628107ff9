import Configuration
import Domain
import Indicators

/// `tradewind indicators`: what indicators there are, and what they say of a file of bars.
enum IndicatorsCommand {
    static let spec = CommandSpec(
        "indicators", summary: "list the indicators, explain one, or print it for a file of bars",
        subcommands: [
            CommandSpec(
                "list", summary: "every indicator in a line",
                options: [.flag("json", help: "Print all that is known of each as JSON.")]),
            CommandSpec(
                "show",
                summary: "explain one: parameters, inputs, outputs, warm-up, formula, and a small picture",
                discussion:
                    "The picture is of the sample data in config/sample: days of AAPL, with IBM beside it.",
                arguments: [.argument("NAME", help: "As tradewind indicators list calls it.")],
                examples: [.init("tradewind indicators show rsi", "what may be set, and what comes out")]),
            CommandSpec(
                "run", summary: "print an indicator for each bar of a CSV file",
                discussion: """
                    Parameters are given with --set, such as --set period=14. Where an indicator says nothing, \
                    because it has not seen enough or because its value is not defined, nothing is printed.
                    """,
                options: [
                    .option("csv", value: "FILE", type: .path, required: true, help: "The bars."),
                    .option(
                        "other", value: "FILE", type: .path,
                        help: "The second series, for indicators that relate two."),
                    .option(
                        "interval", value: "INTERVAL", default: .text("1d"),
                        help: "The length of bars that have a time of day."),
                    .flag("json", help: "Print JSON with a list for each output."),
                ],
                arguments: [.argument("NAME", help: "As tradewind indicators list calls it.")],
                examples: [
                    .init(
                        "tradewind indicators run rsi --set period=14 --csv config/sample/AAPL.csv",
                        "a line for each day")
                ]),
            CommandSpec(
                "reference", summary: "describe every indicator, as Markdown",
                discussion: "The output is the table of docs/indicators.md."),
        ], fallback: "list")

    static func run(_ parsed: Parsed) throws {
        switch parsed.path.last {
        case "list": try list(parsed)
        case "show": try show(entry(parsed.text("NAME")))
        case "run": try IndicatorRun(parsed).print()
        default: try Console.write(IndicatorRegistry.reference)
        }
    }

    /// The indicator of that name, or a sentence with the nearest.
    static func entry(_ name: String) throws -> IndicatorEntry {
        if let entry = IndicatorRegistry.entry(named: name) { return entry }
        let near = Spelling.nearest(to: name, among: IndicatorRegistry.entries.map(\.listing.name))
        throw Failure(
            "there is no indicator \(name); "
                + (near.map { "did you mean \($0)?" } ?? "tradewind indicators list shows all"), exitCode: 2)
    }

    private static func list(_ parsed: Parsed) throws {
        if parsed.flag("json") { return try Console.write(IndicatorText.json + "\n") }
        var table = Table(columns: [.text("name"), .text("what"), .text("parameters")])
        for listing in IndicatorRegistry.entries.map(\.listing) {
            let parameters = listing.parameters.map { "\($0.name)=\($0.text($0.fallback))" }
            table.add([listing.name, listing.summary, parameters.joined(separator: " ")])
        }
        let terminal = Terminal.standardOutput
        try Console.write(
            table.text(width: terminal.isTerminal ? terminal.width : nil, paint: terminal.paint))
    }

    private static func show(_ entry: IndicatorEntry) throws {
        let listing = entry.listing
        var text = "\(listing.name): \(listing.summary)\n\n"
        text += "looks at            \(listing.inputs.map(\.rawValue).joined(separator: ", "))\n"
        text += "gives               \(listing.outputs.joined(separator: ", "))\n"
        text += "first value at bar  \(listing.warmUp)\n"
        text += "formula             \(listing.formula)\n"
        if case .taLib = listing.definition { text += "equal to            \(listing.definition.text)\n" }
        if !listing.parameters.isEmpty {
            var table = Table(columns: [.text("parameter"), .number("default"), .text("range"), .text("")])
            for parameter in listing.parameters {
                table.add([
                    parameter.name, parameter.text(parameter.fallback), parameter.expectation,
                    parameter.meaning,
                ])
            }
            text += "\n" + table.text(width: nil, paint: Terminal.standardOutput.paint)
        }
        try Console.write(text + picture(of: entry))
    }

    /// With the parameters' defaults, of the sample data where they are there.
    private static func picture(of entry: IndicatorEntry) throws -> String {
        try SampleBars.picture { sample in
            let other = sample.candles(1).close
            let series = try entry.series(over: sample.candles(), other: other)
            return sample.picture(
                Array(zip(entry.listing.outputs, series)).map { ($0.0, $0.1) }, of: SampleBars.symbols[0])
        }
    }
}
