import BrokerEdges
import Configuration
import Domain
import Glibc
import Mesh

/// `tradewind reconcile`: where the broker and the house see things otherwise, and a person's word on it.
enum ReconcileCommand {
    static let spec = CommandSpec(
        "reconcile", summary: "show where the broker and the house differ, and settle it",
        discussion: """
            Without an option it shows what differs, and the message with which the views part. What is settled is taken \
            into the books, or is somebody else's and left out of them; who said so and why is in the transcript of the \
            broker's service. It ends with 1 while something differs.
            """,
        options: [
            .option(
                "settle", value: "SYMBOL", help: "Settle what differs in a symbol, or cash.",
                group: "Settling"),
            .option(
                "as", value: "HOW", type: .choice(["book", "external"]),
                help: "book takes the broker's view into our books, external leaves it to somebody else.",
                group: "Settling"),
            .option("reason", value: "TEXT", help: "Why; it is on the record.", group: "Settling"),
            .flag("json", help: "Print JSON."),
        ],
        examples: [
            .init("tradewind reconcile", "what differs"),
            .init(
                "tradewind reconcile --settle AAPL --as external --reason 'bought by hand, to keep'",
                "shares that no strategy is to touch"),
        ])

    static func run(_ parsed: Parsed) throws {
        Stop.listen()
        let settings = try Configuration.Settings.load(for: parsed)
        let folder = try StandingFolder(in: settings.path("state.folder"))
        if let name = parsed.text(ifGiven: "settle") { return try settle(name, parsed, folder) }
        guard let standing = try folder.standing() else {
            throw Failure(
                "no broker's service has run with the transcripts in \(settings.path("state.folder"))")
        }
        try Console.write(parsed.flag("json") ? json(folder) : text(standing))
        if !(standing["reconciled"]?.flag ?? false) { throw Failure("", exitCode: 1) }
    }

    private static func json(_ folder: StandingFolder) throws -> String {
        String(decoding: try folder.standingBytes() ?? [], as: UTF8.self) + "\n"
    }

    private static func text(_ standing: JSONValue) -> String {
        let at = standing["at"]?.text ?? ""
        let isRunning = standing["running"]?.flag ?? false
        guard isRunning else { return "The broker's service has ended (\(at)): nothing is known since.\n" }
        let isReconciled = standing["reconciled"]?.flag ?? false
        var lines = [
            isReconciled
                ? "Reconciled since \(at)." : "Not reconciled since \(at).",
            "\(standing["working"]?.integer ?? 0) orders work, \(standing["unknown"]?.integer ?? 0) are unknown, "
                + "\(standing["kept"]?.integer ?? 0) wait to leave or for an answer.",
        ]
        if case .array(let differences)? = standing["differences"] {
            for difference in differences {
                let field = { (key: String) in difference[key]?.text ?? "" }
                lines += [
                    "", "\(field("symbol")): \(field("kind")) differs, and it is frozen",
                    "  here           \(field("ours"))", "  at the broker  \(field("theirs"))",
                    "  because        \(field("explanation"))", "  since          \(field("at"))",
                    "  the message    \(field("cause"))  (tradewind transcript show broker --topic local/news)",
                ]
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func settle(_ name: String, _ parsed: Parsed, _ folder: StandingFolder) throws {
        guard let how = parsed.text(ifGiven: "as"), let reason = parsed.text(ifGiven: "reason"),
            !reason.isEmpty
        else {
            throw Failure(
                "--settle \(name) needs --as book or --as external, and a --reason that is kept on the record",
                exitCode: 2)
        }
        guard name == "cash" || Symbol(name) != nil else {
            throw Failure("\(name) is no symbol; AAPL or cash would be right", exitCode: 2)
        }
        let now = System.now
        let id = "\(now.nanoseconds)-\(getpid())"
        try folder.wish(
            Command(id: id, verb: "settle", arguments: [name, how], who: who, why: reason, at: now))
        let end = now + 10 * Nanoseconds.second
        while try folder.isOpen(id), System.now < end, !Stop.isAsked { usleep(50_000) }
        guard try !folder.isOpen(id) else {
            return try Console.write(
                "It is taken when the broker's service runs: nobody has taken it for 10 s.\n")
        }
        try Console.write("\(name) is settled: \(how), for: \(reason)\n")
    }

    private static var who: String {
        guard let entry = getpwuid(getuid()) else { return "uid \(getuid())" }
        return String(cString: entry.pointee.pw_name)
    }
}
