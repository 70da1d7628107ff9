import Configuration
import Domain
import Explaining

/// `tradewind why`: how an order, a fill, a position or any message came about.
enum WhyCommand {
    static let spec = CommandSpec(
        "why", summary: "tell how an order, fill, position or rejection came about",
        discussion: """
            Follows causes through all transcripts under state.folder, while services run or after they ended: from the \
            bar or quote through signal, proposal, every risk check with its figures, order and the venue's answers to \
            fills and position. Each line says when it was sent, and how long after its cause. Exits with 1 where a \
            link of the chain is in no transcript, with 2 where nothing is called so.
            """,
        options: [
            .flag("tree", help: "Draw each message below the one that brought it about, with its name."),
            .flag("json", help: "Print every message whole, as JSON."),
            .option("at", value: "TIME", help: "Of a position: as it was then, a day or a time in UTC."),
        ],
        arguments: [
            .argument(
                "WHAT",
                help:
                    "an order's or a fill's id or its beginning, a symbol for its position, or a message's name, "
                    + "TOPIC:EPOCH/NUMBER")
        ],
        examples: [
            .init("tradewind why 5d3a", "the order whose id begins so, rejected or not"),
            .init("tradewind why AAPL", "what made the position in AAPL what it is"),
            .init("tradewind why AAPL --at 2012-03-05 --tree", "what it was at the end of that day"),
            .init("tradewind why trading/verdict:1/42", "what led to this message"),
        ])

    static func run(_ parsed: Parsed) throws {
        guard !(parsed.flag("tree") && parsed.flag("json")) else {
            throw Failure("--tree and --json do not go together; leave one of them out", exitCode: 2)
        }
        let search = try ExplainedState.search(parsed)
        defer { ExplainedState.tell(search.problems) }
        let until = try parsed.text(ifGiven: "at").map { try moment($0, "--at", isEnd: true) }
        let subject = try Subject(parsed.text("WHAT"), in: search, until: until)
        let story = try Story(of: subject.copies) { cause, effect in
            // What never leaves a service has the same name in each of them.
            try search.find(cause, of: cause.topic.lane == .local ? String(effect.service) : nil)
        }
        if parsed.flag("json") {
            try Console.write(story.json(subject, unreadable: search.problems))
        } else {
            let text = StoryText(subject, story, paint: Terminal.standardOutput.paint)
            try Console.write(parsed.flag("tree") ? text.asTree : text.inWords)
        }
        if !story.isWhole { throw Failure("", exitCode: 1) }
    }
}

/// The transcripts that a command explains by.
enum ExplainedState {
    static func search(_ parsed: Parsed) throws -> StateSearch {
        let search = try StateSearch(Settings.load(for: parsed).path("state.folder"))
        guard !search.shards.isEmpty else {
            throw Failure(
                "there is no transcript in \(visible(search.folder)); name its folder with --set state.folder=…"
            )
        }
        return search
    }

    /// Whatever an answer is, it is of what could be read.
    static func tell(_ problems: [String]) {
        for problem in problems { Console.error("tradewind: not searched: \(problem)\n") }
    }
}
