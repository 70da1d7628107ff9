import Configuration
import Domain
import HTTP
import RemoteProviders
import Trading

/// `tradewind data look`: the latest that providers know of a symbol, without keeping it as data.
enum LookCommand {
    static let spec = CommandSpec(
        "look", summary: "show the latest quotes, a company, or its options",
        discussion: """
            Asks the providers in the order of the settings. What was answered lately is shown again: quotes for five \
            minutes, options for an hour, companies for a day. Where nobody answers, what was kept is shown with its age, \
            and the exit code is 1.
            """,
        options: [
            .option(
                "what", value: "KIND", type: .choice(["quotes", "company", "options"]),
                default: .text("quotes"),
                help: "What to look at."),
            .flag("json", help: "Print JSON."),
        ],
        arguments: [.argument("SYMBOL", repeats: true, help: "What to look at: AAPL BRK.B.")],
        examples: [
            .init("tradewind data look AAPL MSFT", "the latest quotes"),
            .init("tradewind data look AAPL --what company", "what it is and earns"),
        ])

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        let set = ProviderSet(settings)
        let transport = GatewayTransport(CurlTransport(proxy: settings.text("providers.proxy")))
        let courier = set.courier(transport, settings, seed: UInt64(bitPattern: transport.now.nanoseconds))
        let answers = try Answers(courier, settings)
        let symbols = try parsed.texts("SYMBOL").map { try OptionText.symbol($0) }
        var isOld = false
        for look in try looks(parsed.text("what"), symbols, set) {
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

    private static func looks(_ what: String, _ symbols: [Symbol], _ set: ProviderSet) throws -> [Look] {
        switch what {
        case "quotes":
            let names = symbols.map(\.text).joined(separator: ",")
            let providers = set.ordered("quotes", as: (any QuotesProvider).self)
            return [
                Look(
                    name: "quotes \(names)", layer: .quotes,
                    candidates: providers.map { ($0, $0.quotes(of: symbols)) })
            ]
        case "company":
            let providers = set.ordered("fundamentals", as: (any FundamentalsProvider).self)
            return symbols.map { symbol in
                Look(
                    name: "company \(symbol)", layer: .companies,
                    candidates: providers.map { ($0, $0.fundamentals(of: symbol)) })
            }
        default:
            let providers = set.ordered("chains", as: (any ChainsProvider).self)
            return symbols.map { symbol in
                Look(
                    name: "options \(symbol)", layer: .answers,
                    candidates: providers.map { ($0, $0.chain(of: symbol)) })
            }
        }
    }
}
