import Configuration
import Domain
import Mesh
import Trading

/// `tradewind data ask`: bars that the historian of a running mesh has, today's too.
enum AskCommand {
    static let spec = CommandSpec(
        "ask", summary: "ask the historian of a running mesh for bars",
        discussion: """
            Prints CSV, in the layout that `tradewind data import` takes: bars of days that are over and of the day in hand, \
            corrected ones as they are now. The mesh is that of the settings (mesh.folder).
            """,
        options: [
            .option("span", value: "SPAN", default: .text("1m"), help: "The length of the bars."),
            .option("from", value: "TIME", help: "Bars that open then or later; a day or a moment."),
            .option("to", value: "TIME", help: "Bars that open before then."),
            .option(
                "page", value: "COUNT", type: .integer(1...1000), default: .integer(1000),
                help: "How many bars come in one answer."),
            .option(
                "patience", value: "SPAN", default: .text("10s"), help: "How long an answer is waited for."),
        ],
        arguments: [.argument("SYMBOL", repeats: true, help: "Which.")],
        examples: [.init("tradewind data ask AAPL --from 2026-03-31 > day.csv", "a day while it goes on")])

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        let symbols = try parsed.texts("SYMBOL").map { try OptionText.symbol($0) }
        let span = try OptionText.span(parsed.text("span"), of: "--span")
        let from = try parsed.text(ifGiven: "from").map { try OptionText.moment($0, of: "--from") }
        let to = try parsed.text(ifGiven: "to").map { try OptionText.moment($0, of: "--to") }
        let client = try HistoryClient(
            MeshSettings(settings), as: "watcher.1",
            patience: try OptionText.span(parsed.text("patience"), of: "--patience"))
        try Console.write("symbol,time,open,high,low,close,volume,trades\n")
        for symbol in symbols {
            do {
                try client.bars(
                    of: symbol, span: span, from: from ?? .distantPast, to: to ?? .distantFuture,
                    page: UInt64(parsed.int("page"))
                ) { bars in
                    try Console.write(
                        bars.map {
                            "\($0.symbol),\($0.openedAt),\($0.open),\($0.high),\($0.low),\($0.close),\($0.volume),"
                                + "\($0.trades)\n"
                        }.joined())
                }
            } catch let fault as HistoryClient.Fault { throw Failure(fault.description) }
        }
    }
}
