import Domain
import Gatekeeper

/// A health report as a page: one file that needs nothing else.
public enum HealthPage {
    /// A page of more rows helps nobody; `--json` has them all.
    private static let rowsMax = 2000

    public static func html(_ subject: HealthSubject) -> [UInt8] {
        var page = Html()
        page.add("<!doctype html>\n<html lang=en><head><meta charset=utf-8>")
        page.add("<meta name=viewport content=\"width=device-width,initial-scale=1\">")
        page.element("title", "Health of \(subject.series.count) series")
        page.add("<style>\(Style.text)</style></head>\n<body><main>\n")
        page.element("h1", "Health of recorded data")
        let rows = subject.series.reduce(0) { $0 + $1.rows }
        page.element(
            "p",
            subject.count == 0
                ? "Nothing is wrong with \(Digits.count(rows)) bars of \(subject.series.count) series."
                : "\(Digits.count(subject.count)) findings in \(Digits.count(rows)) bars of \(subject.series.count) series.",
            "class=note")
        page.section("Series") { write(subject.series, to: &$0) }
        guard subject.count > 0 else { return end(&page) }
        page.section("What was found") { write(subject.kinds, to: &$0) }
        let left = subject.count - rowsMax
        page.section(
            "Where", left > 0 ? "The first \(rowsMax); \(Digits.count(left)) more are not shown." : ""
        ) {
            write(subject.findings.prefix(rowsMax), to: &$0)
        }
        return end(&page)
    }

    private static func end(_ page: inout Html) -> [UInt8] {
        page.add("<footer>What each kind means: docs/data.md.</footer>\n</main></body></html>\n")
        return page.bytes
    }

    private static func write(_ series: [DataHealth.Series], to page: inout Html) {
        var table = PageTable([
            .text("symbol"), .text("bars of"), .text("file"), .number("rows"), .text("from"), .text("to"),
            .number("findings"),
        ])
        for one in series {
            table.add([
                one.symbol.text, "\(Interval(nanoseconds: max(1, one.span)))", one.file,
                Digits.count(one.rows),
                day(one.first), day(one.last), Digits.count(one.findings.count),
            ])
        }
        table.write(to: &page)
    }

    private static func write(_ kinds: [(kind: FaultKind, count: Int)], to page: inout Html) {
        var table = PageTable([.text("kind"), .number("times"), .text("a row that")])
        for (kind, count) in kinds { table.add(["\(kind)", Digits.count(count), kind.meaning]) }
        table.write(to: &page)
    }

    private static func write(_ findings: some Sequence<Finding>, to page: inout Html) {
        var table = PageTable([
            .text("kind"), .text("symbol"), .text("time"), .text("file"), .number("line"), .text("why"),
        ])
        for finding in findings {
            table.add([
                "\(finding.fault.kind)", finding.fault.symbol.text,
                finding.fault.at == .zero ? Digits.none : "\(finding.fault.at)", finding.file,
                finding.line > 0 ? "\(finding.line)" : Digits.none, finding.fault.explanation,
            ])
        }
        table.write(to: &page)
    }

    private static func day(_ moment: Timestamp?) -> String {
        moment.map { "\(EasternTime.local(at: $0).date)" } ?? Digits.none
    }
}
