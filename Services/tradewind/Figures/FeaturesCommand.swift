import Configuration
import Domain
import Features
import Indicators
import Trading

/// `tradewind features`: what features there are, what they say of files of bars, and whether they can be trusted.
enum FeaturesCommand {
    static let spec = CommandSpec(
        "features", summary: "list the features, explain one, compute them, check them, and measure drift",
        subcommands: [
            CommandSpec(
                "list", summary: "every feature in a line",
                options: [.flag("json", help: "Print all that is known of each as JSON.")]),
            CommandSpec(
                "show", summary: "explain one: group, meaning, formula, first value, and a small picture",
                discussion: """
                    The picture is of AAPL in config/sample, with IBM, KO and MSFT as its universe and IBM and MSFT as its \
                    sector. Where a feature needs quotes, they are invented from the bars.
                    """,
                arguments: [.argument("NAME", help: "As tradewind features list calls it.")],
                examples: [.init("tradewind features show rsi_14", "what it is and how it looks")]),
            CommandSpec(
                "compute", summary: "print the features of each symbol at each bar",
                discussion: """
                    A line for each symbol and bar, in the order of time; where a feature is not ready or not defined, \
                    nothing is printed. The symbols of all files are one universe. Prices are taken as they are: where a \
                    file is not adjusted for a split, the split is a return.
                    """,
                options: FeatureMarket.options + [.flag("json", help: "Print JSON, with the set's version.")],
                examples: [
                    .init(
                        "tradewind features compute --csv config/sample --features return_21,rank_return_21",
                        "two features of four symbols")
                ]),
            CommandSpec(
                "check",
                summary: "name features that cannot be right: outliers, and columns that never change",
                discussion: "Ends with 1 where something is found.",
                options: FeatureMarket.options + [
                    .option(
                        "outlier", value: "DISTANCES", type: .number(1...1e9), default: .number(12),
                        help: "Typical distances from the median from which on a number is an outlier."),
                    .flag("json", help: "Print JSON."),
                ],
                examples: [.init("tradewind features check --csv config/sample", "of all features")]),
            CommandSpec(
                "drift", summary: "measure how far features have moved from a reference window",
                discussion: """
                    All symbols together. The index is that of the stability of a population, over tenths of the \
                    reference; the test is that of Kolmogorov and Smirnov.
                    """,
                options: FeatureMarket.options + [
                    .option(
                        "reference-to", value: "DATE", required: true,
                        help: "The last day of the reference; what comes later is held against it."),
                    .flag("json", help: "Print JSON."),
                ],
                examples: [
                    .init(
                        "tradewind features drift --csv config/sample --reference-to 2013-12-31",
                        "2014 against the years before")
                ]),
            CommandSpec(
                "reference", summary: "describe every feature, as Markdown",
                discussion: "The output is the table of docs/features.md."),
        ], fallback: "list")

    static func run(_ parsed: Parsed) throws {
        switch parsed.path.last {
        case "list": try list(parsed)
        case "show": try show(feature(parsed.text("NAME")))
        case "compute": try FeatureTable(FeatureMarket(parsed)).print(asJSON: parsed.flag("json"))
        case "check":
            try FeatureCheck(FeatureMarket(parsed), outlierFrom: parsed.number("outlier"))
                .print(asJSON: parsed.flag("json"))
        case "drift":
            let last = try OptionText.date(parsed.text("reference-to"), of: "--reference-to")
            try FeatureDrift(FeatureMarket(parsed), referenceTo: last).print(asJSON: parsed.flag("json"))
        default: try Console.write(FeatureRegistry.reference)
        }
    }

    /// The features of those names, or a sentence with the nearest.
    static func set(of names: [String]) throws -> FeatureSet {
        do throws(FeatureError) {
            return try FeatureSet(names)
        } catch {
            let known = FeatureRegistry.features.map(\.name)
            let near = error.unknown.flatMap { Spelling.nearest(to: $0, among: known) }
            throw Failure(
                error.description
                    + (near.map { "; did you mean \($0)?" }
                        ?? (error.unknown == nil ? "" : "; tradewind features list shows all")),
                exitCode: 2)
        }
    }

    private static func feature(_ name: String) throws -> Feature { try set(of: [name]).features[0] }

    private static func list(_ parsed: Parsed) throws {
        if parsed.flag("json") { return try Console.write(json + "\n") }
        var table = Table(columns: [.text("name"), .text("group"), .text("what"), .text("needs")])
        for feature in FeatureRegistry.features {
            table.add([feature.name, feature.group.rawValue, feature.meaning, feature.need ?? ""])
        }
        let terminal = Terminal.standardOutput
        try Console.write(
            table.text(width: terminal.isTerminal ? terminal.width : nil, paint: terminal.paint))
    }

    private static var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("version")
            json.string(FeatureSet.all.versionText)
            json.key("features")
            json.array { json in
                for feature in FeatureRegistry.features {
                    json.object { json in
                        let texts = [
                            ("name", feature.name), ("group", feature.group.rawValue),
                            ("meaning", feature.meaning),
                            ("formula", feature.formula),
                        ]
                        for (key, text) in texts {
                            json.key(key)
                            json.string(text)
                        }
                        json.key("needs")
                        if let need = feature.need { json.string(need) } else { json.null() }
                        json.key("warm_up")
                        json.integer(feature.warmUp)
                    }
                }
            }
        }
        return json.text
    }

    private static func show(_ feature: Feature) throws {
        var text = "\(feature.name): \(feature.meaning)\n\n"
        text += "group               \(feature.group.rawValue)\n"
        text += "formula             \(feature.formula)\n"
        text += "first value at bar  \(feature.warmUp)\n"
        if let need = feature.need { text += "needs               \(need)\n" }
        try Console.write(text + picture(of: feature))
    }

    private static func picture(of feature: Feature) throws -> String {
        try SampleBars.picture { sample in
            let names = Set(SampleBars.sectors).sorted()
            let candles = sample.bars.map { $0.map { Candle($0) } }
            let columns = FeatureColumns(
                try set(of: [feature.name]), candles: candles, quotes: candles.map { $0.map(invented) },
                sectors: SampleBars.sectors.map { names.firstIndex(of: $0) ?? 0 })
            let picture = sample.picture(
                [(feature.name, columns[feature: 0, symbol: 0])], of: SampleBars.symbols[0])
            return picture
                + (feature.need == "quotes" ? "The quotes are invented from the day's bars.\n" : "")
        }
    }

    /// The sample has no quotes. This one has a spread of a fiftieth of the bar's range, and more is bid for the nearer the
    /// bar closed to its high.
    private static func invented(_ candle: Candle) -> QuoteSummary? {
        let half = (candle.high - candle.low) / 100
        return QuoteSummary(
            bid: candle.close - half, ask: candle.close + half, bidSize: candle.close - candle.low + half,
            askSize: candle.high - candle.close + half)
    }
}
