import Configuration
import Store

/// `tradewind data snapshot`: named states of the store.
enum SnapshotCommand {
    static let spec = CommandSpec(
        "snapshot", summary: "keep the store as it is under a name, and bring it back",
        discussion: """
            A snapshot is a folder like the store, under .snapshots, whose files are links to the same bytes: it costs \
            next to nothing until the store changes.
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
            try Console.write(
                isJSON ? json([made]) : "\(made.name): \(made.series) series, \(made.rows) bars\n")
        case "list":
            let all = try snapshots.list()
            try Console.write(isJSON ? json(all) : text(all))
        case "restore":
            let changed = try snapshots.restore(parsed.text("NAME"))
            let names = changed.map { "\($0)" }
            try Console.write(
                isJSON
                    ? JSONWriter.array(names) + "\n"
                    : names.isEmpty
                        ? "Nothing had changed.\n" : "restored: \(names.joined(separator: ", "))\n")
        case "diff":
            let found = try snapshots.difference(parsed.text("NAME"), parsed.text(ifGiven: "OTHER"))
            try Console.write(isJSON ? json(found) : text(found))
            if !found.isEmpty { throw Failure("", exitCode: 1) }
        case "remove": try snapshots.remove(parsed.text("NAME"))
        default: break
        }
    }

    private static func text(_ all: [Snapshots.Summary]) -> String {
        var table = Table(columns: [.text("snapshot"), .number("series"), .number("bars")])
        for item in all { table.add([item.name, "\(item.series)", "\(item.rows)"]) }
        return all.isEmpty ? "There is no snapshot.\n" : table.text()
    }

    private static func json(_ all: [Snapshots.Summary]) -> String {
        var json = JSONWriter()
        json.array { json in
            for item in all {
                json.object { json in
                    json.key("name")
                    json.string(item.name)
                    json.key("series")
                    json.integer(item.series)
                    json.key("rows")
                    json.integer(item.rows)
                }
            }
        }
        return json.text + "\n"
    }

    private static func text(_ found: [Snapshots.Difference]) -> String {
        var table = Table(columns: [
            .text("series"), .number("bars before"), .number("after"), .text("gone"), .text("new"),
            .text("changed"),
        ])
        for item in found {
            table.add([
                "\(item.key)", "\(item.rowsBefore)", "\(item.rowsAfter)",
                item.onlyBefore.joined(separator: " "),
                item.onlyAfter.joined(separator: " "), item.changed.joined(separator: " "),
            ])
        }
        return found.isEmpty ? "They are the same.\n" : table.text()
    }

    private static func json(_ found: [Snapshots.Difference]) -> String {
        var json = JSONWriter()
        json.array { json in
            for item in found {
                json.object { json in
                    json.key("series")
                    json.string("\(item.key)")
                    json.key("rows_before")
                    json.integer(item.rowsBefore)
                    json.key("rows_after")
                    json.integer(item.rowsAfter)
                    let lists = [
                        ("gone", item.onlyBefore), ("new", item.onlyAfter), ("changed", item.changed),
                    ]
                    for (key, names) in lists {
                        json.key(key)
                        json.array { json in for name in names { json.string(name) } }
                    }
                }
            }
        }
        return json.text + "\n"
    }
}
