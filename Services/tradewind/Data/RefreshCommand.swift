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
            stays, and its age is told. With data.static new files are put there for other machines, and a file that \
            nobody gives anew is read from there; --read asks nobody else. Exit code 1 if one of them is neither new nor \
            there.
            """,
        options: [
            .option(
                "folder", value: "FOLDER", type: .path,
                help: "Where they go; static in state.folder if not given."),
            .option("from", value: "DATE", default: .text("1990-01-02"), help: "The first day of the VIX."),
            .option(
                "place", value: "PLACE",
                help:
                    "Where others find them: a folder, or s3://BUCKET/PREFIX; without it what data.static names."
            ),
            .flag("read", help: "Ask no provider: read what another machine has put there."),
            .flag("json", help: "Print what came of it as JSON."),
        ],
        examples: [
            .init("tradewind data refresh --place s3://bucket", "once a day, on a machine that reaches them"),
            .init("tradewind data refresh --place s3://bucket --read", "on all others"),
        ])

    private struct Outcome {
        var file: String
        var count = 0
        var provider = ""
        var faults: [String] = []
        /// Of the file that stays, in seconds; nothing where it is new or not there.
        var age: Int?
        /// Where others find it now, and from where it was read.
        var isPushed = false
        var isRead = false
    }

    static func run(_ parsed: Parsed) throws {
        let settings = try Configuration.Settings.load(for: parsed)
        let from = try CivilDate(parsed.text("from"))
        let set = ProviderSet(settings)
        let transport = GatewayTransport(CurlTransport(proxy: settings.text("providers.proxy")))
        let courier = set.courier(transport, settings, seed: UInt64(bitPattern: transport.now.nanoseconds))
        let folder = parsed.text(ifGiven: "folder") ?? "\(settings.path("state.folder"))/static"
        try makeFolders(folder)
        let named = parsed.text(ifGiven: "place") ?? settings.text("data.static")
        let place = try named.isEmpty ? nil : OtherPlace.opened(named, settings)
        let files = StaticFiles(folder: folder, place: place)
        var outcomes: [Outcome]
        if parsed.flag("read") {
            guard place != nil else {
                throw Failure("--read reads from a place: --place, or data.static names it", exitCode: 2)
            }
            outcomes = ["universe.json", "sectors.json", "vix.json"].map { Outcome(file: $0) }
        } else {
            outcomes = try universe(set, courier, folder)
            outcomes.append(try volatilityIndex(set, courier, from, folder))
        }
        for index in outcomes.indices { exchange(&outcomes[index], files, courier.now) }
        try Console.write(parsed.flag("json") ? json(outcomes) : text(outcomes, place?.name ?? ""))
        if outcomes.contains(where: { !$0.provider.isEmpty && !$0.isRead && !$0.isPushed && place != nil }) {
            throw Failure("", exitCode: 1)
        }
        if outcomes.contains(where: { $0.provider.isEmpty && $0.age == nil }) {
            throw Failure("", exitCode: 1)
        }
    }

    /// Puts what is new where others find it, or reads there what nobody gave; else the file that is here stays.
    private static func exchange(_ outcome: inout Outcome, _ files: StaticFiles, _ now: Timestamp) {
        do {
            if !outcome.provider.isEmpty {
                try files.push(outcome.file)
                outcome.isPushed = files.place != nil
            } else if let origin = try files.pull(outcome.file) {
                (outcome.provider, outcome.isRead) = (origin.provider, true)
            }
        } catch { outcome.faults.append("\(error)") }
        guard outcome.provider.isEmpty, let origin = files.origin(of: outcome.file) else { return }
        outcome.age = max(0, Int((now - origin.at) / Nanoseconds.second))
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
        return [all, sectors]
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

    private static func text(_ outcomes: [Outcome], _ place: String) -> String {
        outcomes.map { outcome in
            let reasons =
                outcome.faults.isEmpty ? "nobody has it anew" : outcome.faults.joined(separator: "; ")
            if outcome.isRead { return "\(outcome.file): from \(outcome.provider), read from \(place)\n" }
            if !outcome.provider.isEmpty {
                let more = outcome.isPushed ? ", for others in \(place)" : place.isEmpty ? "" : "; \(reasons)"
                return "\(outcome.file): \(outcome.count) from \(outcome.provider)\(more)\n"
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
                    json.key("pushed")
                    json.flag(outcome.isPushed)
                    json.key("read")
                    json.flag(outcome.isRead)
                    json.key("faults")
                    json.array { json in outcome.faults.forEach { json.string($0) } }
                }
            }
        }
        return json.text + "\n"
    }
}
