/// `tradewind config`: checks the settings, or shows each with its origin.
public enum ConfigCommand {
    /// The command with its subcommands `check`, `show` and `reference`, to stand among those of `tradewind`.
    /// Its parent takes the common options.
    public static let spec = CommandSpec(
        "config", summary: "check the settings, or show each with its origin",
        discussion: """
            Settings come from config/tradewind.yaml, then from the file of the environment beside it \
            (config/tradewind.<environment>.yaml), then from variables (TRADEWIND_FEED_SPEED is feed.speed), \
            then from --set. The later is stronger. Secrets are never shown.
            """,
        subcommands: [
            CommandSpec(
                "check", summary: "read all settings and report every mistake",
                discussion: "Ends with exit code 0 if all is well, and with 1 after a list of the mistakes.",
                options: [.flag("json", help: "Write the mistakes as JSON to standard output.")],
                examples: [
                    .init("tradewind config check", "check before a restart"),
                    .init(
                        "TRADEWIND_ENVIRONMENT=paper tradewind config check", "check another environment"),
                ]),
            CommandSpec(
                "show", summary: "show each setting, its value and where it came from",
                options: [
                    .flag("json", help: "Write JSON instead of a table."),
                    .flag("given", help: "Leave out what has its default."),
                    .flag(
                        "canonical", help: "Write the sorted lines that are hashed."),
                ],
                examples: [
                    .init("tradewind config show --given", "what differs from the defaults"),
                    .init("tradewind config show --set feed.speed=10", "what an override would do"),
                ]),
            CommandSpec(
                "reference", summary: "describe every setting that exists, as Markdown",
                discussion: "The output is the table of docs/settings.md."),
        ])

    /// Runs `config check`, `config show` or `config reference`, whichever was parsed.
    public static func run(
        _ parsed: Parsed, _ schema: Schema = .tradewind, from outside: Surroundings = .process,
        terminal: Terminal = .standardOutput, write: (String) throws -> Void = { try Console.write($0) }
    ) throws {
        switch parsed.path.last {
        case "check": return try check(parsed, schema, outside, write)
        case "reference": return try write(schema.reference)
        default: break
        }
        let settings = try Settings.load(schema, from: outside, for: parsed)
        if parsed.flag("canonical") {
            try write(settings.canonicalText)
        } else if parsed.flag("json") {
            try write(settings.json(onlyGiven: parsed.flag("given")) + "\n")
        } else {
            try write(
                settings.table(
                    onlyGiven: parsed.flag("given"), width: terminal.isTerminal ? terminal.width : nil,
                    paint: terminal.paint))
        }
    }

    private static func check(
        _ parsed: Parsed, _ schema: Schema, _ outside: Surroundings, _ write: (String) throws -> Void
    ) throws {
        let settings: Settings
        do {
            settings = try Settings.load(schema, from: outside, for: parsed)
        } catch {
            guard parsed.flag("json") else { throw error }
            try write(json(error.problems) + "\n")
            throw Failure("")
        }
        if parsed.flag("json") { return try write("[]\n") }
        let files =
            settings.files.isEmpty ? "no settings file; " : settings.files.joined(separator: ", ") + ": "
        let count = schema.settings.count { settings.origin(of: $0) != .standard }
        try write(
            "\(files)all is well; \(count) of \(schema.settings.count) settings are given\n"
        )
    }

    private static func json(_ problems: [SettingsProblem]) -> String {
        var json = JSONWriter()
        json.array { json in
            for problem in problems {
                json.object { json in
                    json.key("source")
                    json.string(problem.source)
                    json.key("line")
                    problem.line.map { json.integer($0) } ?? json.null()
                    json.key("column")
                    problem.column.map { json.integer($0) } ?? json.null()
                    json.key("key")
                    problem.key.map { json.string($0) } ?? json.null()
                    json.key("problem")
                    json.string(problem.sentence)
                }
            }
        }
        return json.text
    }
}
