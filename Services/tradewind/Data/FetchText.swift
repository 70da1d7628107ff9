import Configuration
import Domain
import RemoteProviders

/// What came of a fetch, for a terminal and as JSON.
enum FetchText {
    static func text(_ report: FetchReport, _ wanted: Fetch.Wanted) -> String {
        var table = Table(columns: [
            .text("symbol"), .number("new bars"), .number("sessions"), .text("from"), .number("were there"),
            .number("not there"), .number("actions"),
        ])
        for symbol in wanted.symbols {
            let fetched = report.fetched[symbol] ?? [:]
            let names = fetched.keys.sorted()
            let missing = report.skipped.filter { $0.symbol == symbol }.reduce(0) { $0 + $1.sessions }
            table.add([
                symbol.text, "\(fetched.values.reduce(0) { $0 + $1.bars })",
                "\(fetched.values.reduce(0) { $0 + $1.sessions })",
                names.isEmpty ? "–" : names.joined(separator: ", "), "\(report.present[symbol] ?? 0)",
                "\(missing)",
                report.actions[symbol].map { "\($0.count)" } ?? "–",
            ])
        }
        var text = table.text(width: nil, paint: Terminal.standardOutput.paint)
        for stretch in merged(report.skipped) {
            let days =
                stretch.days.lowerBound == stretch.days.upperBound
                ? "\(stretch.days.lowerBound)" : "\(stretch.days.lowerBound) to \(stretch.days.upperBound)"
            text += "not there: \(stretch.symbol) \(days) (\(stretch.sessions) sessions): \(stretch.reason)\n"
        }
        for note in report.notes { text += "note: \(note)\n" }
        return text
    }

    /// Stretches beside each other for one reason are one.
    private static func merged(_ stretches: [FetchReport.Stretch]) -> [FetchReport.Stretch] {
        var merged: [FetchReport.Stretch] = []
        for stretch in stretches.sorted(by: {
            ($0.symbol, $0.days.lowerBound) < ($1.symbol, $1.days.lowerBound)
        }) {
            let next = merged.last.flatMap { TradingCalendar.xnys.next(after: $0.days.upperBound)?.date }
            if let last = merged.last, last.symbol == stretch.symbol, last.reason == stretch.reason,
                next == stretch.days.lowerBound
            {
                merged[merged.count - 1].days = last.days.lowerBound...stretch.days.upperBound
                merged[merged.count - 1].sessions += stretch.sessions
            } else {
                merged.append(stretch)
            }
        }
        return merged
    }

    static func json(_ report: FetchReport) -> String {
        var json = JSONWriter()
        json.object { json in
            for (key, number) in [
                ("bars", report.bars), ("requests", report.requests), ("outside", report.outside),
                ("repeated", report.repeated),
            ] {
                json.key(key)
                json.integer(number)
            }
            json.key("fetched")
            json.array { json in
                for (symbol, providers) in report.fetched.sorted(by: { $0.key < $1.key }) {
                    for (provider, fetched) in providers.sorted(by: { $0.key < $1.key }) {
                        json.object { json in
                            text("symbol", symbol.text, &json)
                            text("provider", provider, &json)
                            number("bars", fetched.bars, &json)
                            number("sessions", fetched.sessions, &json)
                        }
                    }
                }
            }
            json.key("present")
            json.object { json in
                for (symbol, count) in report.present.sorted(by: { $0.key < $1.key }) {
                    number(symbol.text, count, &json)
                }
            }
            json.key("skipped")
            json.array { json in
                for stretch in merged(report.skipped) {
                    json.object { json in
                        text("symbol", stretch.symbol.text, &json)
                        text("from", "\(stretch.days.lowerBound)", &json)
                        text("to", "\(stretch.days.upperBound)", &json)
                        number("sessions", stretch.sessions, &json)
                        text("reason", stretch.reason, &json)
                        json.key("failure")
                        json.flag(stretch.isFailure)
                    }
                }
            }
            json.key("actions")
            json.object { json in
                for (symbol, actions) in report.actions.sorted(by: { $0.key < $1.key }) {
                    number(symbol.text, actions.count, &json)
                }
            }
            json.key("notes")
            json.array { json in report.notes.forEach { json.string($0) } }
        }
        return json.text + "\n"
    }

    private static func text(_ key: String, _ text: String, _ json: inout JSONWriter) {
        json.key(key)
        json.string(text)
    }

    private static func number(_ key: String, _ number: Int, _ json: inout JSONWriter) {
        json.key(key)
        json.integer(number)
    }
}
