import Configuration
import Domain
import Glibc
import HTTP
import Mesh
import RemoteProviders

/// `tradewind data refresh`: what is listed, in which sector, and the VIX, as small JSON files.
enum RefreshCommand {
    static let spec = CommandSpec(
        "refresh", summary: "fetch the universe, its sectors and the VIX as JSON files",
        discussion: """
            Writes universe.json, sectors.json and vix.json. Where no provider gives a file anew, the one that is there \
            stays, and its age is told. Exit code 1 if one of them is neither new nor there.
            """,
        options: [
            .option(
                "folder", value: "FOLDER", type: .path,
                help: "Where they go; static in state.folder if not given."),
            .option("from", value: "DATE", default: .text("1990-01-02"), help: "The first day of the VIX."),
            .flag("json", help: "Print what came of it as JSON."),
        ],
        examples: [.init("tradewind data refresh", "once a day, on a machine that reaches the network")])

    private struct Outcome {
        var file: String
        var count = 0
        var provider = ""
        var faults: [String] = []
        /// Of the file that stays, in seconds; nothing where it is new or not there.
        var age: Int?
    }

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        let from = try CivilDate(parsed.text("from"))
        let set = ProviderSet(settings)
        let transport = GatewayTransport(CurlTransport(proxy: settings.text("providers.proxy")))
        let courier = set.courier(transport, settings, seed: UInt64(bitPattern: transport.now.nanoseconds))
        let folder = parsed.text(ifGiven: "folder") ?? "\(settings.path("state.folder"))/static"
        try makeFolders(folder)
        var outcomes = try universe(set, courier, folder)
        outcomes.append(try volatilityIndex(set, courier, from, folder))
        try Console.write(parsed.flag("json") ? json(outcomes) : text(outcomes))
        if outcomes.contains(where: { $0.provider.isEmpty && $0.age == nil }) {
            throw Failure("", exitCode: 1)
        }
    }

    private static func universe(_ set: ProviderSet, _ courier: Courier, _ folder: String) throws -> [Outcome]
    {
        var all = Outcome(file: "universe.json")
        var sectors = Outcome(file: "sectors.json")
        for provider in set.universe where provider.lacks == nil {
            let instruments: [Instrument]
            do throws(ProviderFault) {
                instruments = try courier.ask(provider.universe(), of: provider.name).instruments
            } catch {
                all.faults.append("\(error)")
                continue
            }
            let sorted = instruments.sorted { $0.symbol < $1.symbol }
            if all.provider.isEmpty {
                (all.provider, all.count) = (provider.name, sorted.count)
                try write(folder, all.file, provider.name, courier.now) { json in
                    json.key("instruments")
                    json.array { json in sorted.forEach { write($0, &json) } }
                }
            }
            // Only some know the sectors.
            let known = sorted.filter { !$0.sector.isEmpty }
            if !known.isEmpty {
                (sectors.provider, sectors.count) = (provider.name, known.count)
                try write(folder, sectors.file, provider.name, courier.now) { json in
                    json.key("sectors")
                    json.object { json in
                        var last: Symbol?
                        for instrument in known where instrument.symbol != last {
                            json.key(instrument.symbol.text)
                            json.string(instrument.sector)
                            last = instrument.symbol
                        }
                    }
                }
                break
            }
        }
        sectors.faults = all.faults
        return [aged(all, folder, courier.now), aged(sectors, folder, courier.now)]
    }

    private static func volatilityIndex(
        _ set: ProviderSet, _ courier: Courier, _ from: CivilDate, _ folder: String
    ) throws -> Outcome {
        var outcome = Outcome(file: "vix.json")
        let today = EasternTime.local(at: courier.now).date
        for provider in set.volatilityIndex where provider.lacks == nil {
            let closes: [IndexClose]
            do throws(ProviderFault) {
                let inquiry = provider.volatilityIndex(min(from, today)...today, now: courier.now)
                closes = try courier.ask(inquiry, of: provider.name).closes
            } catch {
                outcome.faults.append("\(error)")
                continue
            }
            // A file that ends long ago is one that nobody keeps any more.
            guard let last = closes.map(\.date).max(), today - last < 10 else {
                outcome.faults.append("\(provider.name) has no value of the last ten days")
                continue
            }
            (outcome.provider, outcome.count) = (provider.name, closes.count)
            try write(folder, outcome.file, provider.name, courier.now) { json in
                json.key("closes")
                json.object { json in
                    for close in closes.sorted(by: { $0.date < $1.date }) {
                        json.key("\(close.date)")
                        json.string("\(close.value)")
                    }
                }
            }
            break
        }
        return aged(outcome, folder, courier.now)
    }

    /// With the age of the file that stays, where none is new.
    private static func aged(_ outcome: Outcome, _ folder: String, _ now: Timestamp) -> Outcome {
        var outcome = outcome
        var status = stat()
        guard outcome.provider.isEmpty, stat("\(folder)/\(outcome.file)", &status) == 0 else {
            return outcome
        }
        outcome.age = max(0, Int(now.nanoseconds / Nanoseconds.second) - status.st_mtim.tv_sec)
        return outcome
    }

    private static func write(
        _ folder: String, _ file: String, _ provider: String, _ now: Timestamp,
        _ content: (inout JSONWriter) -> Void
    ) throws {
        var json = JSONWriter()
        json.object { json in
            json.key("at")
            json.string("\(now)")
            json.key("provider")
            json.string(provider)
            content(&json)
        }
        try ResultFolder.write([.init(name: file, bytes: json.bytes + [0x0A])], to: folder)
    }

    private static func write(_ instrument: Instrument, _ json: inout JSONWriter) {
        json.object { json in
            for (key, text) in [
                ("symbol", instrument.symbol.text), ("name", instrument.name),
                ("exchange", instrument.exchange),
                ("sector", instrument.sector), ("industry", instrument.industry),
            ] where !text.isEmpty {
                json.key(key)
                json.string(text)
            }
            if let size = instrument.marketCap {
                json.key("market_cap")
                json.number(size)
            }
        }
    }

    // MARK: what came of it

    private static func text(_ outcomes: [Outcome]) -> String {
        outcomes.map { outcome in
            let reasons =
                outcome.faults.isEmpty ? "nobody can be asked" : outcome.faults.joined(separator: "; ")
            if !outcome.provider.isEmpty {
                return "\(outcome.file): \(outcome.count) from \(outcome.provider)\n"
            }
            guard let age = outcome.age else { return "\(outcome.file): not there: \(reasons)\n" }
            return "\(outcome.file): stays as it was \(Progress.time(Double(age))) ago: \(reasons)\n"
        }.joined()
    }

    private static func json(_ outcomes: [Outcome]) -> String {
        var json = JSONWriter()
        json.array { json in
            for outcome in outcomes {
                json.object { json in
                    json.key("file")
                    json.string(outcome.file)
                    json.key("provider")
                    json.string(outcome.provider)
                    json.key("count")
                    json.integer(outcome.count)
                    json.key("age_seconds")
                    outcome.age.map { json.integer($0) } ?? json.null()
                    json.key("faults")
                    json.array { json in outcome.faults.forEach { json.string($0) } }
                }
            }
        }
        return json.text + "\n"
    }
}
