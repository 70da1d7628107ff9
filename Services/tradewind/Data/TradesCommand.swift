import Configuration
import Domain
import Providers
import Store
import Trading

/// `tradewind data trades`: bars that end when enough has been traded, and not when their time is over.
enum TradesCommand {
    static let spec = CommandSpec(
        "trades", summary: "make bars of trades: by count, volume, worth or bricks",
        discussion: """
            Reads trades (symbol,time,price,size, or Alpaca's columns; packed by gzip, too) and writes the bars that they \
            make as CSV. The trade that is enough belongs wholly to the bar that it ends; what is not enough at the end \
            is no bar. Exactly one of --count, --volume, --worth and --renko says what is enough.
            """,
        options: [
            .option(
                "count", value: "TRADES", type: .integer(1...1_000_000_000),
                help: "So many trades make a bar."),
            .option("volume", value: "SHARES", help: "So many shares do."),
            .option("worth", value: "MONEY", help: "Shares worth so much do."),
            .option(
                "renko", value: "PRICE",
                help:
                    "Bricks of that height: one more in the same direction after it, in the other after twice it."
            ),
            .option("out", value: "FILE", type: .path, help: "Write there; without it to standard output."),
        ],
        arguments: [
            .argument(
                "FILE", repeats: true, help: "A file of trades, SYMBOL=FILE where no column names the symbol."
            )
        ],
        examples: [
            .init("tradewind data trades AAPL=trades.csv --volume 50000", "a bar for each 50,000 shares")
        ])

    static func run(_ parsed: Parsed) throws {
        let measure = try measure(parsed)
        var text = "symbol,opened_at,closed_at,open,high,low,close,volume,trades\n"
        for (symbol, path) in try parsed.texts("FILE").flatMap({ try OptionText.files($0) }) {
            do {
                try add(path, symbol, measure, &text)
            } catch let error as SourceError {
                throw Failure(error.description)
            } catch let error as OverflowError { throw Failure("\(path): \(error)") }
        }
        guard let path = parsed.text(ifGiven: "out") else { return try Console.write(text) }
        try ResultFolder.write(Array(text.utf8), to: path)
    }

    private static func add(
        _ path: String, _ symbol: Symbol?, _ measure: TradeBars.Measure, _ text: inout String
    ) throws {
        var file = try TickFile(path, of: .trades, symbol: symbol)
        var makers: [Symbol: TradeBars] = [:]
        while let trade = try file.nextTrade() {
            var maker = try makers[trade.symbol] ?? TradeBars(measure)
            for bar in try maker.take(trade) {
                text += "\(trade.symbol),\(bar.openedAt),\(bar.closedAt),\(bar.open),\(bar.high),\(bar.low),"
                text += "\(bar.close),\(bar.volume),\(bar.trades)\n"
            }
            makers[trade.symbol] = maker
        }
    }

    private static func measure(_ parsed: Parsed) throws -> TradeBars.Measure {
        var found: [TradeBars.Measure] = []
        if let count = parsed.int(ifGiven: "count") { found.append(.trades(count)) }
        do {
            if let text = parsed.text(ifGiven: "volume") { found.append(.volume(try Volume(text))) }
            if let text = parsed.text(ifGiven: "worth") { found.append(.worth(try Money(text))) }
            if let text = parsed.text(ifGiven: "renko") { found.append(.renko(try Price(text))) }
            for measure in found { _ = try TradeBars(measure) }
        } catch { throw Failure("\(error)", exitCode: 2) }
        guard let measure = found.first, found.count == 1 else {
            throw Failure(
                "\(found.isEmpty ? "nothing says" : "several options say") what is enough for a bar: one of --count, "
                    + "--volume, --worth and --renko would be right", exitCode: 2)
        }
        return measure
    }
}
