import Configuration
import Domain
import Explaining
import Glibc
import Mesh

/// `tradewind pause`, `resume`, `halt`, `flatten`, `limit` and `cancel`: what a person tells the services of trading.
enum ControlCommands {
    static let specs: [CommandSpec] = [
        spec(
            "pause", "open nothing new; what is held stays",
            "Risk rejects whatever would add to a position, and execution takes back what works to open one.",
            example: "tradewind pause --why 'news at ten'"),
        spec(
            "resume", "lift a halt, all of them by default",
            "Closing that goes on ends, too. The drawdown is measured from the equity as it is then.",
            arguments: [
                .argument(
                    "KIND", required: false,
                    help: "manual, drawdown, rejections, broker_errors or data_loss")
            ], example: "tradewind resume manual --why 'the news was harmless'"),
        spec(
            "halt", "open nothing new, and close what is held if the policy says so",
            """
            As pause; and where risk.halt_flatten names manual, or with --close, execution cancels what works and closes \
            every position by itself, though strategist and portfolio be dead.
            """,
            options: [
                .flag("close", help: "Close what is held, whatever the policy says."),
                .flag("keep", help: "Keep what is held, whatever the policy says."),
            ], example: "tradewind halt --close --why 'the model is wrong'"),
        spec(
            "flatten", "close what is held, all or some symbols",
            "Nothing is halted: a strategy may open a position again; `tradewind halt --close` prevents that.",
            arguments: [
                .argument("SYMBOL", required: false, repeats: true, help: "all that is held by default")
            ],
            example: "tradewind flatten AAPL IBM --why 'earnings tonight'"),
        CommandSpec(
            "limit", summary: "set a limit of risk for a while",
            subcommands: [
                spec(
                    "set", "set a limit of risk, for a while or for good",
                    "As in settings: position_size=5%, position_size@AAPL=2%, daily_drawdown=off. docs/risk.md has all.",
                    options: [
                        .option(
                            "until", value: "TIME", help: "A day, to its end, or a time; by default for good."
                        )
                    ],
                    arguments: [.argument("LIMIT", help: "NAME=VALUE, NAME@SYMBOL=VALUE")],
                    example: "tradewind limit set position_size=5% --until 2024-03-15 --why 'expiry week'")
            ]),
        spec(
            "cancel", "cancel orders that work",
            "What they have traded stays.",
            options: [.flag("all", help: "Every order that works.")],
            arguments: [
                .argument("ORDER", required: false, repeats: true, help: "ids, or their beginnings")
            ], example: "tradewind cancel 5d3a --why 'stale'"),
    ]

    private static func spec(
        _ name: String, _ summary: String, _ discussion: String, options: [OptionSpec] = [],
        arguments: [ArgumentSpec] = [], example: String
    ) -> CommandSpec {
        CommandSpec(
            name, summary: summary,
            discussion: discussion
                + " The command is signed with the key of whoever gives it, and stands in the transcripts of the services "
                + "that took it. Exits with 1 if one of them did not.",
            options: options + [
                .option(
                    "why", value: "TEXT", help: "The reason, which goes on the record; it must be given."),
                .option("as", value: "NAME", help: "Who gives it: the user by default."),
                .flag("yes", help: "Do not ask; needed where nobody can be asked."),
                .flag("json", help: "Print JSON."),
            ], arguments: arguments, examples: [.init(example, "with the reason on the record")])
    }

    static func run(_ parsed: Parsed) throws {
        let verb = parsed.command[0]
        guard let why = parsed.text(ifGiven: "why"), !why.isEmpty else {
            throw Failure(
                "--why is missing: the reason goes on the record; --why 'news at ten' would be right",
                exitCode: 2)
        }
        let settings = try Settings.load(for: parsed)
        let orders = try ControlOrders(parsed, verb, settings)
        try confirm(orders.question, parsed)
        let who = try name(parsed)
        let keys = CommandKeys(settings)
        if !keys.has(who) {
            try keys.make(who)
            Console.error("tradewind: a key of \(who) was made in \(keys.folder)\n")
        }
        let now = System.now
        let commands = try orders.services.map { service in
            var command = Command(
                id: "\(who)-\(now.nanoseconds)", verb: verb, arguments: orders.arguments, who: who, why: why,
                at: now)
            try keys.sign(&command, for: service)
            return (service: service, command: command)
        }
        let outcomes = try CommandSender(MeshSettings(settings), as: who).send(
            commands, patience: 5 * Nanoseconds.second)
        try tell(orders.services, outcomes, parsed)
    }

    private static func name(_ parsed: Parsed) throws -> String {
        let user = getenv("USER").map { String(cString: $0) } ?? ""
        let name = parsed.text(ifGiven: "as") ?? (user.isEmpty ? "operator" : user)
        guard CommandKeys.isName(name) else {
            throw Failure(
                "\(visible(name)) cannot be a person's name: letters, digits, - and _; --as anna would be right",
                exitCode: 2)
        }
        return name
    }

    /// Asks whoever sits there; where nobody does, `--yes` has to be given.
    private static func confirm(_ question: String?, _ parsed: Parsed) throws {
        guard let question, !parsed.flag("yes") else { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure("\(question) --yes is needed where nobody can be asked", exitCode: 2)
        }
        Console.error("\(question) Type yes: ")
        guard readLine() == "yes" else { throw Failure("nothing was done", exitCode: 1) }
    }

    private static func tell(
        _ services: [String], _ outcomes: [String: CommandSender.Outcome], _ parsed: Parsed
    ) throws {
        var json = JSONWriter()
        var text = ""
        var isWhole = true
        json.object { json in
            for service in services {
                json.key(service)
                json.object { json in
                    switch outcomes[service] ?? .silent {
                    case .taken(let by, let after):
                        json.key("taken_by")
                        json.string(by)
                        json.key("after_ns")
                        json.integer(after)
                        text += "\(visible(by)) took it after \(durationText(after))\n"
                    case .refused(let why):
                        isWhole = false
                        json.key("refused")
                        json.string(why)
                        Console.error("tradewind: \(visible(why))\n")
                    case .silent:
                        isWhole = false
                        json.key("silent")
                        json.flag(true)
                        Console.error(
                            "tradewind: \(service) did not answer; `tradewind status` shows if it runs\n")
                    }
                }
            }
        }
        try Console.write(parsed.flag("json") ? json.text + "\n" : text)
        if !isWhole { throw Failure("", exitCode: 1) }
    }
}
