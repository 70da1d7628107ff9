import Configuration
import Domain
import HTTP
import RemoteProviders
import Trading

/// `tradewind data ticks`: brings each trade, or each quote, of whole sessions into files.
enum TicksCommand {
    static let spec = CommandSpec(
        "ticks", summary: "bring each trade or each quote of the past into files",
        discussion: """
            Asks the providers of providers.ticks for whole sessions that are over, from the opening to the close, and \
            writes FOLDER/trades/AAPL/2026-11-02.csv, which backtest --trades and --quotes and data trades read. A \
            file that is there is not asked for again: the same line goes on where it was ended. Trades that were taken \
            back, and quotes that nobody can trade on, are left out. Exit code 1 if a session is missing.
            """,
        options: [
            .option(
                "kind", value: "KIND", type: .choice(TickKind.allCases.map(\.rawValue)),
                default: .text("trades"),
                help: "What to fetch."),
            .option("from", value: "DATE", required: true, help: "The first day."),
            .option("to", value: "DATE", help: "The last day; today if it is not given."),
            .option(
                "out", value: "FOLDER", type: .path, default: .text("ticks"), help: "Where the files go."),
            .flag("json", help: "Print what came of it as JSON."),
        ],
        arguments: [.argument("SYMBOL", repeats: true, help: "What to fetch: AAPL BRK.B.")],
        examples: [
            .init("tradewind data ticks AAPL --from 2026-11-02 --to 2026-11-06", "a week of trades"),
            .init("tradewind data trades ticks/trades/AAPL --volume 50000", "bars of them"),
            .init(
                "tradewind backtest mean-reversion --csv data/1m --quotes ticks/quotes/AAPL --fill quote",
                "a backtest on quotes that were fetched with --kind quotes"),
        ])

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        let set = ProviderSet(settings)
        let transport = GatewayTransport(CurlTransport(proxy: settings.text("providers.proxy")))
        let courier = set.courier(transport, settings, seed: UInt64(bitPattern: transport.now.nanoseconds))
        let wanted = try wanted(parsed, today: EasternTime.local(at: courier.now).date)
        guard set.ticks.contains(where: { $0.lacks == nil }) else {
            let reasons = set.ticks.compactMap(\.lacks).joined(separator: "; ")
            throw Failure(
                "no provider of providers.ticks can be asked: \(reasons); docs/providers.md says how to get and give a key"
            )
        }
        let fetch = TickFetch(wanted, from: set.ticks, by: courier, into: TickFolder(parsed.text("out")))
        let progress = Progress("fetching", total: fetch.sessionsTotal)
        fetch.progress = { progress.show($0.sessionsDone) }
        defer { progress.clear() }
        do { try fetch.run() } catch { throw Failure("\(error)") }
        progress.clear()
        try Console.write(parsed.flag("json") ? json(fetch.outcomes) : text(fetch.outcomes, wanted.kind))
        if fetch.outcomes.contains(where: { !$0.missing.isEmpty }) { throw Failure("", exitCode: 1) }
    }

    private static func wanted(_ parsed: Parsed, today: CivilDate) throws -> TickFetch.Wanted {
        var symbols: [Symbol] = []
        for text in parsed.texts("SYMBOL") {
            let symbol = try OptionText.symbol(text)
            if !symbols.contains(symbol) { symbols.append(symbol) }
        }
        return TickFetch.Wanted(
            kind: TickKind(rawValue: parsed.text("kind")) ?? .trades, symbols: symbols,
            days: try GivenDays.range(parsed, from: today) { _ in today })
    }

    private static func text(_ outcomes: [TickFetch.Outcome], _ kind: TickKind) -> String {
        var table = Table(columns: [
            .text("symbol"), .number("new \(kind.rawValue)"), .number("sessions"), .text("from"),
            .number("were there"), .number("not there"),
        ])
        for outcome in outcomes {
            let names = outcome.providers.sorted().joined(separator: ", ")
            table.add([
                outcome.symbol.text, "\(outcome.ticks)", "\(outcome.sessions)", names.isEmpty ? "–" : names,
                "\(outcome.present)", "\(outcome.missing.count)",
            ])
        }
        var text = table.text(width: nil, paint: Terminal.standardOutput.paint)
        for outcome in outcomes {
            for (date, reason) in outcome.missing {
                text += "not there: \(outcome.symbol) \(date): \(reason)\n"
            }
        }
        return text
    }

    private static func json(_ outcomes: [TickFetch.Outcome]) -> String {
        var json = JSONWriter()
        json.array { json in
            for outcome in outcomes {
                json.object { json in
                    json.key("symbol")
                    json.string(outcome.symbol.text)
                    for (key, count) in [
                        ("ticks", outcome.ticks), ("sessions", outcome.sessions),
                        ("present", outcome.present),
                    ] {
                        json.key(key)
                        json.integer(count)
                    }
                    json.key("providers")
                    json.array { json in outcome.providers.sorted().forEach { json.string($0) } }
                    json.key("missing")
                    json.array { json in
                        for (date, reason) in outcome.missing {
                            json.object { json in
                                json.key("date")
                                json.string("\(date)")
                                json.key("reason")
                                json.string(reason)
                            }
                        }
                    }
                }
            }
        }
        return json.text + "\n"
    }
}
