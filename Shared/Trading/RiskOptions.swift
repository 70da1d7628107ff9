import Backtesting
import Configuration
import Domain
import Portfolio
import Risk
import Stops
import Strategies

/// What the command line and the settings say about risk: limits, stops, and how large positions are.
public enum RiskOptions {
    public static let specs: [OptionSpec] = [
        .option(
            "risk", value: "PRESET", type: .choice(RiskPreset.allCases.map(\.rawValue)),
            help: "The limits that trim and reject; without it risk.preset of the settings.", group: "Risk"),
        .option(
            "limit", value: "NAME=VALUE", repeats: true,
            help:
                "One limit: position_size=0.1, var_95=off; for a symbol or strategy position_size@AAPL=2%, "
                + "positions@strategy:momentum=5. docs/risk.md lists them.", group: "Risk"),
        .option(
            "stop", value: "RULE", repeats: true,
            help: "Give positions up: fixed:5%, trailing:5%, trailing:3atr, atr:3, breakeven:4%, time:10.",
            group: "Risk"),
        .option(
            "target", value: "LADDER",
            help: "Close parts of a position with profit: 5%:50%,10%:50%.", group: "Risk"),
        .option(
            "sector", value: "SYMBOL=NAME", repeats: true, help: "The sector of a symbol.", group: "Risk"),
        .option(
            "restricted", value: "A,B", type: .list, help: "Symbols that are not to be traded.",
            group: "Risk"),
        .option(
            "hard-to-borrow", value: "A,B", type: .list, help: "Symbols that are not sold short.",
            group: "Risk"),
        .option(
            "halt-lift", value: "WHEN",
            help: "How the run goes on after a halt: never, session, or days such as 30d.", group: "Risk"),
        .option(
            "risk-per-trade", value: "SHARE", type: .number(0...1),
            help: "What a position of --allocation risk-sized loses at its stop.", group: "Risk"),
    ]

    /// The command line is stronger than the settings. `labels` are the names by which orders know the strategies.
    public static func apply(
        _ parsed: Parsed, _ settings: Configuration.Settings, labels: [String], to run: inout BacktestSettings
    ) throws {
        do {
            run.risk = try risk(parsed, settings, labels)
            let rules = parsed.isGiven("stop") ? parsed.texts("stop") : settings.list("risk.stops")
            let targets =
                parsed.text(ifGiven: "target") ?? settings.list("risk.targets").joined(separator: ",")
            run.stops = try StopPlan(
                rules: rules.filter { $0 != "none" }, targets: targets == "none" ? "" : targets)
        } catch let error as RiskLimitError {
            throw failure(error.description, error.unknown, among: error.known)
        } catch let error as StopError {
            throw failure(error.description, error.unknown, among: error.known)
        }
        run.allocation.sizer.riskPerTrade =
            parsed.number(ifGiven: "risk-per-trade") ?? settings.number("risk.per_trade")
        run.allocation.sizer.shareMax = settings.number("risk.per_trade_size")
    }

    private static func failure(_ text: String, _ unknown: String?, among known: [String]) -> Failure {
        let near = unknown.flatMap { Spelling.nearest(to: $0, among: known) }
        return Failure(text + (near.map { "; did you mean \($0)?" } ?? ""), exitCode: 2)
    }

    private static func risk(
        _ parsed: Parsed, _ settings: Configuration.Settings, _ labels: [String]
    ) throws -> RiskSettings {
        let name = parsed.text(ifGiven: "risk") ?? settings.text("risk.preset")
        var risk = RiskSettings(RiskPreset(rawValue: name) ?? .none)
        for limit in RiskLimit.allCases {
            switch settings.value("risk.\(limit.rawValue)") {
            case .number(let number): risk.limits.append(ScopedLimit(limit, number))
            case .text("off"): risk.limits.append(ScopedLimit(limit, nil))
            default: break
            }
        }
        risk.limits += try (settings.list("risk.limits") + parsed.texts("limit")).map {
            try limit($0, labels)
        }
        risk.restricted = try symbols(parsed.list(ifGiven: "restricted") ?? settings.list("risk.restricted"))
        risk.hardToBorrow = try symbols(
            parsed.list(ifGiven: "hard-to-borrow") ?? settings.list("risk.hard_to_borrow"))
        risk.sectors = try (settings.list("risk.sectors") + parsed.texts("sector")).map { try sector($0) }
        risk.lift = try HaltLift(parsed.text(ifGiven: "halt-lift") ?? settings.text("risk.halt_lift"))
        risk.flattens = try settings.list("risk.halt_flatten").map { try HaltKind(named: $0) }
        return risk
    }

    /// A limit, whose strategy must be one of the run, or of the shelf: settings are for other runs, too.
    private static func limit(_ text: String, _ labels: [String]) throws -> ScopedLimit {
        let limit = try ScopedLimit(text)
        guard case .strategy(let name) = limit.scope, !labels.contains(name) else { return limit }
        let same = labels.filter { $0.hasPrefix("\(name)#") }
        guard same.isEmpty else {
            throw RiskLimitError(
                "\(text) could be for \(same.joined(separator: " or ")): one of these names would be right")
        }
        let shelf = StrategyRegistry.listed.map(\.name)
        guard shelf.contains(name) else {
            let known = labels.filter { !shelf.contains($0) } + shelf
            throw RiskLimitError(
                "\(text) is for no strategy that there is; there are \(known.joined(separator: ", "))",
                unknown: name, known: known)
        }
        return limit
    }

    private static func symbols(_ texts: [String]) throws -> [Symbol] {
        try texts.map { try OptionText.symbol($0) }
    }

    private static func sector(_ text: String) throws -> (symbol: Symbol, sector: String) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else {
            throw Failure("the sector \(text) has no name: AAPL=technology would be right", exitCode: 2)
        }
        return (try OptionText.symbol(parts[0]), String(parts[1]))
    }
}
