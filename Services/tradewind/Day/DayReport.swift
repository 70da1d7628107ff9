import Backtesting
import Configuration
import Domain
import Explaining
import Trading

/// `tradewind day report`: what the account under `state.folder` came to, on a day or on all of them.
struct DayReport {
    static let spec = CommandSpec(
        "report", summary: "tell what an account came to on a day, or on each day",
        discussion: """
            Reads the transcripts under state.folder, while services run or after they ended: equity, profit, signals, \
            orders, fills and fees, by day and by strategy. Of one day also what halted trading and what people told the \
            services, why orders were rejected, and what was held and worked at its end.
            """,
        options: [.flag("json", help: "Print JSON.")],
        arguments: [
            .argument(
                "DAY", required: false, help: "2024-06-05, by the date in New York; without it each day")
        ],
        examples: [
            .init("tradewind day report 2024-06-05", "of the mesh under state.folder"),
            .init(
                "tradewind day report --set state.folder=state/paper", "each day of the last `tradewind run`"),
        ])

    private let report: AccountReport
    private let account: String
    private let day: CivilDate?
    /// As it was at the end of that day.
    private let end: AccountMoment?

    static func run(_ parsed: Parsed) throws {
        let search = try ExplainedState.search(parsed)
        let report = try DayReport(search, on: parsed.text(ifGiven: "DAY"))
        try Console.write(
            parsed.flag("json") ? report.json : report.text(Terminal.standardOutput.paint))
    }

    private init(_ search: StateSearch, on text: String?) throws {
        let settings = try DeskPlan(Settings.load(recorded: RecordedSettings.text(in: search.folder)))
            .settings
        day = try text.map { try OptionText.date($0, of: "DAY") }
        account = settings.account
        report = try AccountReport(search, cash: settings.cash, on: day)
        if report.days.isEmpty {
            throw Failure(
                "nothing was recorded on \(day.map { "\($0)" } ?? "any day")"
                    + (report.known.map { "; there is something from \($0.first) to \($0.last)" } ?? ""),
                exitCode: 1)
        }
        end = try day.map { day in
            let midnight = EasternTime.moment(on: day + 1, at: 0)
            return try AccountMoment(Timestamp(nanoseconds: midnight.nanoseconds - 1), in: search)
        }
    }

    // MARK: for a person

    private func text(_ paint: Paint) -> String {
        var text = paint("account \(visible(account))", .bold) + "\n\n" + report.text(paint)
        guard let day, let end else { return text }
        text += DayReport.part("said", report.said.map { "\($0.at)  \($0.text)" })
        text += DayReport.part("checks of risk that rejected", DayReport.counts(report.checks))
        text += DayReport.part("refused by the venue", DayReport.counts(report.refusals))
        text += end.standing(paint: paint)
        text +=
            "\nLook closer: `tradewind at \(day)`, `tradewind verify --day \(day)`, `tradewind parity --day \(day)`"
        return text + (report.lastFilled.map { ", `tradewind why \($0.prefix(8))`" } ?? "") + "\n"
    }

    private static func part(_ name: String, _ lines: [String]) -> String {
        "\n" + name + (lines.isEmpty ? ": none\n" : ":\n" + lines.map { $0 + "\n" }.joined())
    }

    /// The most frequent first.
    private static func counts(_ counts: [String: Int]) -> [String] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            "\($0.value)  \($0.key.isEmpty ? "without a reason" : visible($0.key))"
        }
    }

    // MARK: for a program

    private var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("account")
            json.string(account)
            json.key("report")
            report.write(&json)
            json.key("said")
            json.array { json in
                for word in report.said {
                    json.object { json in
                        json.key("at")
                        json.string("\(word.at)")
                        json.key("text")
                        json.string(word.text)
                    }
                }
            }
            for (name, counts) in [("rejected", report.checks), ("refused", report.refusals)] {
                json.key(name)
                json.object { json in
                    for (reason, count) in counts.sorted(by: { $0.key < $1.key }) {
                        json.key(reason)
                        json.integer(count)
                    }
                }
            }
        }
        return json.text + "\n"
    }
}
