import Configuration
import Domain
import Store
import Trading

/// `tradewind data export`: bars of the store as CSV or Parquet, one file a series.
enum ExportCommand {
    static let spec = CommandSpec(
        "export", summary: "write bars of the store into files",
        discussion: """
            Writes one file for each symbol, SYMBOL.csv or SYMBOL.parquet, into a folder. Prices are exact in both: text in \
            CSV, decimals in Parquet. Times are UTC.
            """,
        options: SeriesOptions.specs + [
            .option(
                "format", value: "NAME", type: .choice(["csv", "parquet"]), default: .text("parquet"),
                help: "What is written."),
            .option("out", value: "FOLDER", type: .path, required: true, help: "Where the files go."),
            .flag("json", help: "Print JSON."),
        ],
        arguments: [.argument("SYMBOL", required: false, repeats: true, help: "Which; all without one.")],
        examples: [.init("tradewind data export AAPL MSFT --format csv --out shares", "two shares as text")])

    static func run(_ parsed: Parsed) throws {
        let options = try SeriesOptions(parsed)
        let named = try parsed.texts("SYMBOL").map { try OptionText.symbol($0) }
        let symbols = named.isEmpty ? Array(Set(try options.store.keys().map(\.symbol))).sorted() : named
        let progress = Progress("series", total: symbols.count)
        var written: [(path: String, rows: Int)] = []
        for (number, symbol) in symbols.enumerated() {
            progress.show(number)
            let key = try options.key(of: symbol)
            let bars = try options.bars(of: key)
            let isText = parsed.text("format") == "csv"
            let name = "\(BarFolder.fileName(of: symbol)).\(isText ? "csv" : "parquet")"
            let bytes = try isText ? Array(csv(bars, of: key).utf8) : bars.parquet(of: key)
            try ResultFolder.write(
                [ResultFolder.File(name: name, bytes: bytes)], to: parsed.text("out"))
            written.append(("\(parsed.text("out"))/\(name)", bars.count))
        }
        progress.clear()
        try Console.write(text(written, isJSON: parsed.flag("json")))
    }

    /// Our own layout; a daily bar has a date, which means its session.
    private static func csv(_ bars: BarSeries, of key: SeriesKey) -> String {
        var text = "symbol,time,open,high,low,close,volume,trades\n"
        for row in 0..<bars.count {
            let bar = bars.bar(row, of: key)
            let time =
                key.interval == .day
                    && TradingCalendar.xnys.session(on: bar.openedAt.dateUTC)?.open == bar.openedAt
                ? "\(bar.openedAt.dateUTC)" : "\(bar.openedAt)"
            text +=
                "\(bar.symbol),\(time),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(bar.volume),\(bar.trades)\n"
        }
        return text
    }

    private static func text(_ written: [(path: String, rows: Int)], isJSON: Bool) -> String {
        guard isJSON else { return written.map { "\($0.path)  \($0.rows) bars\n" }.joined() }
        var json = JSONWriter()
        json.array { json in
            for (path, rows) in written {
                json.object { json in
                    json.key("file")
                    json.string(path)
                    json.key("rows")
                    json.integer(rows)
                }
            }
        }
        return json.text + "\n"
    }
}
