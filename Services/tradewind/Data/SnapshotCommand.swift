import Configuration
import Store

/// `tradewind data snapshot`: named states of the store.
enum SnapshotCommand {
    static let spec = CommandSpec(
        "snapshot", summary: "keep the store as it is under a name, and bring it back",
        discussion: """
            A snapshot is a folder like the store, under .snapshots, whose files are links to the same bytes: it costs \
            next to nothing until the store changes. The splits and dividends beside the bars are in it.
            """,
        options: [StorePlace.option, .flag("json", help: "Print JSON.")],
        subcommands: [
            CommandSpec("create", summary: "keep the store as it is now", arguments: [name]),
            CommandSpec("list", summary: "list the snapshots"),
            CommandSpec(
                "restore", summary: "make the store as it was",
                discussion:
                    "What the store has and the snapshot has not is gone: make a snapshot of it first.",
                arguments: [name]),
            CommandSpec(
                "diff", summary: "tell how two states differ; exit code 1 if they do",
                arguments: [
                    name,
                    .argument(
                        "OTHER", required: false, help: "A second snapshot; without it the store as it is."),
                ]),
            CommandSpec("remove", summary: "forget a snapshot", arguments: [name]),
        ],
        examples: [
            .init("tradewind data snapshot create before-import", "before something large"),
            .init("tradewind data snapshot diff before-import", "what has changed since"),
        ])

    private static let name = ArgumentSpec.argument("NAME", help: "The snapshot's name.")

    static func run(_ parsed: Parsed) throws {
        let snapshots = Snapshots(try StorePlace.opened(parsed))
        let isJSON = parsed.flag("json")
        switch parsed.command.last {
        case "create":
            let made = try snapshots.create(parsed.text("NAME"))
            try Console.write(isJSON ? SnapshotText.json([made]) : SnapshotText.text(made))
        case "list":
            let all = try snapshots.list()
            try Console.write(isJSON ? SnapshotText.json(all) : SnapshotText.text(all))
        case "restore":
            let done = try snapshots.restore(parsed.text("NAME"))
            try Console.write(isJSON ? SnapshotText.json(done) : SnapshotText.text(done))
        case "diff":
            let found = try snapshots.difference(parsed.text("NAME"), parsed.text(ifGiven: "OTHER"))
            try Console.write(isJSON ? SnapshotText.json(found) : SnapshotText.text(found))
            if !found.isEmpty { throw Failure("", exitCode: 1) }
        case "remove": try snapshots.remove(parsed.text("NAME"))
        default: break
        }
    }
}
