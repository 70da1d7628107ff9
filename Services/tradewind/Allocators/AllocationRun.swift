import Allocation
import Configuration
import Parameters
import Portfolio
import Trading

/// `tradewind allocators run`: the weights of given prices.
struct AllocationRun {
    static let options: [OptionSpec] = [
        .option(
            "csv", value: "SYMBOL=FILE", repeats: true,
            help: "Daily bars of a symbol; FILE alone where a column names it; or a folder of such files."),
        .option(
            "prices", value: "FILE", type: .path,
            help: "A table of prices: a row for each day, and a column for each symbol after the date."),
        .option(
            "signal", value: "SYMBOL=STRENGTH[:CONFIDENCE]", repeats: true,
            help: "What is wanted, from -1 to 1, and how surely, from 0 to 1; then nothing else is wanted."),
        .option(
            "held", value: "SYMBOL=SHARE", repeats: true,
            help: "The share of the money that is in it now, for a limit of turnover."),
        .option("sector", value: "SYMBOL=NAME", repeats: true, help: "The sector of a symbol."),
        .flag("json", help: "Print JSON, with the returns and the covariance that were expected."),
    ]

    private let outcome: AllocationOutcome
    private let rule: AllocationRule
    private let isJSON: Bool

    init(_ parsed: Parsed) throws {
        isJSON = parsed.flag("json")
        let name = try AllocatorsCommand.listing(parsed.text("NAME")).name
        rule = try AccountOptions.allocation(([name] + parsed.texts("set")).joined(separator: " "))
        guard rule.weighs else {
            throw Failure(
                "\(name) opens positions with their signals and finds no weights; `tradewind backtest --allocation \(name)` "
                    + "would be right", exitCode: 2)
        }
        guard parsed.texts("csv").isEmpty != (parsed.text(ifGiven: "prices") == nil) else {
            throw Failure("either --csv or --prices says where the prices are", exitCode: 2)
        }
        let prices =
            try parsed.text(ifGiven: "prices").map { try AllocationPrices(table: $0) }
            ?? AllocationPrices(bars: parsed.texts("csv"))
        var wants: [String: AllocationOutcome.Want] = [:]
        for text in parsed.texts("signal") {
            let (symbol, value) = try AllocationRun.pair(text, of: "--signal", among: prices.symbols)
            let parts = value.split(separator: ":", omittingEmptySubsequences: false)
            wants[symbol] = AllocationOutcome.Want(
                strength: try AllocationRun.number(parts[0], from: -1, to: 1, text),
                confidence: parts.count > 1 ? try AllocationRun.number(parts[1], from: 0, to: 1, text) : 1)
        }
        var held: [String: Double] = [:]
        for text in parsed.texts("held") {
            let (symbol, value) = try AllocationRun.pair(text, of: "--held", among: prices.symbols)
            held[symbol] = try AllocationRun.number(value[...], from: 0, to: 1, text)
        }
        var sectors: [String: String] = [:]
        for text in parsed.texts("sector") {
            let (symbol, value) = try AllocationRun.pair(text, of: "--sector", among: prices.symbols)
            sectors[symbol] = value
        }
        outcome = try AllocationOutcome(rule, prices, wants: wants, held: held, sectors: sectors)
    }

    private static func pair(
        _ text: String, of option: String, among symbols: [String]
    ) throws -> (symbol: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw Failure(
                "\(option) \(text): a symbol and a value such as AAPL=1 would be right", exitCode: 2)
        }
        guard symbols.contains(parts[0]) else {
            let near = Spelling.nearest(to: parts[0], among: symbols)
            throw Failure(
                "\(option) \(text): there are no prices of \(parts[0])"
                    + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
        }
        return (parts[0], parts[1])
    }

    private static func number(
        _ text: Substring, from least: Double, to most: Double, _ whole: String
    ) throws -> Double {
        guard let number = Double(text), number >= least, number <= most else {
            throw Failure("\(whole): a number from \(Int(least)) to \(Int(most)) would be right", exitCode: 2)
        }
        return number
    }

    func print() throws {
        try Console.write(isJSON ? json : text)
    }

    private var text: String {
        var text = AllocatorText.bars(outcome)
        let figures = [
            outcome.days > 0 ? "\(outcome.days) days" : nil,
            outcome.expected.map { "\(AllocatorText.percent($0)) a year was expected" },
            outcome.volatility.map { "a volatility of \(AllocatorText.percent($0))" },
        ].compactMap { $0 }
        if !figures.isEmpty { text += "\n\(figures.joined(separator: ", "))\n" }
        return text
    }

    private var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("allocation")
            json.string(rule.description)
            json.key("days")
            json.integer(outcome.days)
            json.key("symbols")
            json.array { json in outcome.symbols.forEach { json.string($0) } }
            json.key("weights")
            AllocationRun.write(outcome.weights, to: &json)
            json.key("wanted")
            json.array { json in outcome.wanted.forEach { json.string(outcome.symbols[$0]) } }
            if let expected = outcome.answer.expected {
                json.key("expected_returns")
                AllocationRun.write(expected, to: &json)
            }
            if let covariance = outcome.answer.covariance {
                json.key("covariance")
                json.array { json in
                    for row in 0..<covariance.rows {
                        AllocationRun.write(Array(covariance.row(row)), to: &json)
                    }
                }
            }
            if let parts = outcome.parts {
                json.key("parts_of_variance")
                AllocationRun.write(parts, to: &json)
            }
            if let expected = outcome.expected {
                json.key("expected_return")
                json.number(expected)
            }
            if let volatility = outcome.volatility {
                json.key("volatility")
                json.number(volatility)
            }
        }
        return json.text + "\n"
    }

    private static func write(_ numbers: [Double], to json: inout JSONWriter) {
        json.array { json in numbers.forEach { json.number($0) } }
    }
}
