import Configuration
import Domain
import Store

/// What `tradewind data snapshot` says, to people and as JSON.
enum SnapshotText {
    private static let older = "from before snapshots took splits and dividends"

    // MARK: Snapshots

    static func text(_ made: Snapshots.Summary) -> String {
        let symbols = count(made.actions ?? 0, "symbol")
        return "\(made.name): \(made.series) series, \(made.rows) bars, splits and dividends of \(symbols)\n"
    }

    static func text(_ all: [Snapshots.Summary]) -> String {
        guard !all.isEmpty else { return "There is no snapshot.\n" }
        var table = Table(columns: [
            .text("snapshot"), .number("series"), .number("bars"), .text("splits and dividends"),
        ])
        for item in all {
            let actions = item.actions.map { "of \(count($0, "symbol"))" } ?? "none: it is \(older)"
            table.add([item.name, "\(item.series)", "\(item.rows)", actions])
        }
        return table.text()
    }

    static func json(_ all: [Snapshots.Summary]) -> String {
        var json = JSONWriter()
        json.array { json in
            for item in all {
                json.object { json in
                    json.key("name")
                    json.string(item.name)
                    for (key, count) in [("series", item.series), ("rows", item.rows)] {
                        json.key(key)
                        json.integer(count)
                    }
                    json.key("actions")
                    if let actions = item.actions { json.integer(actions) } else { json.null() }
                }
            }
        }
        return json.text + "\n"
    }

    // MARK: A restore

    static func text(_ done: Snapshots.Restored) -> String {
        var text = ""
        let actions = done.actions ?? []
        if !done.series.isEmpty {
            text += "restored: \(done.series.map { "\($0)" }.joined(separator: ", "))\n"
        }
        if !actions.isEmpty {
            text += "restored the splits and dividends of \(actions.joined(separator: ", "))\n"
        }
        if text.isEmpty { text = "Nothing had changed.\n" }
        guard done.actions == nil else { return text }
        return text + "The snapshot is \(older): those of the store were left as they are.\n"
    }

    static func json(_ done: Snapshots.Restored) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("series")
            json.array { json in for key in done.series { json.string("\(key)") } }
            json.key("actions")
            if let actions = done.actions { add(actions, &json) } else { json.null() }
        }
        return json.text + "\n"
    }

    // MARK: Differences

    static func text(_ found: Snapshots.Differences) -> String {
        var text = ""
        if !found.series.isEmpty {
            var table = Table(columns: [
                .text("series"), .number("bars before"), .number("after"), .text("gone"), .text("new"),
                .text("changed"),
            ])
            for item in found.series {
                table.add([
                    "\(item.key)", "\(item.rowsBefore)", "\(item.rowsAfter)",
                    item.onlyBefore.joined(separator: " "), item.onlyAfter.joined(separator: " "),
                    item.changed.joined(separator: " "),
                ])
            }
            text += table.text()
            for reason in found.series.flatMap(\.unread) { text += "cannot be compared: \(reason)\n" }
        }
        guard let actions = found.actions else {
            return text + (text.isEmpty ? "The bars are the same.\n" : "")
                + "Splits and dividends cannot be compared: one of the two is \(older).\n"
        }
        for (word, symbols) in lists(actions) where !symbols.isEmpty {
            text += "splits and dividends \(word): \(symbols.joined(separator: " "))\n"
        }
        return text.isEmpty ? "They are the same.\n" : text
    }

    static func json(_ found: Snapshots.Differences) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("series")
            json.array { json in for item in found.series { add(item, &json) } }
            json.key("actions")
            guard let actions = found.actions else { return json.null() }
            json.object { json in
                for (word, symbols) in lists(actions) {
                    json.key(word)
                    add(symbols, &json)
                }
            }
        }
        return json.text + "\n"
    }

    private static func add(_ item: Snapshots.Difference, _ json: inout JSONWriter) {
        json.object { json in
            json.key("series")
            json.string("\(item.key)")
            for (key, count) in [("rows_before", item.rowsBefore), ("rows_after", item.rowsAfter)] {
                json.key(key)
                json.integer(count)
            }
            let lists = [
                ("gone", item.onlyBefore), ("new", item.onlyAfter), ("changed", item.changed),
                ("unread", item.unread),
            ]
            for (key, names) in lists {
                json.key(key)
                add(names, &json)
            }
        }
    }

    private static func lists(_ actions: Snapshots.Differences.Actions) -> [(String, [String])] {
        [("gone", actions.onlyBefore), ("new", actions.onlyAfter), ("changed", actions.changed)]
    }

    private static func add(_ texts: [String], _ json: inout JSONWriter) {
        json.array { json in for text in texts { json.string(text) } }
    }

    private static func count(_ count: Int, _ word: String) -> String {
        "\(count) \(word)\(count == 1 ? "" : "s")"
    }
}
