import Configuration
import Domain
import Store
import Trading

/// `tradewind data show`: bars of the store as candles, a table or JSON.
enum ShowCommand {
    static let spec = CommandSpec(
        "show", summary: "draw the bars of a symbol",
        discussion: "Draws candles; --table prints the figures, and --json prints them for programs.",
        options: SeriesOptions.specs + [
            .option(
                "last", value: "SPAN",
                help: "Only the end: so much time before the last bar, such as 5d or 2h; days are sessions."),
            .flag("table", help: "Print the bars as a table."),
            .flag("json", help: "Print the bars as JSON."),
        ],
        arguments: [.argument("SYMBOL", help: "Which.")],
        examples: [.init("tradewind data show AAPL --last 60d", "the candles of sixty sessions")])

    static func run(_ parsed: Parsed) throws {
        let options = try SeriesOptions(parsed)
        let key = try options.key(of: try OptionText.symbol(parsed.text("SYMBOL")))
        var bars = try options.bars(of: key)
        if let last = parsed.text(ifGiven: "last") {
            bars = end(of: bars, try OptionText.span(last, of: "--last"))
        }
        guard !bars.isEmpty else {
            throw Failure("\(options.store.path) has no bar of \(key) between those days")
        }
        let rows = bars.bars(of: key)
        if parsed.flag("json") { return try Console.write(json(rows, of: key)) }
        if parsed.flag("table") { return try Console.write(table(rows)) }
        let terminal = Terminal.standardOutput
        try Console.write(
            CandleChart.text(
                rows, title: "\(key)", width: terminal.isTerminal ? terminal.width : 80, height: 18))
    }

    /// Days are counted in sessions that have bars; shorter spans in time.
    private static func end(of bars: BarSeries, _ span: Int64) -> BarSeries {
        guard let last = bars.openedAt.last else { return bars }
        var first = last - span
        if span % Nanoseconds.day == 0 {
            var days: [Int32] = []
            for moment in bars.openedAt.reversed() {
                let day = Timestamp(nanoseconds: moment).dateUTC.days
                if days.last != day { days.append(day) }
                if days.count > Int(span / Nanoseconds.day) { break }
                first = moment - 1
            }
        }
        return bars.from(first + 1)
    }

    private static func table(_ bars: [Bar]) -> String {
        var table = Table(columns: [
            .text("opened"), .number("open"), .number("high"), .number("low"), .number("close"),
            .number("volume"),
            .number("trades"),
        ])
        for bar in bars {
            table.add([
                "\(bar.openedAt)", "\(bar.open)", "\(bar.high)", "\(bar.low)", "\(bar.close)",
                "\(bar.volume)",
                "\(bar.trades)",
            ])
        }
        return table.text(width: nil, paint: Terminal.standardOutput.paint)
    }

    private static func json(_ bars: [Bar], of key: SeriesKey) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("symbol")
            json.string(key.symbol.text)
            json.key("interval")
            json.string("\(key.interval)")
            json.key("bars")
            json.array { json in
                for bar in bars {
                    json.object { json in
                        let texts = [
                            ("opened_at", "\(bar.openedAt)"), ("open", "\(bar.open)"),
                            ("high", "\(bar.high)"),
                            ("low", "\(bar.low)"), ("close", "\(bar.close)"), ("volume", "\(bar.volume)"),
                        ]
                        for (key, text) in texts {
                            json.key(key)
                            json.string(text)
                        }
                        json.key("trades")
                        json.integer(bar.trades)
                    }
                }
            }
        }
        return json.text + "\n"
    }
}
