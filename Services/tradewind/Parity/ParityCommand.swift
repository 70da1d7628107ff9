import Backtesting
import Configuration
import Domain
import Mesh
import Parity
import Trading

/// `tradewind parity`: a day's profit as it was against that of its backtest, cause by cause.
enum ParityCommand {
    static let spec = CommandSpec(
        "parity", summary: "hold a day's profit against its backtest's, and say why they differ",
        discussion: """
            Reads what the services under state.folder kept, runs the account once more in one process, and takes away \
            one thing after the other from what happened, until the backtest is left: trades by hand, rejections, the \
            venue's fees, its fills, its delays, and the bars as they were known then. What a step changes in the day's \
            profit is its cause's, so the parts add up to the last digit. The backtest goes by the settings of that day; \
            --set says how else the exchange should have filled, and --csv or --store how the bars are known today.
            """,
        options: [
            .option("day", value: "DATE", help: "The day, by the date in UTC."),
            .option(
                "models", value: "FILE", type: .path,
                help: "Write what was fitted from the day there, as settings for backtest and paper."),
            .flag("json", help: "Print JSON."),
        ] + DataOptions.specs.filter { ["csv", "store"].contains($0.name) },
        examples: [
            .init("tradewind parity --day 2024-06-05", "of the mesh under state.folder"),
            .init(
                "tradewind parity --day 2024-06-05 --set backtest.slippage=2bps --models venue.yaml",
                "against a backtest that pays slippage; what was fitted goes to venue.yaml"),
        ])

    static func run(_ parsed: Parsed) throws {
        let house = try Configuration.Settings.load(for: parsed)
        guard let text = parsed.text(ifGiven: "day") else {
            throw Failure("a day must be named: --day 2024-06-05 would be right", exitCode: 2)
        }
        let day = try OptionText.date(text, of: "--day")
        let state = house.path("state.folder")
        let recorded = try RecordedPlan(state, parsed.settingOverrides, house)
        do {
            let record = try LiveRecord(state: state, until: day)
            guard let last = record.instants.last?.at, last.dateUTC == day else {
                throw Failure(
                    "nothing was traded on \(day)"
                        + (record.instants.last.map { "; the last day before is \($0.at.dateUTC)" } ?? ""),
                    exitCode: 1)
            }
            let known = try KnownBars.table(parsed, house, recorded.plan, record)
            let parity = try DayParity(record, recorded.plan, model: recorded.model, known: known, on: day)
            let fit = VenueFit(record, on: day)
            if let path = parsed.text(ifGiven: "models") { try write(fit.settings(of: day), to: path) }
            let told = ParityText(parity, fit, account: recorded.plan.settings.account, isKnown: known != nil)
            try Console.write(
                parsed.flag("json") ? told.json : told.text(Terminal.standardOutput.paint))
        } catch let error as RecordError {
            throw Failure(error.description, exitCode: 1)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.dropLast().joined(separator: "/")
        try ResultFolder.write(
            [ResultFolder.File(name: String(parts.last ?? ""), bytes: Array(text.utf8))],
            to: folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder)
    }
}

/// What was traded, by the settings in the transcript, and the account in whose exchange the backtest believes.
private struct RecordedPlan {
    let plan: DeskPlan
    let model: DeskPlan

    init(_ state: String, _ overrides: [SettingOverride], _ house: Configuration.Settings) throws {
        let text = try RecordedSettings.text(in: state)
        plan = try DeskPlan(Configuration.Settings.load(recorded: text))
        let said = overrides.filter { ["backtest", "risk", "trading"].contains($0.key.prefix { $0 != "." }) }
        let asked = RecordedPlan.lines(house.canonicalText)
        let known = RecordedPlan.lines(text)
        for override in said
        where !RecordedPlan.keys.contains(override.key) && asked[override.key] != known[override.key] {
            throw Failure(
                "\(override.key) is what was traded, and stays as it was; what the exchange goes by may be another: "
                    + "backtest.commission=5bps would be right", exitCode: 2)
        }
        let others = known.filter { line in !said.contains { $0.key == line.key } }
        let lines = others.map { "\($0.key) = \($0.value)" } + said.map { "\($0.key) = \($0.text ?? "")" }
        model = try DeskPlan(Configuration.Settings.load(recorded: lines.joined(separator: "\n")))
    }

    /// Settings as they are recorded, by their keys.
    private static func lines(_ text: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let sign = line.firstRange(of: " = ") else { continue }
            found[String(line[..<sign.lowerBound])] = String(line[sign.upperBound...])
        }
        return found
    }

    /// The settings of the exchange.
    private static let keys = Set(
        ExchangeOptions.specs.map { "backtest." + $0.name.split(separator: "-").joined(separator: "_") })
}
