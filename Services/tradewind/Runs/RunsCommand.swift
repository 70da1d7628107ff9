import Configuration

/// `tradewind runs`: the backtests that were kept, by name.
enum RunsCommand {
    static let spec = CommandSpec(
        "runs", summary: "list, compare and reproduce the backtests that were made",
        discussion: """
            Every backtest is named by the hash of program, data, settings and seed, and written down in the folder \
            backtest.runs. RUN is a name, the beginning of one, or last.
            """,
        options: [.flag("json", help: "Print JSON.")],
        subcommands: [
            CommandSpec(
                "ls", summary: "list the runs, latest last",
                options: [
                    .option(
                        "top", value: "N", type: .integer(1...1_000_000), help: "Only the last N.")
                ]),
            CommandSpec(
                "show", summary: "show a run with its settings",
                arguments: [.argument("RUN", default: .text("last"), help: "Which run.")]),
            CommandSpec(
                "compare", summary: "show runs side by side, the best figures marked",
                arguments: [.argument("RUN", repeats: true, help: "Two runs or more.")]),
            CommandSpec(
                "reproduce", summary: "make a run again, and prove that it comes to the same",
                discussion: """
                    Runs again what is written down, and compares program, data and every byte of what came of it. Exit \
                    code 1 if anything differs.
                    """,
                options: [
                    .option(
                        "out", value: "FOLDER", type: .path, help: "Write the files of the run there as well."
                    )
                ],
                arguments: [.argument("RUN", default: .text("last"), help: "Which run.")]),
        ],
        examples: [
            .init("tradewind runs ls", "what was tried"),
            .init("tradewind runs compare 1c0de 2beef", "two runs side by side"),
            .init("tradewind runs reproduce last", "exit 1 if it does not come to the same"),
        ])

    static func run(_ parsed: Parsed) throws {
        let book = RunBook(try RunBook.folder(parsed))
        let (entries, broken) = try book.read()
        if broken > 0 {
            Console.error(
                "\(broken) \(broken == 1 ? "line" : "lines") of \(book.folder)/runs.jsonl cannot be read: a run that was "
                    + "killed while it was written down\n")
        }
        let isJSON = parsed.flag("json")
        switch parsed.command.last {
        case "show":
            let entry = try find(parsed.text("RUN"), entries)
            try Console.write(isJSON ? entry.text + "\n" : RunsText.show(entry, times: times(entry, entries)))
        case "compare":
            let chosen = try parsed.texts("RUN").map { try find($0, entries) }
            guard chosen.count > 1 else {
                throw Failure("compare takes two runs or more; `tradewind runs ls` lists them", exitCode: 2)
            }
            try Console.write(isJSON ? RunsText.json(chosen) : RunComparison(chosen).text)
        case "reproduce":
            let entry = try find(parsed.text("RUN"), entries)
            let proof = try Reproduction(entry, out: parsed.text(ifGiven: "out"))
            try Console.write(isJSON ? proof.json : proof.text)
            if !proof.isSame { throw Failure("", exitCode: 1) }
        default:
            let shown = RunsCommand.shown(entries, parsed.int(ifGiven: "top"))
            try Console.write(isJSON ? RunsText.json(shown.map(\.entry)) : RunsText.list(shown))
        }
    }

    /// Each run once, where it was made last, with how often it was made.
    private static func shown(_ entries: [RunEntry], _ top: Int?) -> [(entry: RunEntry, times: Int)] {
        var seen: [String: Int] = [:]
        for entry in entries { seen[entry.name, default: 0] += 1 }
        var shown: [(entry: RunEntry, times: Int)] = []
        for entry in entries.reversed() {
            guard let times = seen.removeValue(forKey: entry.name) else { continue }
            shown.append((entry, times))
            if shown.count == top { break }
        }
        return shown.reversed()
    }

    private static func times(_ entry: RunEntry, _ entries: [RunEntry]) -> Int {
        entries.count { $0.name == entry.name }
    }

    /// The latest run of a name.
    private static func find(_ name: String, _ entries: [RunEntry]) throws -> RunEntry {
        if name == "last", let last = entries.last { return last }
        let found = entries.filter { $0.name.hasPrefix(name) }
        let names = Set(found.map(\.name))
        guard names.count <= 1 else {
            throw Failure(
                "\(name) is the beginning of several runs: \(names.sorted().joined(separator: ", "))",
                exitCode: 2)
        }
        guard let entry = found.last else {
            let near = Spelling.nearest(to: name, among: Set(entries.map(\.name)).sorted())
            throw Failure(
                "there is no run \(name); "
                    + (near.map { "did you mean \($0)?" } ?? "`tradewind runs ls` lists them"),
                exitCode: 2)
        }
        return entry
    }
}
