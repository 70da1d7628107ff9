import Configuration
import Domain
import Providers

/// What was invented, for a terminal and as JSON.
enum InventText {
    private static let shown = 20

    static func text(_ made: [InventedMarket.Made], _ market: InventedMarket, _ place: String) -> String {
        let paint = Terminal.standardOutput.paint
        var table = Table(columns: [
            .text("symbol"), .number("bars"), .number("first open"), .number("last close"), .number("splits"),
            .number("dividends"), .number("defects"), .text("in"),
        ])
        for item in made {
            table.add([
                item.symbol.text, "\(item.bars)", "\(item.first)", "\(item.last)", "\(item.splits)",
                "\(item.dividends)", "\(item.planted.count)", item.file,
            ])
        }
        var text = table.text(width: nil, paint: paint)
        let all = made.flatMap { item in item.planted.map { (item, $0) } }
        for (item, planted) in all.prefix(shown) {
            let line = planted.line > 0 ? ", line \(planted.line)" : ""
            text += "\(item.file)\(line): \(planted.kind): \(item.symbol) at \(planted.at)\n"
        }
        if all.count > shown { text += "and \(all.count - shown) more: \(place)/invented.json tells all\n" }
        if !market.faults.isEmpty { text += "found by: \(check(market, place))\n" }
        return text
    }

    /// The words that find what was planted.
    private static func check(_ market: InventedMarket, _ place: String) -> String {
        let interval = Interval(nanoseconds: market.span)
        let other = market.faults == [.disagreement] ? " --csv \(place)/other/\(interval)" : ""
        let isTimely = market.faults.contains(.stale) || market.faults.contains(.future)
        let asOf = isTimely ? " --as-of \(market.days.upperBound)" : ""
        return "tradewind data check --csv \(place)/\(interval)\(other) --actions \(place)/actions\(asOf)"
    }

    static func json(_ made: [InventedMarket.Made], _ market: InventedMarket) -> String {
        var json = JSONWriter()
        json.object { json in
            for (key, text) in [
                ("market", market.market), ("interval", "\(Interval(nanoseconds: market.span))"),
                ("from", "\(market.days.lowerBound)"), ("to", "\(market.days.upperBound)"),
            ] {
                json.key(key)
                json.string(text)
            }
            json.key("seed")
            json.integer(market.seed)
            json.key("series")
            json.array { json in for item in made { write(item, &json) } }
        }
        return json.text + "\n"
    }

    private static func write(_ item: InventedMarket.Made, _ json: inout JSONWriter) {
        json.object { json in
            for (key, text) in [
                ("symbol", item.symbol.text), ("file", item.file), ("first", "\(item.first)"),
                ("last", "\(item.last)"),
            ] {
                json.key(key)
                json.string(text)
            }
            for (key, count) in [
                ("bars", item.bars), ("splits", item.splits), ("dividends", item.dividends),
            ] {
                json.key(key)
                json.integer(count)
            }
            json.key("faults")
            json.array { json in for planted in item.planted { write(planted, &json) } }
        }
    }

    private static func write(_ planted: PlantedFaults.Planted, _ json: inout JSONWriter) {
        json.object { json in
            json.key("kind")
            json.string("\(planted.kind)")
            json.key("line")
            json.integer(planted.line)
            json.key("at")
            json.string("\(planted.at)")
            json.key("also")
            if let also = planted.also { json.string("\(also)") } else { json.null() }
        }
    }
}
