import Configuration
import Domain
import Explaining

/// What is told when the week is over: its days, that all of it can be derived again, and that a backtest comes to it.
struct PaperEnd {
    private let week: PaperWeek
    private let seconds: Double
    private let report: AccountReport
    private let verified: [VerifyCommand.Row]
    private let page: String
    /// The first line in which the services and a backtest of the same bars differ.
    private let difference: (table: String, own: String, other: String)?

    init(_ week: PaperWeek, seconds: Double) throws {
        self.week = week
        self.seconds = seconds
        report = try AccountReport(StateSearch(week.folder), cash: week.cash)
        verified = try VerifyCommand.verify(week.folder, [], day: nil)
        let record = try week.backtest()
        let last = record.days.last?.at ?? .zero
        difference = try report.days.lazy.compactMap { day in
            try DayOutcome(state: week.folder, on: day.date)
                .difference(from: DayOutcome(record, on: day.date, until: last))
        }.first
        page = try week.report()
    }

    /// What is wrong, in a sentence; nothing where all is well.
    var complaint: String? {
        if let row = verified.first(where: { $0.difference != nil }) {
            return "\(row.service)/\(row.shard), derived again, differs: \(row.difference ?? "")"
        }
        return difference.map {
            "the services and a backtest of the same bars differ in their \($0.table): the services have\n  \($0.own)\n"
                + "and the backtest has\n  \($0.other)"
        }
    }

    func text(_ paint: Paint) -> String {
        let place = "--set state.folder=\(week.folder)"
        var text = "\nThe week is over after \(PaperView.tenths(seconds)) s.\n\n"
        text += report.text(paint) + "\n"
        text += VerifyCommand.table(verified).text(width: nil, paint: paint)
        if difference == nil {
            text +=
                "\nA backtest of the same bars has the same \(report.orders) orders and \(report.fills) fills, byte for byte.\n"
        }
        text += "\nNothing is left running. Look closer:\n\n"
        var lines = [
            ("why it was ordered", "bin/tradewind why \(report.lastFilled?.prefix(8) ?? "ORDER") \(place)")
        ]
        lines += [
            ("how the account stood", "bin/tradewind at \(week.middle) \(place)"),
            ("what was said", "bin/tap trading/order --transcript \(week.folder)/execution/all --count 5"),
            ("the report, for a browser", page),
        ]
        for (what, how) in lines {
            text += "  \(what)\(String(repeating: " ", count: 28 - what.count))\(how)\n"
        }
        return text
    }

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("seconds")
            json.number(seconds)
            json.key("report")
            report.write(&json)
            json.key("like_the_backtest")
            json.flag(difference == nil)
            json.key("page")
            json.string(page)
            json.key("verified")
            json.array { json in
                for row in verified {
                    json.object { json in
                        json.key("service")
                        json.string(row.service)
                        json.key("shard")
                        json.string(row.shard)
                        json.key("difference")
                        row.difference.map { json.string($0) } ?? json.null()
                    }
                }
            }
        }
        return json.text + "\n"
    }
}
