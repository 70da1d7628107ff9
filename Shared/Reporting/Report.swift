import Backtesting
import Domain
import Statistics

/// A page about a run: one file that needs nothing else, neither a network nor a script to be read.
///
/// It is a pure function: the same run gives the same bytes. No clock is read, and what it cannot know of the run (how
/// long it took, on which machine) is not on it.
public enum Report {
    public static func html(_ subject: ReportSubject) throws(ReturnsError) -> [UInt8] {
        let curves = try Curves(subject)
        let contributions = Contributions(subject.record)
        var page = Html()
        page.add("<!doctype html>\n<html lang=en><head><meta charset=utf-8>")
        page.add("<meta name=viewport content=\"width=device-width,initial-scale=1\">")
        page.element(
            "title",
            "\(subject.strategy) · \(subject.record.symbols.prefix(3).map(\.text).joined(separator: " "))")
        page.add("<style>\(Style.text)</style></head>\n<body><main>\n")
        page.add("<script>const axes={};\n\(curves.axis.script(named: "days"))</script>\n")
        Heading.write(subject, curves, to: &page)
        CourseSection.write(subject, curves, to: &page)
        try ReturnSection.write(curves, to: &page)
        TradeSection.write(subject, to: &page)
        PriceSection.write(subject, contributions, to: &page)
        SourceSection.write(subject, contributions, to: &page)
        RunSection.write(subject, to: &page)
        page.add("<footer>Every figure is explained in docs/backtesting.md and docs/statistics.md. ")
        page.add(
            "Past results of a strategy that was chosen for its past results say little of its future.</footer>\n"
        )
        page.add("</main><script>\(Script.text)</script></body></html>\n")
        return page.bytes
    }
}
