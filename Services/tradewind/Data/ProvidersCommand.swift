import Configuration
import Domain
import HTTP
import RemoteProviders

/// `tradewind data providers`: who can be asked for market data, and how they are.
enum ProvidersCommand {
    static let spec = CommandSpec(
        "providers", summary: "show who can be asked for market data",
        discussion: """
            One line for each: what it can do, whether its key is there, how often it lets itself be asked, and what was \
            last seen of it. A name shows more of one. --check asks each that can be asked one small thing.
            """,
        options: [
            .flag("check", help: "Ask each one small thing, and say what came."),
            .flag("json", help: "Print JSON."),
        ],
        arguments: [.argument("NAME", required: false, help: "Show this one only, with its settings.")],
        examples: [.init("tradewind data providers --check", "is every key good?")])

    private struct Row {
        var provider: any Provider
        var can: [String]
        var key: String
        var seen: String
        var isWrong = false
    }

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        let set = ProviderSet(settings)
        var rows = rows(set, settings)
        if let name = parsed.text(ifGiven: "NAME") {
            rows.removeAll { $0.provider.name != name }
            if rows.isEmpty {
                if let instead = ProviderNames.gone(name) {
                    throw Failure("\(name): \(instead)", exitCode: 2)
                }
                let names = set.all.map(\.name)
                let near = Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
                throw Failure(
                    "there is no provider \(name): there are \(names.joined(separator: ", "))\(near)",
                    exitCode: 2)
            }
        }
        if parsed.flag("check") { check(&rows, set, settings) }
        if parsed.flag("json") {
            try Console.write(json(rows))
        } else {
            try Console.write(table(rows))
            if parsed.isGiven("NAME") { try Console.write(details(rows[0], set, settings)) }
        }
        if rows.contains(where: \.isWrong) { throw Failure("", exitCode: 1) }
    }

    private static func rows(_ set: ProviderSet, _ settings: Configuration.Settings) -> [Row] {
        let last = ProviderHealth.last(settings)
        return set.all.map { provider in
            let seen = last[provider.name].map { "\($0.at): \($0.text)" } ?? "not asked yet"
            let needsKey = settings.schema.declares("providers.\(provider.name).key")
            let key = !needsKey ? "needs none" : provider.lacks == nil ? "there" : "missing"
            return Row(provider: provider, can: set.capabilities(of: provider), key: key, seen: seen)
        }
    }

    /// One small question each, whatever else it can do.
    private static func check(_ rows: inout [Row], _ set: ProviderSet, _ settings: Configuration.Settings) {
        let transport = GatewayTransport(CurlTransport(proxy: settings.text("providers.proxy")))
        let courier = set.courier(transport, settings, seed: UInt64(bitPattern: transport.now.nanoseconds))
        var seen: [(name: String, text: String)] = []
        for index in rows.indices {
            let provider = rows[index].provider
            if provider.lacks != nil { continue }
            do throws(ProviderFault) {
                try ask(provider, courier)
                rows[index].seen = "answers"
            } catch {
                rows[index].seen = "\(error)"
                rows[index].isWrong = true
            }
            seen.append((provider.name, rows[index].seen))
        }
        ProviderHealth.record(seen, at: courier.now, settings)
    }

    private static func ask(_ provider: any Provider, _ courier: Courier) throws(ProviderFault) {
        let today = EasternTime.local(at: courier.now).date
        if let history = provider as? any HistoryProvider, let symbol = Symbol("SPY"),
            let day = TradingCalendar.xnys.previous(before: today - 7)?.date
        {
            let little = HistoryWanted(symbols: [symbol], span: .day, days: day...day, now: courier.now)
            do throws(ProviderFault) {
                _ = try courier.ask(history.history(little), of: provider.name)
            } catch {
                // Who does not know the symbol has answered all the same.
                if error.kind != .unknown { throw error }
            }
        } else if let index = provider as? any VolatilityIndexProvider {
            let inquiry = index.volatilityIndex(today - 14...today, now: courier.now)
            _ = try courier.ask(inquiry, of: provider.name)
        } else if let universe = provider as? any UniverseProvider {
            _ = try courier.ask(universe.universe(), of: provider.name)
        }
    }

    // MARK: text

    private static func limits(_ provider: any Provider) -> String {
        provider.rates.isEmpty ? "none" : provider.rates.map { "\($0)" }.joined(separator: ", ")
    }

    private static func table(_ rows: [Row]) -> String {
        var table = Table(columns: [
            .text("provider"), .text("key"), .text("limits"), .text("can"), .text("last seen"),
        ])
        for row in rows {
            table.add([
                row.provider.name, row.key, limits(row.provider), row.can.joined(separator: " "), row.seen,
            ])
        }
        return table.text(width: nil, paint: Terminal.standardOutput.paint)
    }

    private static func details(_ row: Row, _ set: ProviderSet, _ settings: Configuration.Settings) -> String
    {
        var text = "\n"
        for what in row.can {
            let order = settings.list("providers.\(what)")
            let place =
                order.firstIndex(of: row.provider.name).map { "\($0 + 1) of \(order.count)" } ?? "not asked"
            text += "\(what): \(place) in providers.\(what)\n"
        }
        if let lacks = row.provider.lacks {
            text += "\(lacks); docs/providers.md says how to get and give one\n"
        }
        return text
    }

    private static func json(_ rows: [Row]) -> String {
        var json = JSONWriter()
        json.array { json in
            for row in rows {
                json.object { json in
                    for (key, text) in [
                        ("name", row.provider.name), ("key", row.key), ("limits", limits(row.provider)),
                        ("seen", row.seen),
                    ] {
                        json.key(key)
                        json.string(text)
                    }
                    json.key("can")
                    json.array { json in row.can.forEach { json.string($0) } }
                    json.key("wrong")
                    json.flag(row.isWrong)
                }
            }
        }
        return json.text + "\n"
    }
}
