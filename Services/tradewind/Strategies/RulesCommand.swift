import Configuration
import Domain
import Rules
import Strategies
import StrategyFiles

/// `tradewind rules`: strategies without code.
enum RulesCommand {
    static let spec = CommandSpec(
        "rules", summary: "check rules without code, and list what they may use",
        subcommands: [
            CommandSpec(
                "check", summary: "whether a file of rules can be used, and what it says",
                options: [.flag("json", help: "Print what was found as JSON.")],
                arguments: [.argument("FILE", type: .path, help: "The rules, in YAML.")],
                examples: [
                    .init("tradewind rules check rules/pullback.yaml", "exit 2 where it cannot be used")
                ]),
            CommandSpec(
                "words", summary: "everything that a rule may use, a line each",
                discussion:
                    "Indicators are listed by `tradewind indicators list`; each is a function of its name."),
        ])

    static func run(_ parsed: Parsed) throws {
        if parsed.path.last == "words" { return try words() }
        let sheet = try StrategyFiles.sheet(parsed.text("FILE"))
        let made = try check(sheet)
        try Console.write(parsed.flag("json") ? json(sheet, made) : text(sheet, made))
    }

    /// With its defaults, for a symbol that stands for any.
    private static func check(_ sheet: RuleSheet) throws -> RuleStrategy {
        do throws(ParameterError) {
            return try sheet.make(try Arguments(sheet.parameters, of: sheet.name), symbols: [])
        } catch {
            throw Failure(error.description, exitCode: 2)
        }
    }

    private static func text(_ sheet: RuleSheet, _ made: RuleStrategy) -> String {
        var text = "\(sheet.name): \(sheet.summary)\n\n"
        text += sheet.words.map { "  \($0)\n" }.joined()
        if !sheet.parameters.isEmpty { text += "\n" + StrategyText.parameters(sheet.parameters) }
        return text + "\nready after \(made.warmUp) bars; \(made.steps) steps a bar\n"
    }

    private static func json(_ sheet: RuleSheet, _ made: RuleStrategy) -> String {
        var json = JSONWriter()
        json.object { json in
            StrategyText.write(sheet, &json)
            json.key("rules")
            json.array { json in sheet.words.forEach { json.string($0) } }
            json.key("warm_up")
            json.integer(made.warmUp)
            json.key("steps")
            json.integer(made.steps)
        }
        return json.text + "\n"
    }

    private static func words() throws {
        var series = Table(columns: [.text("series"), .text("what")])
        for each in Series.allCases where each != .session { series.add([each.name, each.meaning]) }
        var functions = Table(columns: [.text("function"), .text("what")])
        for each in Function.allCases { functions.add([each.call, each.meaning]) }
        let terminal = Terminal.standardOutput
        let width = terminal.isTerminal ? terminal.width : nil
        try Console.write(
            series.text(width: width, paint: terminal.paint) + "\n"
                + functions.text(width: width, paint: terminal.paint)
                + "\nand every indicator of `tradewind indicators list`, by its name: sma(close, 20), macd(12, 26, 9).signal\n"
        )
    }
}
