import Backtesting
import Configuration
import Domain
import Gatekeeper
import Mesh
import Store
import Trading

/// One call of `tradewind day run`.
struct DayRun {
    private enum Way: String, CaseIterable { case engine, mesh }

    private struct Done {
        let way: Way
        let outcome: DayOutcome
        let seconds: Double
    }

    private let parsed: Parsed
    private let day: CivilDate
    private let bars: DayBars
    /// The settings of the run, with what the command line says in the place of others.
    private let settings: Configuration.Settings
    private let words: [String]
    private let scratch: String

    init(_ parsed: Parsed) throws {
        Stop.listen()
        self.parsed = parsed
        day = try OptionText.date(parsed.text("DAY"), of: "DAY")
        if parsed.flag("engine"), !parsed.flag("mesh") {
            for name in ["keep", "speed", "kills", "seed", "shadow"] where parsed.isGiven(name) {
                throw Failure("--\(name) is for --mesh: one process has nothing of the kind", exitCode: 2)
            }
        }
        let house = try Configuration.Settings.load(for: parsed)
        scratch = try TemporaryFolder.make()
        do {
            bars = try DayRun.bars(parsed, house, day: day, to: "\(scratch)/bars")
            var own = ["trading.symbols=" + bars.symbols.map(\.text).joined(separator: ",")]
            own += ["feed.span=\(Interval(nanoseconds: bars.span))"]
            let strategies = parsed.texts("strategy")
            if !strategies.isEmpty { own += ["trading.strategies=" + strategies.joined(separator: ",")] }
            words =
                (parsed.text(ifGiven: "config").map { ["--config", $0] } ?? [])
                + (parsed.texts("set") + own).flatMap { ["--set", $0] }
            settings = try Configuration.Settings.load(
                file: parsed.text(ifGiven: "config"),
                overrides: parsed.settingOverrides + own.map { SettingOverride(assignment: $0) })
        } catch {
            TemporaryFolder.remove(scratch)
            throw error
        }
    }

    func cleanUp() { TemporaryFolder.remove(scratch) }

    /// What the command line names, else what backtests are shown, else what the feed replays; up to the day's end.
    private static func bars(
        _ parsed: Parsed, _ house: Configuration.Settings, day: CivilDate, to folder: String
    ) throws -> DayBars {
        var files = try DayRun.files(parsed.filled(from: house, "backtest"), house)
        let named = house.list("trading.symbols")
        if files.selection.symbols.isEmpty {
            files.selection.symbols = try named.map { try OptionText.symbol($0) }
        }
        files.selection.from = try parsed.text(ifGiven: "from").map { try OptionText.date($0, of: "--from") }
        files.selection.to = day
        let market = try files.load()
        guard let last = market.bars.range?.upperBound, last.dateUTC == day else {
            throw Failure(
                "there is no bar of \(day)"
                    + (market.bars.range.map { "; the last one before is of \($0.upperBound.dateUTC)" } ?? ""),
                exitCode: 1)
        }
        var limits = GateLimits(calendar: house.text("feed.calendar") == "none" ? nil : .xnys)
        limits.jump = house.number("feed.jump")
        return try DayBars(market, through: Gatekeeper(limits, provider: "csv"), to: folder)
    }

    private static func files(_ parsed: Parsed, _ house: Configuration.Settings) throws -> MarketFiles {
        var files = MarketFiles()
        files.bars = try parsed.texts("csv").flatMap { try OptionText.files($0) }
        files.actions = try parsed.texts("actions").flatMap { try OptionText.files($0) }
        files.selection.symbols = try (parsed.list(ifGiven: "symbols") ?? []).map {
            try OptionText.symbol($0)
        }
        files.selection.span = try parsed.text(ifGiven: "span").map { try OptionText.span($0, of: "--span") }
        guard files.bars.isEmpty else { return files }
        let replayed = house.list("feed.csv_files")
        if let path = parsed.text(ifGiven: "store")
            ?? (parsed.isGiven("symbols") ? house.path("data.store") : nil)
        {
            do { files.store = try BarFolder(path) } catch { throw Failure("\(error)", exitCode: 2) }
        } else if !replayed.isEmpty {
            files.bars = replayed.map { (symbol: nil, path: $0) }
            files.selection.span = try OptionText.span(house.text("feed.span"), of: "feed.span")
        } else {
            throw Failure(
                "there are no bars: --csv config/sample would be right, or --symbols of a store, or feed.csv_files",
                exitCode: 2)
        }
        return files
    }

    // MARK: the ways

    func go() throws {
        let named = Way.allCases.filter { parsed.flag($0.rawValue) }
        var done: [Done] = []
        for way in named.isEmpty ? Way.allCases : named {
            let began = System.now
            let outcome = try way == .engine ? engine() : mesh()
            done.append(
                Done(
                    way: way, outcome: outcome,
                    seconds: Double(System.now.nanoseconds - began.nanoseconds) / 1e9))
        }
        if let folder = parsed.text(ifGiven: "out") {
            for each in done {
                try ResultFolder.write(
                    each.outcome.files, to: done.count > 1 ? "\(folder)/\(each.way.rawValue)" : folder)
            }
        }
        let difference = done.count > 1 ? done[0].outcome.difference(from: done[1].outcome) : nil
        try Console.write(parsed.flag("json") ? json(done) : text(done))
        if let difference {
            throw Failure(
                "the \(difference.table) differ; the engine has\n  \(difference.own)\nand the mesh has\n  "
                    + difference.other, exitCode: 1)
        }
    }

    private func engine() throws -> DayOutcome {
        let plan = try DeskPlan(settings)
        let record = try Backtest.run(plan.participants, on: bars.market(), plan.settings)
        return DayOutcome(record, on: day, until: bars.last)
    }

    private func mesh() throws -> DayOutcome {
        // A mistake in the settings is told here, and not by processes that do not start.
        _ = try DeskPlan(settings)
        let folder = parsed.text(ifGiven: "keep") ?? "\(scratch)/mesh"
        if let names = try? FileDisk(folder, readOnly: true).names(), !names.isEmpty {
            throw Failure("\(folder) is not empty; a new folder would be right", exitCode: 2)
        }
        var mesh = DayMesh(folder: folder, bars: bars, words: words)
        mesh.parts = settings.integer("strategist.parts")
        mesh.speed = parsed.number("speed")
        mesh.kills = parsed.int("kills")
        mesh.seed = UInt64(parsed.int("seed"))
        mesh.shadow = parsed.texts("shadow")
        mesh.say = { Console.error("tradewind: \($0)\n") }
        try mesh.run()
        let rows = try VerifyCommand.verify(folder, [], day: nil)
        if let row = rows.first(where: { $0.difference != nil }) {
            throw Failure("\(row.service)/\(row.shard), derived again: \(row.difference ?? "")")
        }
        return try DayOutcome(state: folder, on: day)
    }

    // MARK: what is told

    private func text(_ done: [Done]) -> String {
        var table = Table(columns: [
            .text("\(day)"), .number("orders"), .number("fills"), .text("hash"), .number("took"),
        ])
        for each in done {
            table.add([
                each.way.rawValue, "\(each.outcome.orderCount)", "\(each.outcome.fillCount)",
                each.outcome.hash,
                BacktestOutput.number(each.seconds) + " s",
            ])
        }
        var text =
            "\(bars.count) bars of \(bars.symbols.map(\.text).joined(separator: ", ")) to \(bars.last)\n"
        if bars.held > 0 { text += "\(bars.held) bars were held back, as the feed would\n" }
        text += table.text(paint: Terminal.standardOutput.paint)
        if done.count > 1, done[0].outcome == done[1].outcome { text += "the same, byte for byte\n" }
        return text
    }

    private func json(_ done: [Done]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("day")
            json.string("\(day)")
            json.key("bars")
            json.integer(bars.count)
            json.key("held_back")
            json.integer(bars.held)
            for each in done {
                json.key(each.way.rawValue)
                json.object { json in
                    json.key("orders")
                    json.integer(each.outcome.orderCount)
                    json.key("fills")
                    json.integer(each.outcome.fillCount)
                    json.key("hash")
                    json.string(each.outcome.hash)
                    json.key("seconds")
                    json.number(each.seconds)
                }
            }
            if done.count > 1 {
                json.key("alike")
                json.flag(done[0].outcome == done[1].outcome)
            }
        }
        return json.text + "\n"
    }
}
