import Configuration
import Domain
import Store

/// `tradewind data list`: what a store has.
enum ListCommand {
    static let spec = CommandSpec(
        "list", summary: "list the series of the store",
        options: [StorePlace.option, .flag("json", help: "Print JSON.")],
        examples: [.init("tradewind data list --store bars", "rows, ranges and providers")])

    static func run(_ parsed: Parsed) throws {
        let series = try StorePlace.opened(parsed).series()
        try Console.write(parsed.flag("json") ? json(series) : text(series))
    }

    private static func text(_ series: [SeriesSummary]) -> String {
        var table = Table(columns: [
            .text("symbol"), .text("bars of"), .number("rows"), .text("from"), .text("to"), .text("provider"),
            .number("files"), .number("kB"), .number("version"),
        ])
        for item in series {
            table.add([
                item.key.symbol.text, "\(item.key.interval)", "\(item.rows)", "\(item.first)", "\(item.last)",
                item.providers.joined(separator: ", "), "\(item.files)", "\((item.bytes + 999) / 1000)",
                "\(item.version)",
            ])
        }
        return series.isEmpty
            ? "The store is empty.\n" : table.text(width: nil, paint: Terminal.standardOutput.paint)
    }

    private static func json(_ series: [SeriesSummary]) -> String {
        var json = JSONWriter()
        json.array { json in
            for item in series {
                json.object { json in
                    let texts = [
                        ("symbol", item.key.symbol.text), ("interval", "\(item.key.interval)"),
                        ("first", "\(item.first)"), ("last", "\(item.last)"),
                    ]
                    for (key, text) in texts {
                        json.key(key)
                        json.string(text)
                    }
                    let counts = [
                        ("rows", item.rows), ("files", item.files), ("bytes", item.bytes),
                        ("version", item.version),
                    ]
                    for (key, count) in counts {
                        json.key(key)
                        json.integer(count)
                    }
                    json.key("providers")
                    json.array { json in for name in item.providers { json.string(name) } }
                }
            }
        }
        return json.text + "\n"
    }
}
