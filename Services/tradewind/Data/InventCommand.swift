import Configuration
import Domain
import Providers
import Trading

/// `tradewind data invent`: a market that never was, into the store or into files.
enum InventCommand {
    static let spec = CommandSpec(
        "invent", summary: "invent a market: bars, splits and dividends",
        discussion: """
            A market that is like a real one: volatility in waves, jumps, sectors, regimes, the volume of a day, splits and \
            dividends; or a plain one, and each part with or without by synthetic.… of the settings. The same words give the \
            same bytes on every machine. With --faults defects are planted into the files, each kind once in each symbol, and \
            told by kind, line and time: `tradewind data check` finds them. What the parts are: docs/providers.md.
            """,
        options: [
            .option("from", value: "DATE", required: true, help: "The first day."),
            .option("to", value: "DATE", required: true, help: "The last day."),
            .option(
                "interval", value: "SPAN", default: .text("1d"),
                help: "The length of the bars: 1d, or what measures half an hour, such as 1m or 5m."),
            .option(
                "seed", value: "NUMBER", type: .integer(0...Int.max), default: .integer(1),
                help: "Another seed, another market."),
            .option(
                "market", value: "NAME", type: .choice(["real", "plain"]), default: .text("real"),
                help: "real has every part; plain is a walk of steady volatility."),
            .option(
                "faults", value: "KINDS",
                help: "Defects to plant, by name and with commas, or all; with --csv alone."),
            .option(
                "store", value: "FOLDER", type: .path, help: "The store that the bars go into."),
            .option(
                "csv", value: "FOLDER", type: .path,
                help:
                    "A new folder for files: FOLDER/1d/AAPL.csv, FOLDER/actions/AAPL.csv, FOLDER/invented.json."
            ),
            .flag("json", help: "Print what was made as JSON."),
        ],
        arguments: [.argument("SYMBOL", repeats: true, help: "What to invent: AAPL BRK.B.")],
        examples: [
            .init(
                "tradewind data invent AAPL MSFT --from 2015-01-01 --to 2024-12-31 --store invented",
                "ten years of days"),
            .init(
                "tradewind data invent AAPL --from 2024-01-02 --to 2024-03-28 --interval 1m --faults spike,missing "
                    + "--csv faulty", "minutes with two defects"),
        ])

    static func run(_ parsed: Parsed) throws {
        let market = try InventedMarket(parsed)
        let place = try place(parsed, market)
        let progress = Progress("bars", total: market.barsEach * market.symbols.count)
        var made: [InventedMarket.Made] = []
        for (number, symbol) in market.symbols.enumerated() {
            let series = try market.make(symbol) { progress.show(number * market.barsEach + $0) }
            made.append(try place.put(series, of: market))
        }
        progress.clear()
        try place.close(made, of: market)
        try Console.write(
            parsed.flag("json") ? InventText.json(made, market) : InventText.text(made, market, place.name))
    }

    private static func place(_ parsed: Parsed, _ market: InventedMarket) throws -> any InventedPlace {
        switch (parsed.text(ifGiven: "csv"), parsed.text(ifGiven: "store")) {
        case (let folder?, nil): return try InventedFiles(folder)
        case (nil, let store?):
            guard market.faults.isEmpty else {
                throw Failure(
                    "--faults are planted into files, for a store takes no row that cannot be: --csv FOLDER would be right",
                    exitCode: 2)
            }
            return try InventedStore(store, try StorePlace.codec(parsed), market)
        case (nil, nil):
            throw Failure(
                "nothing says where the bars go: --store FOLDER or --csv FOLDER would be right", exitCode: 2)
        default:
            throw Failure("--store and --csv are two places: one of them would be right", exitCode: 2)
        }
    }
}
