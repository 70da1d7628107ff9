import Configuration
import Domain
import HTTP
import RemoteProviders
import Trading

/// `tradewind data fetch`: brings bars from providers.
enum FetchCommand {
    static let spec = CommandSpec(
        "fetch", summary: "bring bars, splits and dividends from providers",
        discussion: """
            Asks only for the sessions that are not there yet, the providers in the order of providers.history: the next \
            one where one fails, has no key or has no such bars. What ends a fetch in between loses nothing; the same \
            line goes on from there. Bars are raw, as they were traded; each keeps the name of its provider. Exit code 1 \
            if something is missing that may be there another time. Keys and limits: docs/providers.md.
            """,
        options: [
            .option("from", value: "DATE", required: true, help: "The first day."),
            .option("to", value: "DATE", help: "The last day; today if it is not given."),
            .option(
                "interval", value: "SPAN", default: .text("1d"),
                help: "The length of the bars: 1m, 5m, 1h, 1d."),
            .option(
                "provider", value: "NAME", repeats: true, offers: ["policy"],
                help:
                    "Ask this one, and those that are named after it, instead of those of the settings (policy)."
            ),
            StorePlace.option,
            .option(
                "csv", value: "FOLDER", type: .path,
                help: "Fill CSV files instead of the store: FOLDER/1d/AAPL.csv."),
            .flag("no-actions", help: "Do not ask for splits and dividends."),
            .flag("json", help: "Print what came of it as JSON."),
        ],
        arguments: [.argument("SYMBOL", repeats: true, help: "What to fetch: AAPL BRK.B.")],
        examples: [
            .init("tradewind data fetch AAPL MSFT --from 2015-01-01", "days, from whoever has them"),
            .init(
                "tradewind data fetch SPY --from 2026-11-02 --interval 5m --provider alpaca",
                "bars of five minutes from one provider"),
        ])

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        var set = ProviderSet(settings)
        let transport = GatewayTransport(CurlTransport(proxy: settings.text("providers.proxy")))
        let courier = set.courier(
            transport, settings, seed: UInt64(bitPattern: transport.now.nanoseconds))
        let wanted = try wanted(parsed, today: EasternTime.local(at: courier.now).date)
        try askForSplits(&set, wanted, parsed, courier)
        let providers = try providers(parsed, set, wanted, at: courier.now)
        let sink: any BarSink =
            if let folder = parsed.text(ifGiven: "csv") { CSVFolder(folder) } else {
                try StoreSink(try StorePlace.path(parsed), try StorePlace.codec(parsed))
            }
        let fetch = try Fetch(wanted, from: providers, by: courier, into: sink)
        let progress = Progress("fetching", total: fetch.sessionsTotal)
        fetch.progress = { progress.show($0.sessionsDone) }
        let log = Terminal.standardError.isTerminal
        courier.says = { sentence in
            guard log else { return }
            progress.clear()
            Console.error("\(sentence)\n")
        }
        // What was fetched stays, whatever comes then; so does what was learnt about the providers.
        defer { ProviderHealth.record(fetch.healths, at: courier.now, settings) }
        try fetch.run()
        var report = fetch.report
        if !parsed.flag("no-actions") {
            try FetchActions(set, courier, sink).run(wanted, fetch, &report)
        }
        report.requests = courier.requests
        progress.clear()
        try Console.write(parsed.flag("json") ? FetchText.json(report) : FetchText.text(report, wanted))
        if !report.failures.isEmpty { throw Failure("", exitCode: 1) }
    }

    /// Who gives prices adjusted for splits is of use where the splits are known.
    private static func askForSplits(
        _ set: inout ProviderSet, _ wanted: Fetch.Wanted, _ parsed: Parsed, _ courier: Courier
    ) throws {
        let gateway = set.interactiveBrokers
        let named = parsed.texts("provider").filter { $0 != "policy" }
        let isAsked =
            named.isEmpty ? set.history.contains { $0.name == gateway.name } : named.contains(gateway.name)
        guard isAsked, gateway.lacks == nil else { return }
        set.interactiveBrokers.splits = KnownSplits.ask(
            wanted.symbols, since: wanted.days.lowerBound, set, courier
        ) { Console.error("\($0)\n") }
    }

    private static func wanted(_ parsed: Parsed, today: CivilDate) throws -> Fetch.Wanted {
        var symbols: [Symbol] = []
        for text in parsed.texts("SYMBOL") {
            let isName = text.utf8.allSatisfy {
                (65...90).contains($0) || (48...57).contains($0) || [0x2E, 0x2D, 0x5E].contains($0)
            }
            guard isName, let symbol = Symbol(text), !text.isEmpty, text != ".", text != ".." else {
                let upper = text.uppercased()
                let near = upper != text && Symbol(upper) != nil ? "; did you mean \(upper)?" : ""
                throw Failure(
                    "\(text) is no symbol: capital letters, digits, . and - would be right\(near)",
                    exitCode: 2)
            }
            if !symbols.contains(symbol) { symbols.append(symbol) }
        }
        let days = try GivenDays.range(parsed, from: today) { _ in today }
        let span = try OptionText.span(parsed.text("interval"), of: "--interval")
        guard span <= Nanoseconds.day else {
            throw Failure(
                "--interval \(Interval(nanoseconds: span)) is longer than a day; 1d would be right",
                exitCode: 2)
        }
        return Fetch.Wanted(symbols: symbols, span: Interval(nanoseconds: span), days: days)
    }

    /// Those of the settings, or those that were named; at least one of them can be asked.
    private static func providers(
        _ parsed: Parsed, _ set: ProviderSet, _ wanted: Fetch.Wanted, at now: Timestamp
    ) throws -> [any HistoryProvider] {
        let names = parsed.texts("provider").filter { $0 != "policy" }
        let all = set.all.compactMap { $0 as? any HistoryProvider }
        guard !names.isEmpty else {
            let policy = set.history
            guard policy.contains(where: { $0.lacks == nil }) else {
                let reasons = policy.compactMap(\.lacks).joined(separator: "; ")
                throw Failure("no provider of providers.history can be asked: \(reasons)")
            }
            return policy
        }
        return try names.map { name in
            if let instead = ProviderNames.gone(name) {
                throw Failure("--provider \(name): \(instead)", exitCode: 2)
            }
            guard let provider = all.first(where: { $0.name == name }) else {
                let known = all.map(\.name)
                let near = Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
                throw Failure(
                    "--provider \(name): there are \(known.joined(separator: ", ")), and policy for the order of the "
                        + "settings\(near)", exitCode: 2)
            }
            if let lacks = provider.lacks {
                throw Failure("\(lacks); docs/providers.md says how to get and give one")
            }
            let whole = HistoryWanted(
                symbols: [wanted.symbols[0]], span: wanted.span, days: wanted.days, now: now)
            if names.count == 1, let objection = provider.objection(to: whole) { throw Failure(objection) }
            return provider
        }
    }
}
