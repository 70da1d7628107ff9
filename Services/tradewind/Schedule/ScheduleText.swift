import Configuration
import Domain
import Scheduling

/// What comes and what was, for people and for programs.
struct ScheduleText {
    let coming: [ScheduleCommand.Coming]
    let runs: [JobHistory.Run]

    func tables(paint: Paint) -> String {
        guard !coming.isEmpty || !runs.isEmpty else {
            return "Nothing is planned: scheduler.jobs names no job (docs/operations.md).\n"
        }
        var text = ""
        if !coming.isEmpty {
            var table = Table(columns: [.text("job"), .text("when"), .text("next (UTC)"), .text("command")])
            for each in coming.sorted(by: { ($0.due?.at ?? .distantFuture) < ($1.due?.at ?? .distantFuture) })
            {
                table.add([
                    each.job.name, each.job.time.description, each.due.map { "\($0.at)" } ?? "never",
                    each.job.words.joined(separator: " "),
                ])
            }
            text += table.text(width: nil, paint: paint)
        }
        guard !runs.isEmpty else { return text + "\nNone has run yet.\n" }
        var table = Table(columns: [
            .text("run"), .text("due (UTC)"), .text("how"), .number("took"), .text("what it said"),
        ])
        for run in runs {
            let style: Style = run.state == .failed || run.state == .missed ? .red : .plain
            table.add(
                [
                    run.run, "\(run.dueAt)", "\(run.state)", run.took.map(span) ?? "-",
                    visible(run.explanation),
                ],
                style: style)
        }
        return text + (text.isEmpty ? "" : "\n") + table.text(width: nil, paint: paint)
    }

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("next")
            json.array { json in
                for each in coming {
                    json.object { json in
                        json.key("job")
                        json.string(each.job.name)
                        json.key("when")
                        json.string(each.job.time.description)
                        json.key("command")
                        json.array { json in for word in each.job.words { json.string(word) } }
                        json.key("at")
                        json.string(each.due.map { "\($0.at)" } ?? "")
                    }
                }
            }
            json.key("ran")
            json.array { json in
                for run in runs {
                    json.object { json in
                        let fields = [
                            ("job", run.name), ("run", run.run), ("due", "\(run.dueAt)"),
                            ("state", "\(run.state)"),
                            ("begun", run.begunAt.map { "\($0)" } ?? ""),
                            ("ended", run.endedAt.map { "\($0)" } ?? ""), ("explanation", run.explanation),
                        ]
                        for (key, value) in fields {
                            json.key(key)
                            json.string(value)
                        }
                    }
                }
            }
        }
        return json.text + "\n"
    }
}

extension JobHistory.Run {
    var took: Int64? {
        guard let begunAt, let endedAt else { return nil }
        return endedAt - begunAt
    }
}
