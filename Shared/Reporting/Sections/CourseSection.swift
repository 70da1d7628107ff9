import Backtesting
import Domain
import Statistics

/// How the account went: equity beside its yard-stick, drawdowns, exposure.
enum CourseSection {
    static func write(_ subject: ReportSubject, _ curves: Curves, to page: inout Html) {
        guard curves.axis.count > 0 else { return }
        page.section("The course of the account", curves.yardstick.explanation) { page in
            equity(subject, curves, &page)
            drawdowns(subject, curves, &page)
            exposure(curves, &page)
        }
    }

    /// Single days say little where there are few: then every instant is shown.
    private static let daysFew = 40

    /// Every instant, where days are too few to see anything.
    private static func instants(_ subject: ReportSubject, _ curves: Curves) -> TimeAxis? {
        let course = subject.record.course
        guard curves.axis.count < daysFew, course.count > curves.axis.count else { return nil }
        return TimeAxis(course.map(\.at), isIntraday: true)
    }

    private static func equity(_ subject: ReportSubject, _ curves: Curves, _ page: inout Html) {
        if let axis = instants(subject, curves) {
            let equity = subject.record.course.map { Double($0.equity) }
            page.add("<script>\(axis.script(named: "instants"))</script>")
            Chart(
                title: "Equity", note: "At the end of every instant; times are in UTC.", axis: axis,
                axisName: "instants", unit: .money,
                lines: [Chart.Line(name: "equity", values: equity, colour: "equity")], height: 280
            ).write(to: &page)
            var high = Double(subject.record.cash)
            let under = equity.map { now in
                high = max(high, now)
                return now / high - 1
            }
            Chart(
                title: "Drawdown", axis: axis, axisName: "instants", unit: .share,
                lines: [Chart.Line(name: "drawdown", values: under, colour: "under", isFilled: true)],
                height: 150,
                base: 0
            ).write(to: &page)
            return
        }
        let all = curves.equity + curves.yardstick.equity
        let isWide = (all.min() ?? 1) > 0 && (all.max() ?? 1) / max(all.min() ?? 1, 1e-9) > 5
        Chart(
            title: isWide ? "Equity, on a logarithmic scale" : "Equity", axis: curves.axis, axisName: "days",
            unit: .money,
            lines: [
                Chart.Line(name: curves.yardstick.name, values: curves.yardstick.equity, colour: "yard"),
                Chart.Line(name: subject.strategy, values: curves.equity, colour: "equity"),
            ], height: 300, isLogarithmic: isWide
        ).write(to: &page)
    }

    private static func drawdowns(_ subject: ReportSubject, _ curves: Curves, _ page: inout Html) {
        guard instants(subject, curves) == nil else { return }
        let top = curves.returns.topDrawdowns(10)
        Chart(
            title: "Drawdown",
            note: top.isEmpty
                ? ""
                : "The shaded times are those of the \(min(5, top.count) == 1 ? "deepest" : "\(min(5, top.count)) deepest").",
            axis: curves.axis, axisName: "days", unit: .share,
            lines: [Chart.Line(name: "drawdown", values: curves.drawdown, colour: "under", isFilled: true)],
            height: 150, base: 0, bands: top.prefix(5).map { $0.first...$0.last }
        ).write(to: &page)
        guard !top.isEmpty else { return }
        var table = PageTable([
            .number(""), .number("depth"), .text("began"), .text("deepest"), .text("over"),
            .number("days down"),
            .number("days back"),
        ])
        for (rank, drawdown) in top.enumerated() {
            let back = curves.dates[drawdown.last] - curves.dates[drawdown.valley]
            table.add([
                "\(rank + 1)", Digits.percent(drawdown.depth), "\(curves.dates[drawdown.first])",
                "\(curves.dates[drawdown.valley])",
                drawdown.isOver ? "\(curves.dates[drawdown.last + 1])" : "not yet",
                Digits.count(curves.dates[drawdown.valley] - curves.dates[drawdown.first] + 1),
                drawdown.isOver ? Digits.count(back + 1) : Digits.none,
            ])
        }
        page.element("h3", "The deepest drawdowns")
        table.write(to: &page)
        page.element("p", "At the ends of days; days are those of the calendar.", "class=note")
    }

    /// How many changes from one day to the next can be told apart.
    private static let changesMax = 200
    private static let window = 21
    private static let daysShown = 10

    private static func exposure(_ curves: Curves, _ page: inout Html) {
        // Of a few days their ends say nothing of what lay between.
        guard curves.axis.count >= daysShown, curves.gross.contains(where: { $0 != 0 }) else { return }
        let isTwoSided = zip(curves.gross, curves.net).contains { ($0 - $1).magnitude > 1e-6 }
        let changes = zip(curves.gross, curves.gross.dropFirst()).count { ($0 - $1).magnitude > 0.2 }
        func smooth(_ values: [Double]) -> [Double] { changes > changesMax ? means(values) : values }
        var lines = [Chart.Line(name: "gross", values: smooth(curves.gross), colour: "gross", isFilled: true)]
        if isTwoSided { lines.append(Chart.Line(name: "net", values: smooth(curves.net), colour: "net")) }
        Chart(
            title: "Exposure at the end of days, as a share of the equity"
                + (changes > changesMax ? ", mean of \(window) days" : ""), axis: curves.axis,
            axisName: "days",
            unit: .share, lines: lines, height: 120, base: 0
        ).write(to: &page)
    }

    /// The means of the last days.
    private static func means(_ values: [Double]) -> [Double] {
        var sum = 0.0
        return values.indices.map { index in
            sum += values[index]
            if index >= window { sum -= values[index - window] }
            return sum / Double(min(index + 1, window))
        }
    }
}
