import Domain
import Statistics

/// What the returns were: by month, by size, and over time.
enum ReturnSection {
    static func write(_ curves: Curves, to page: inout Html) throws(ReturnsError) {
        guard curves.axis.count > 1 else { return }
        let heat = HeatMap(
            months: try MonthlyTable(curves.returns, dates: curves.dates),
            yardstick: try MonthlyTable(curves.yardstickReturns, dates: curves.dates))
        page.section("Returns", "By month and year, in percent.") { page in
            heat.write(to: &page)
            page.add("<div class=gap></div>")
            if let window = curves.window {
                page.add("<div class=pair>")
                rolling(curves, window, &page)
                page.add("</div>")
            } else {
                page.element(
                    "p", "There are too few days for rolling figures: 42 would be the least.", "class=note")
            }
            page.add("<div class=pair>")
            distribution(curves, &page)
            figures(curves, &page)
            page.add("</div>")
        }
    }

    private static func rolling(_ curves: Curves, _ window: Int, _ page: inout Html) {
        func values(_ figures: [Double?]) -> [Double] { figures.map { $0 ?? .nan } }
        for (title, unit, colour, mine, theirs) in [
            (
                "Sharpe of the last \(window) days", Unit.ratio, "sharpe",
                curves.returns.rollingSharpe(window),
                curves.yardstickReturns.rollingSharpe(window)
            ),
            (
                "Volatility of the last \(window) days, a year", Unit.share, "volatility",
                curves.returns.rollingVolatility(window), curves.yardstickReturns.rollingVolatility(window)
            ),
        ] {
            Chart(
                title: title, axis: curves.axis, axisName: "days", unit: unit,
                lines: [
                    Chart.Line(name: "yard-stick", values: values(theirs), colour: "yard"),
                    Chart.Line(name: "the run", values: values(mine), colour: colour),
                ], height: 190, base: 0
            ).write(to: &page)
        }
    }

    private static func distribution(_ curves: Curves, _ page: inout Html) {
        var marks: [(String, Double, String)] = []
        if let mean = curves.returns.mean { marks.append(("mean", mean, "equity")) }
        if let worst = curves.returns.valueAtRisk(0.05, .historical), curves.returns.count >= 20 {
            marks.append(("worst of 20 days", worst, "first-of"))
        }
        let still = curves.returns.values.count { $0 == 0 }
        Histogram(curves.returns.values).write(
            "Returns of single days",
            note: "How many days had which return; what lies beyond the edges stands in the outermost bars."
                + (still > 0
                    ? " \(Digits.count(still)) days on which the equity did not move are left out." : ""),
            marks: marks.map { (name: $0.0, value: $0.1, colour: $0.2) }, to: &page)
    }

    private static func figures(_ curves: Curves, _ page: inout Html) {
        let (mine, theirs) = (curves.returns, curves.yardstickReturns)
        var table = PageTable([.text(""), .number("the run"), .number("yard-stick")])
        func add(_ name: String, _ figure: (Returns) -> Double?, _ text: (Double?) -> String) {
            table.add([name, text(figure(mine)), text(figure(theirs))])
        }
        func percent(_ share: Double?) -> String { Digits.percent(share) }
        func ratio(_ number: Double?) -> String { Digits.fixed(number, 2) }
        add("best day", \.best, percent)
        add("worst day", \.worst, percent)
        add("days with a gain", { Double($0.values.count { $0 > 0 }) / Double(max($0.count, 1)) }, percent)
        add("skew", \.skew, ratio)
        add("kurtosis, beyond normal", \.kurtosis, ratio)
        add("tail ratio", \.tailRatio, ratio)
        add("value at risk, 95 % of days", { $0.valueAtRisk(0.05, .historical) }, percent)
        add("mean loss beyond it", { $0.conditionalValueAtRisk(0.05, .historical) }, percent)
        add("time under water", \.timeUnderWater, percent)
        add(
            "longest drawdown, days with bars", { $0.longestDrawdown.map(Double.init) },
            { Digits.fixed($0, 0) })
        add("omega", { $0.omega() }, ratio)
        add("ulcer index", \.ulcerIndex, percent)
        page.add("<div><figcaption><h3>Figures of the days</h3></figcaption>")
        table.write(to: &page)
        page.add("</div>")
    }
}
