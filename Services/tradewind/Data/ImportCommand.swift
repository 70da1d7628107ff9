import Configuration
import Domain
import Gatekeeper
import Glibc
import Mesh
import Providers
import Store
import Trading

/// `tradewind data import`: files of bars into the store.
///
/// A file goes in series by series, each wholly or not at all. Whatever was killed is done again with the same command:
/// bars that are there already are counted, and nothing is written for them.
enum ImportCommand {
    static let spec = CommandSpec(
        "import", summary: "take files of bars into the store",
        discussion: """
            Reads CSV (own, Yahoo, Stooq, Alpaca and Polygon layouts; packed by gzip, too) and Parquet, and puts every bar that can be one into \
            the store. What is left out is counted and told with its line; exit code 1 if anything was. Splits and dividends \
            are not bars and stay in their files. Of a feed's transcript, or of the state folder it is in, the bars go into \
            the store, those that were corrected with what they were, and splits and dividends beside them. The same command \
            again takes nothing twice.
            """,
        options: [
            StorePlace.option,
            .option(
                "span", value: "SPAN",
                help: "The length of bars with a time of day, such as 1m; else it is found."),
            .option(
                "provider", value: "NAME", default: .text("import"),
                help: "Who the bars are from; kept with each of them."),
            .flag("json", help: "Print JSON."),
        ],
        arguments: [
            .argument(
                "FILE", repeats: true,
                help:
                    "A file, SYMBOL=FILE where no column names the symbol, a folder of .csv, .csv.gz and .parquet files, or of a feed's transcript."
            )
        ],
        examples: [
            .init("tradewind data import config/sample --store bars", "a folder"),
            .init("tradewind data import state/feed/all", "what a feed said"),
            .init("tradewind data import IBM=ibm.parquet --span 1m", "what pandas or polars wrote"),
        ])

    /// What became of one file.
    struct Outcome {
        var path: String
        var rows = 0
        var done = Appended()
        var series: Set<SeriesKey> = []
        /// Kinds of faults with how many rows have them, and what the first of them said.
        var skipped: [(kind: String, reason: String, count: Int, first: Int)] = []
        /// Why the file ended before its end.
        var failure: String?

        var skippedCount: Int { skipped.reduce(0) { $0 + $1.count } }

        mutating func skip(_ kind: FaultKind, _ reason: String, line: Int) {
            if let place = skipped.firstIndex(where: { $0.kind == "\(kind)" }) {
                skipped[place].count += 1
            } else {
                skipped.append(("\(kind)", reason, 1, line))
            }
        }
    }

    static func run(_ parsed: Parsed) throws {
        let files = try parsed.texts("FILE").flatMap { try ImportFiles.files($0) }
        let span = try parsed.text(ifGiven: "span").map { try OptionText.span($0, of: "--span") }
        let store = try BarFolder.made(try StorePlace.path(parsed), codec: try StorePlace.codec(parsed))
        let progress = Progress("files", total: files.count)
        var outcomes: [Outcome] = []
        for (number, file) in files.enumerated() {
            progress.show(number)
            if PublishedInstants.isThere(file.path) {
                outcomes.append(
                    try ImportedDay(into: store, provider: parsed.text("provider")).take(file.path))
                continue
            }
            outcomes.append(try take(file, span, into: store, provider: parsed.text("provider")))
        }
        progress.clear()
        try Console.write(
            parsed.flag("json") ? ImportText.json(outcomes) : ImportText.text(outcomes, store: store.path))
        if outcomes.contains(where: { $0.failure != nil || $0.skippedCount > 0 }) {
            throw Failure("", exitCode: 1)
        }
    }

    private static func take(
        _ file: (symbol: Symbol?, path: String), _ span: Int64?, into store: BarFolder, provider: String
    ) throws -> Outcome {
        var outcome = Outcome(path: file.path)
        var series: [SeriesKey: BarSeries] = [:]
        // Most files have one series: room for all is made with its first bar.
        var expected = 0
        func take(_ bar: Bar, line: Int) {
            if let (kind, sentence) = bar.shapeFault { return outcome.skip(kind, sentence, line: line) }
            let room = series.isEmpty ? expected : 0
            let key = SeriesKey(bar.symbol, Interval(nanoseconds: bar.span))
            series[key, default: BarSeries(expecting: room)].append(bar)
        }
        do {
            if ImportFiles.isParquet(file.path) {
                let bars = try ParquetBars(file.path, symbol: file.symbol, span: span)
                outcome.rows = bars.rowCount
                expected = bars.rowCount
                try bars.read(
                    { take($0, line: $1 + 1) }, fault: { outcome.skip(.unreadable, $0.reason, line: $0.row) })
            } else {
                let span = try span ?? BarRows.usualSpan(path: file.path, symbol: file.symbol)
                var rows = try BarRows(path: file.path, symbol: file.symbol, span: span)
                expected = rows.rowsExpected
                while let row = try rows.next() {
                    outcome.rows += 1
                    switch row {
                    case .bar(let bar): take(bar, line: rows.line)
                    case .fault(let kind, let sentence): outcome.skip(kind, sentence, line: rows.line)
                    }
                }
            }
        } catch {
            // What cannot be read to its end is not taken in halves.
            outcome.failure = "\(error)"
            return outcome
        }
        for (key, bars) in series.sorted(by: { $0.key < $1.key }) {
            outcome.done += try store.append(bars, to: key, provider: provider, at: System.now)
            outcome.series.insert(key)
        }
        return outcome
    }
}
