import Configuration
import Domain
import HTTP
import RemoteProviders
import Trading

/// `tradewind data look`: the latest that providers know of a symbol, without keeping it as data.
enum LookCommand {
    static let spec = CommandSpec(
        "look",
        summary: "show quotes, companies, options, news, earnings, sessions, or what everybody looks at",
        discussion: """
            Asks the providers in the order of the settings. What was answered lately is shown again: quotes, news and \
            trending for five minutes, options for an hour, companies, earnings and the calendar for a day. Where nobody \
            answers, what was kept is shown with its age, and the exit code is 1. News, earnings, calendar and trending \
            want no symbol: news and earnings are those of all companies then.
            """,
        options: [
            .option(
                "what", value: "KIND",
                type: .choice(["quotes", "company", "options", "news", "earnings", "calendar", "trending"]),
                default: .text("quotes"), help: "What to look at."),
            .option(
                "from", value: "DATE",
                help: "The first day of news (a week ago), earnings and the calendar (today)."),
            .option("to", value: "DATE", help: "The last day; today for news, else two weeks on."),
            .flag("json", help: "Print JSON."),
        ],
        arguments: [
            .argument("SYMBOL", required: false, repeats: true, help: "What to look at: AAPL BRK.B.")
        ],
        examples: [
            .init("tradewind data look AAPL MSFT", "the latest quotes"),
            .init("tradewind data look AAPL --what company", "what it is and earns"),
            .init("tradewind data look --what earnings", "whose earnings come in the next two weeks"),
        ])

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        let set = ProviderSet(settings)
        let transport = GatewayTransport(CurlTransport(proxy: settings.text("providers.proxy")))
        let courier = set.courier(transport, settings, seed: UInt64(bitPattern: transport.now.nanoseconds))
        let answers = try Answers(courier, settings)
        let symbols = try parsed.texts("SYMBOL").map { try OptionText.symbol($0) }
        var isOld = false
        let today = EasternTime.local(at: courier.now).date
        for look in try looks(parsed, symbols, set, today) {
            let answered: Answers.Answered
            do {
                answered = try answers.ask(look.name, look.layer, look.candidates)
            } catch { throw Failure("\(error)") }
            let age = (courier.now - answered.at) / Nanoseconds.second
            isOld = isOld || answered.isStale
            for fault in answered.faults { Console.error("\(fault)\n") }
            let text = LookText(answered, ageSeconds: Int(age))
            try Console.write(parsed.flag("json") ? text.json : text.text)
        }
        if let problem = answers.problem { Console.error("\(problem); this machine's own cache is used\n") }
        if isOld { throw Failure("", exitCode: 1) }
    }

    private struct Look {
        var name: String
        var layer: Answers.Layer
        var candidates: [(provider: any Provider, inquiry: any Inquiry)]
    }

    private static func looks(
        _ parsed: Parsed, _ symbols: [Symbol], _ set: ProviderSet, _ today: CivilDate
    ) throws -> [Look] {
        let what = parsed.text("what")
        if ["quotes", "company", "options"].contains(what), symbols.isEmpty {
            throw Failure(
                "--what \(what) wants a symbol: tradewind data look AAPL --what \(what)", exitCode: 2)
        }
        let names = symbols.map(\.text).joined(separator: ",")
        func look<Capability>(
            _ name: String, _ layer: Answers.Layer, of capability: String, _ type: Capability.Type,
            _ inquiry: (Capability) -> any Inquiry
        ) -> Look {
            let candidates = set.ordered(capability, as: type).compactMap { provider in
                (provider as? any Provider).map { (provider: $0, inquiry: inquiry(provider)) }
            }
            return Look(name: name, layer: layer, candidates: candidates)
        }
        switch what {
        case "quotes":
            return [
                look("quotes \(names)", .quotes, of: "quotes", (any QuotesProvider).self) {
                    $0.quotes(of: symbols)
                }
            ]
        case "company":
            return symbols.map { symbol in
                look("company \(symbol)", .companies, of: "fundamentals", (any FundamentalsProvider).self) {
                    $0.fundamentals(of: symbol)
                }
            }
        case "options":
            return symbols.map { symbol in
                look("options \(symbol)", .answers, of: "chains", (any ChainsProvider).self) {
                    $0.chain(of: symbol)
                }
            }
        case "news":
            let days = try GivenDays.range(parsed, from: today - 7) { max($0, today) }
            return [
                look("news \(names) \(days)", .quotes, of: "news", (any NewsProvider).self) {
                    $0.news(of: symbols, days)
                }
            ]
        case "earnings":
            let days = try GivenDays.range(parsed, from: today) { $0 + 13 }
            return [
                look("earnings \(names) \(days)", .companies, of: "earnings", (any EarningsProvider).self) {
                    $0.earnings(of: symbols, days)
                }
            ]
        case "calendar":
            let days = try GivenDays.range(parsed, from: today) { $0 + 13 }
            return [
                look("calendar \(days)", .companies, of: "calendar", (any CalendarProvider).self) {
                    $0.calendar(days)
                }
            ]
        default:
            return [
                look("trending", .quotes, of: "trending", (any TrendingProvider).self) { $0.trending() }
            ]
        }
    }
}
