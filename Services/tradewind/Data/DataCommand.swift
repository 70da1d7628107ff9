import Configuration
import Domain
import Gatekeeper
import Reporting
import Storage
import Store

/// `tradewind data`: recorded market data.
enum DataCommand {
    static let spec = CommandSpec(
        "data", summary: "fetch, invent, keep, look at and check market data",
        subcommands: [
            FetchCommand.spec, ProvidersCommand.spec, RefreshCommand.spec, LookCommand.spec,
            InventCommand.spec, ImportCommand.spec, ExportCommand.spec, ListCommand.spec, ShowCommand.spec,
            SnapshotCommand.spec,
            CompactCommand.spec, BackupCommand.backup, BackupCommand.restore, CatalogCommand.spec,
            AskCommand.spec, TicksCommand.spec, TradesCommand.spec,
            CommandSpec(
                "check", summary: "find what is wrong with files of bars",
                discussion: """
                    Reads every row, and tells of each that cannot be right by itself, by its place or by what is around it, \
                    and of what is missing. Files of the same symbol are held against each other. Splits and dividends \
                    explain changes of price: --actions, columns beside the bars, or what lies beside those of a store. Exit code 1 if anything is found. \
                    What each kind means: docs/data.md.
                    """,
                options: [
                    .option(
                        "csv", value: "SYMBOL=FILE", repeats: true,
                        help: "Bars of a symbol; FILE alone where a column names the symbol; or a folder."),
                    .option(
                        "store", value: "FOLDER", type: .path,
                        help: "All bars of that store, besides files or without."),
                    .option(
                        "actions", value: "FILE", repeats: true,
                        help: "Splits and dividends: symbol,ex_date,kind,ratio,amount,known_at."),
                    .option(
                        "span", value: "SPAN",
                        help: "The length of bars with a time of day; else it is found."),
                    .option(
                        "as-of", value: "DATE",
                        help: "What lies after that day is in the future, and what ends before it is old."),
                    .option(
                        "calendar", value: "NAME", type: .choice(["XNYS", "none"]), default: .text("XNYS"),
                        help: "The sessions that bars must fill; none for a market that never closes."),
                    .option(
                        "tolerance", value: "SHARE", type: .number(0...1), default: .number(0.005),
                        help: "How far two files of a symbol may be apart."),
                    .option("html", value: "FILE", type: .path, help: "Write the report as a page as well."),
                    .flag("json", help: "Print the report as JSON."),
                ],
                examples: [
                    .init("tradewind data check --csv config/sample", "every file of a folder"),
                    .init(
                        "tradewind data check --csv AAPL=yahoo.csv --csv AAPL=stooq.csv --html health.html",
                        "two providers against each other"),
                ]),
        ])

    static func run(_ parsed: Parsed) throws {
        do {
            switch parsed.command.dropFirst().first {
            case "fetch": try FetchCommand.run(parsed)
            case "providers": try ProvidersCommand.run(parsed)
            case "refresh": try RefreshCommand.run(parsed)
            case "look": try LookCommand.run(parsed)
            case "invent": try InventCommand.run(parsed)
            case "import": try ImportCommand.run(parsed)
            case "export": try ExportCommand.run(parsed)
            case "list": try ListCommand.run(parsed)
            case "show": try ShowCommand.run(parsed)
            case "snapshot": try SnapshotCommand.run(parsed)
            case "compact": try CompactCommand.run(parsed)
            case "ticks": try TicksCommand.run(parsed)
            case "trades": try TradesCommand.run(parsed)
            case "ask": try AskCommand.run(parsed)
            case "backup": try BackupCommand.run(backup: parsed)
            case "catalog": try CatalogCommand.run(parsed)
            case "restore": try BackupCommand.run(restore: parsed)
            default: try check(parsed)
            }
        } catch let error as StoreError {
            throw Failure(error.description)
        } catch let error as StorageError { throw Failure(error.description) }
    }

    private static func check(_ parsed: Parsed) throws {
        let subject = try HealthCheck(parsed).run()
        if let path = parsed.text(ifGiven: "html") {
            try ResultFolder.write(HealthPage.html(subject), to: path)
        }
        try Console.write(parsed.flag("json") ? HealthText.json(subject) : HealthText.text(subject))
        if subject.count > 0 { throw Failure("", exitCode: 1) }
    }
}
