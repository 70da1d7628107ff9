import Backtesting
import Configuration
import Domain
import Store
import Trading

/// Which data a run is shown.
enum DataOptions {
    static let specs: [OptionSpec] = [
        .option(
            "csv", value: "SYMBOL=FILE", repeats: true,
            help: "Bars of a symbol; FILE alone where a column names the symbol; or a folder of such files.",
            group: group),
        .option(
            "store", value: "FOLDER", type: .path,
            help:
                "Bars of that store; without it and without files, --symbols means the one that data.store names.",
            group: group),
        .option(
            "quotes", value: "SYMBOL=FILE", repeats: true,
            help: "Quotes: symbol,time,bid,bid_size,ask,ask_size, or as Alpaca names them.", group: group),
        .option(
            "trades", value: "SYMBOL=FILE", repeats: true,
            help: "Trades: symbol,time,price,size, or as Alpaca names them.", group: group),
        .option(
            "actions", value: "FILE", repeats: true,
            help:
                "Splits, dividends and delistings: symbol,ex_date,kind,ratio,amount,known_at; or a folder of such "
                + "files. Columns of them beside bars, and those that a store has, are read without it.",
            group: group),
        .option(
            "benchmark", value: "SYMBOL[=FILE]",
            help: "Hold the run against a symbol of --csv, or of a file of its own.", group: group),
        .option("symbols", value: "A,B", type: .list, help: "Only these symbols.", group: group),
        .option("from", value: "DATE", help: "The first day.", group: group),
        .option("to", value: "DATE", help: "The last day.", group: group),
        .option(
            "as-known-at", value: "TIME",
            help: "Bars of the store and actions as they were known then: before they were corrected.",
            group: group),
        .option(
            "span", value: "SPAN",
            help: "The length of bars with a time of day, such as 5m; else it is found.", group: group),
    ]
    private static let group = "Data"

    /// The files, with bars of the lengths that strategies ask for.
    static func files(_ parsed: Parsed, spans: [Int64], _ house: Configuration.Settings) throws -> MarketFiles
    {
        var files = MarketFiles()
        files.bars = try parsed.texts("csv").flatMap { try OptionText.files($0) }
        files.quotes = try parsed.texts("quotes").flatMap { try OptionText.files($0) }
        files.trades = try parsed.texts("trades").flatMap { try OptionText.files($0) }
        files.actions = try parsed.texts("actions").flatMap { try OptionText.files($0) }
        files.store = try store(parsed, files, house)
        guard files.store != nil || !files.bars.isEmpty || !files.quotes.isEmpty || !files.trades.isEmpty
        else {
            throw Failure(
                "there are no data: --csv SYMBOL=FILE would be right, or --symbols of a store, or --quotes or --trades",
                exitCode: 2)
        }
        files.spans = Set(spans)
        files.selection.symbols = try (parsed.list(ifGiven: "symbols") ?? []).map {
            try OptionText.symbol($0)
        }
        files.selection.from = try parsed.text(ifGiven: "from").map { try OptionText.date($0, of: "--from") }
        files.selection.to = try parsed.text(ifGiven: "to").map { try OptionText.date($0, of: "--to") }
        files.selection.span = try parsed.text(ifGiven: "span").map { try OptionText.span($0, of: "--span") }
        files.selection.asKnownAt = try parsed.text(ifGiven: "as-known-at").map {
            try OptionText.moment($0, of: "--as-known-at")
        }
        if files.selection.asKnownAt != nil, files.store == nil {
            throw Failure(
                "--as-known-at tells a store what is meant: --store FOLDER beside it would be right",
                exitCode: 2)
        }
        if let word = parsed.text(ifGiven: "benchmark") {
            let parts = word.split(separator: "=", maxSplits: 1)
            files.benchmark = (
                try OptionText.symbol(parts.first ?? ""), parts.count > 1 ? String(parts[1]) : nil
            )
        }
        return files
    }

    /// The store that is meant: the one that is named, or where symbols are named without files, that of the house.
    private static func store(
        _ parsed: Parsed, _ files: MarketFiles, _ house: Configuration.Settings
    ) throws -> BarFolder? {
        let named = parsed.text(ifGiven: "store")
        if named != nil, !files.bars.isEmpty {
            throw Failure(
                "--csv and --store both say where the bars are: one of them would be right", exitCode: 2)
        }
        let isMeant = files.bars.isEmpty && files.quotes.isEmpty && files.trades.isEmpty
        guard let path = named ?? (isMeant && parsed.isGiven("symbols") ? house.path("data.store") : nil)
        else {
            return nil
        }
        do {
            return try BarFolder(path)
        } catch { throw Failure(error.description, exitCode: 2) }
    }
}
