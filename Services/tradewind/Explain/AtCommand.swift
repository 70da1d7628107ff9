import Configuration
import Domain
import Explaining
import Mesh

/// `tradewind at`: an account as it was at a moment.
enum AtCommand {
    static let spec = CommandSpec(
        "at", summary: "show positions, cash, orders, signals, halts and limits as they were at a moment",
        discussion: """
            Reads the transcripts under state.folder, while services run or after they ended, and shows what had been \
            said until then. A day stands for its end; `now` is how things are. Time is that of the messages: in a \
            replay, the data's.
            """,
        options: [.flag("json", help: "Print JSON.")],
        arguments: [.argument("TIME", help: "2012-03-05, 2012-03-05T21:00:00Z, or now")],
        examples: [
            .init("tradewind at 2012-03-05T21:00:00Z", "as it was at the close of that day"),
            .init("tradewind at now", "what is held, working and halted"),
        ])

    static func run(_ parsed: Parsed) throws {
        let search = try ExplainedState.search(parsed)
        defer { ExplainedState.tell(search.problems) }
        let text = parsed.text("TIME")
        let time = text == "now" ? System.now : try moment(text, "TIME", isEnd: true)
        let account = try AccountMoment(time, in: search)
        try Console.write(
            parsed.flag("json")
                ? account.json(unreadable: search.problems)
                : account.text(paint: Terminal.standardOutput.paint))
        guard account.newest != nil else {
            throw Failure("nothing had been said of an account by \(time)", exitCode: 1)
        }
    }
}
