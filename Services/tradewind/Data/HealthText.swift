import Configuration
import Domain
import Gatekeeper
import Reporting

/// A health report for a terminal, and as JSON.
enum HealthText {
    private static let shown = 20

    static func text(_ subject: HealthSubject) -> String {
        let paint = Terminal.standardOutput.paint
        var table = Table(columns: [
            .text("symbol"), .text("bars of"), .text("file"), .number("rows"), .text("from"), .text("to"),
            .number("findings"),
        ])
        for series in subject.series {
            table.add([
                series.symbol.text, span(of: series), series.file,
                "\(series.rows)", day(series.first), day(series.last), "\(series.findings.count)",
            ])
        }
        var text = table.text(width: nil, paint: paint)
        guard subject.count > 0 else { return text + "\nNothing is wrong with them.\n" }
        var kinds = Table(columns: [.text("kind"), .number("times"), .text("a row that")])
        for (kind, count) in subject.kinds { kinds.add(["\(kind)", "\(count)", kind.meaning]) }
        text += "\n" + kinds.text(width: nil, paint: paint) + "\n"
        for finding in subject.findings.prefix(shown) { text += line(of: finding) + "\n" }
        let left = subject.count - shown
        if left > 0 { text += "and \(left) more: --json tells all\n" }
        return text
    }

    private static func line(of finding: Finding) -> String {
        let place = finding.line > 0 ? "\(finding.file), line \(finding.line)" : finding.file
        let name = [finding.fault.symbol.text, finding.fault.at == .zero ? "" : "\(finding.fault.at)"]
            .filter { !$0.isEmpty }.joined(separator: " at ")
        return
            "\(place): \(finding.fault.kind): \(name.isEmpty ? "" : name + ": ")\(finding.fault.explanation)"
    }

    private static func span(of series: DataHealth.Series) -> String {
        "\(Interval(nanoseconds: max(1, series.span)))"
    }

    private static func day(_ moment: Timestamp?) -> String {
        moment.map { "\(EasternTime.local(at: $0).date)" } ?? "–"
    }

    static func json(_ subject: HealthSubject) -> String {
        var json = JSONWriter()
        json.object { json in
            json.key("findings")
            json.integer(subject.count)
            json.key("kinds")
            json.object { json in
                for (kind, count) in subject.kinds {
                    json.key("\(kind)")
                    json.integer(count)
                }
            }
            json.key("series")
            json.array { json in for series in subject.series { write(series, &json) } }
            json.key("unreadable")
            json.array { json in for finding in subject.unreadable { write(finding, &json) } }
        }
        return json.text + "\n"
    }

    private static func write(_ series: DataHealth.Series, _ json: inout JSONWriter) {
        json.object { json in
            let texts: [(String, String)] = [
                ("symbol", series.symbol.text), ("span", span(of: series)), ("file", series.file),
                ("first", series.first.map { "\($0)" } ?? ""), ("last", series.last.map { "\($0)" } ?? ""),
            ]
            for (key, text) in texts {
                json.key(key)
                json.string(text)
            }
            json.key("rows")
            json.integer(series.rows)
            json.key("clean")
            json.integer(series.clean)
            json.key("findings")
            json.array { json in for finding in series.findings { write(finding, &json) } }
        }
    }

    private static func write(_ finding: Finding, _ json: inout JSONWriter) {
        json.object { json in
            for (key, text) in [
                ("kind", "\(finding.fault.kind)"), ("at", "\(finding.fault.at)"), ("file", finding.file),
                ("explanation", finding.fault.explanation),
            ] {
                json.key(key)
                json.string(text)
            }
            json.key("line")
            json.integer(finding.line)
            json.key("figures")
            json.object { json in
                for figure in finding.fault.figures {
                    json.key(figure.name)
                    json.number(figure.value)
                }
            }
        }
    }
}
