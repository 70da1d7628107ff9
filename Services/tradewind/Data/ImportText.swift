import Configuration
import Store

/// What an import did, for a terminal and as JSON.
enum ImportText {
    static func text(_ outcomes: [ImportCommand.Outcome], store: String) -> String {
        var table = Table(columns: [
            .text("file"), .text("series"), .number("rows"), .number("new"), .number("changed"),
            .number("there"),
            .number("twice"), .number("left out"),
        ])
        for outcome in outcomes {
            let series = outcome.series.sorted()
            table.add([
                outcome.path, series.count == 1 ? "\(series[0])" : "\(series.count)", "\(outcome.rows)",
                "\(outcome.done.added)", "\(outcome.done.replaced)", "\(outcome.done.same)",
                "\(outcome.done.repeated)",
                "\(outcome.skippedCount)",
            ])
        }
        var text = table.text(width: nil, paint: Terminal.standardOutput.paint)
        for outcome in outcomes {
            if let failure = outcome.failure { text += "nothing was taken: \(failure)\n" }
            for (kind, reason, count, first) in outcome.skipped {
                let rows = count == 1 ? "line \(first)" : "\(count) lines, of which line \(first) says"
                text += "left out: \(outcome.path): \(kind): \(rows): \(reason)\n"
            }
        }
        return text + "into \(store)\n"
    }

    static func json(_ outcomes: [ImportCommand.Outcome]) -> String {
        var json = JSONWriter()
        json.array { json in for outcome in outcomes { write(outcome, &json) } }
        return json.text + "\n"
    }

    private static func write(_ outcome: ImportCommand.Outcome, _ json: inout JSONWriter) {
        json.object { json in
            json.key("file")
            json.string(outcome.path)
            json.key("series")
            json.array { json in for key in outcome.series.sorted() { json.string("\(key)") } }
            let counts = [
                ("rows", outcome.rows), ("new", outcome.done.added), ("changed", outcome.done.replaced),
                ("there", outcome.done.same), ("twice", outcome.done.repeated),
                ("left_out", outcome.skippedCount),
            ]
            for (key, count) in counts {
                json.key(key)
                json.integer(count)
            }
            json.key("failure")
            if let failure = outcome.failure { json.string(failure) } else { json.null() }
            json.key("reasons")
            json.array { json in
                for (kind, reason, count, first) in outcome.skipped {
                    json.object { json in
                        json.key("kind")
                        json.string(kind)
                        json.key("reason")
                        json.string(reason)
                        json.key("rows")
                        json.integer(count)
                        json.key("first")
                        json.integer(first)
                    }
                }
            }
        }
    }
}
