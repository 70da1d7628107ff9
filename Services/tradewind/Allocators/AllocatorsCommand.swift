import Configuration
import Parameters
import Portfolio

/// `tradewind allocators`: what ways of spreading money there are, and what they would do with given prices.
enum AllocatorsCommand {
    static let spec = CommandSpec(
        "allocators",
        summary: "list the ways of spreading money, explain one, or find weights for given prices",
        subcommands: [
            CommandSpec(
                "list", summary: "every allocator in a line",
                options: [.flag("json", help: "Print all that is known of each as JSON.")]),
            CommandSpec(
                "show",
                summary: "explain one: parameters, formula, assumption, and its weights on the sample data",
                options: [
                    .flag("json", help: "Print it as JSON."),
                    .option(
                        "data", value: "FOLDER", type: .path, default: .text("config/sample"),
                        help: "The CSV files of bars that the plot is of."),
                ],
                arguments: [.argument("NAME", help: "As tradewind allocators list calls it.")],
                examples: [.init("tradewind allocators show hrp", "what may be set, and what it does")]),
            CommandSpec(
                "run", summary: "find the weights of given prices",
                discussion: """
                    The prices come from files of daily bars, or from a table with a row for each day and a column for each \
                    symbol; parameters are given with --set. Every symbol is wanted, with strength and confidence 1, where --signal says nothing else.
                    """,
                options: AllocationRun.options,
                arguments: [.argument("NAME", help: "As tradewind allocators list calls it.")],
                examples: [
                    .init(
                        "tradewind allocators run min-variance --csv config/sample --set covariance=ledoit-wolf",
                        "four shares"),
                    .init(
                        "tradewind allocators run black-litterman --csv config/sample --signal AAPL=1:0.8 --signal IBM=-0.5:0.4",
                        "tilted by what signals say, IBM sold short"),
                ]),
        ], fallback: "list")

    static func run(_ parsed: Parsed) throws {
        switch parsed.path.last {
        case "list": try list(parsed)
        case "show": try show(listing(parsed.text("NAME")), parsed)
        default: try AllocationRun(parsed).print()
        }
    }

    /// The allocator of that name, or a sentence with the nearest.
    static func listing(_ name: String) throws -> AllocationRule.Listing {
        let all = AllocationRule.listed
        if let found = all.first(where: { $0.name == name }) { return found }
        let near = Spelling.nearest(to: name, among: all.map(\.name))
        throw Failure(
            "there is no allocator \(name); "
                + (near.map { "did you mean \($0)?" } ?? "tradewind allocators list shows all"), exitCode: 2)
    }

    private static func list(_ parsed: Parsed) throws {
        let all = AllocationRule.listed
        if parsed.flag("json") {
            var json = JSONWriter()
            json.array { json in all.forEach { AllocatorText.write($0, to: &json) } }
            return try Console.write(json.text + "\n")
        }
        var table = Table(columns: [.text("name"), .text("what"), .text("parameters")])
        for listing in all {
            table.add([
                listing.name, listing.summary,
                listing.parameters.map { "\($0.name)=\($0.fallback)" }.joined(separator: " "),
            ])
        }
        let terminal = Terminal.standardOutput
        try Console.write(
            table.text(width: terminal.isTerminal ? terminal.width : nil, paint: terminal.paint))
    }

    private static func show(_ listing: AllocationRule.Listing, _ parsed: Parsed) throws {
        if parsed.flag("json") {
            var json = JSONWriter()
            AllocatorText.write(listing, to: &json)
            return try Console.write(json.text + "\n")
        }
        try Console.write(AllocatorText.page(listing) + AllocatorText.plot(listing, parsed.text("data")))
    }
}
