import Configuration
import Explaining

/// `tradewind diff`: two sides' decisions, one against the other.
enum DiffCommand {
    static let spec = CommandSpec(
        "diff", summary: "compare the decisions of two state folders, parts or strategies, by number",
        discussion: """
            Holds signals, proposals, verdicts, halts, orders and fills against each other: the first of a kind \
            against the first, and so on. Shows how far they are alike, and the first difference field by field. \
            Who said a thing, under which number of which epoch and because of which message is not compared. Where \
            strategies or accounts with different names are compared, neither are names and the ids made of them. \
            Exits with 1 where they differ.
            """,
        options: [.flag("json", help: "Print JSON.")],
        arguments: [
            .argument(
                "A", help: "a state folder, the folder of one shard, or FOLDER:STRATEGY for one strategy"),
            .argument("B", help: "the same"),
        ],
        examples: [
            .init("tradewind diff state replayed", "two meshes, or two versions of one"),
            .init("tradewind diff state:S1 state:S2", "two strategies of one account"),
            .init("tradewind diff old/strategist/2 new/strategist/2", "one part of a divided service"),
        ])

    static func run(_ parsed: Parsed) throws {
        let comparison = DecisionComparison(
            try Decisions(parsed.text("A")), try Decisions(parsed.text("B")))
        ExplainedState.tell(comparison.left.problems + comparison.right.problems)
        guard !comparison.rows.isEmpty else {
            throw Failure("neither side has decided anything", exitCode: 1)
        }
        try Console.write(
            parsed.flag("json")
                ? comparison.json : comparison.text(paint: Terminal.standardOutput.paint))
        if !comparison.areAlike { throw Failure("", exitCode: 1) }
    }
}
