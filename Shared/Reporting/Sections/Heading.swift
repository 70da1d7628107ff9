import Backtesting
import Domain
import Statistics

/// What ran on what, the figures that matter most, and what speaks against believing them.
enum Heading {
    static func write(_ subject: ReportSubject, _ curves: Curves, to page: inout Html) {
        let record = subject.record
        page.add("<header>")
        page.element("h1", subject.strategy)
        page.element("p", line(subject), "class=sub")
        if !subject.parameters.isEmpty {
            page.add("<p class=sub><code>")
            page.add(text: subject.parameters)
            page.add("</code></p>")
        }
        page.add("</header>\n")
        tiles(subject, curves, &page)
        warnings(subject.warnings, &page)
        if record.orders.isEmpty {
            page.element("p", "Nothing was traded: the charts below show the cash.", "class=fine")
        }
    }

    private static func line(_ subject: ReportSubject) -> String {
        let record = subject.record
        let symbols = record.symbols.map(\.text)
        let names = symbols.count <= 8 ? symbols.joined(separator: " ") : "\(symbols.count) symbols"
        guard let first = record.days.first, let last = record.days.last else { return names }
        let days = record.days.count
        return
            "\(names) · \(first.at.dateUTC) to \(last.at.dateUTC) · \(Digits.count(days)) \(days == 1 ? "day" : "days"), "
            + "\(Digits.count(record.bars)) \(record.bars == 1 ? "bar" : "bars")"
    }

    private static func tiles(_ subject: ReportSubject, _ curves: Curves, _ page: inout Html) {
        let (summary, confidence) = (subject.summary, subject.confidence)
        let comparison = try? Comparison(curves.returns, to: curves.yardstickReturns)
        let yardstick = curves.yardstickReturns
        func range(_ interval: Bootstrap.Interval?, _ text: (Double) -> String) -> String {
            interval.map { "95 %: \(text($0.low)) to \(text($0.high))" } ?? ""
        }
        func percent(_ share: Double?) -> String { Digits.percent(share, 1) }
        let beside = "yard-stick "
        let tiles: [(String, String, String)] = [
            (
                "Final equity", Digits.fixed(Double(summary.finalEquity), 0),
                "from \(Digits.fixed(Double(subject.record.cash), 0))"
            ),
            ("Total return", percent(summary.totalReturn), beside + percent(yardstick.totalReturn)),
            (
                "Annual return", percent(summary.annualReturn),
                range(confidence.annualReturn) { Digits.fixed($0 * 100, 1) }
            ),
            ("Volatility, a year", percent(summary.volatility), beside + percent(yardstick.volatility)),
            ("Sharpe", Digits.fixed(summary.sharpe, 2), range(confidence.sharpe) { Digits.fixed($0, 2) }),
            (
                "Maximum drawdown", percent(summary.maxDrawdown),
                beside + percent(yardstick.maximumDrawdown.map { -$0 })
            ),
            ("Sortino", Digits.fixed(summary.sortino, 2), beside + Digits.fixed(yardstick.sortino(), 2)),
            ("Calmar", Digits.fixed(summary.calmar, 2), beside + Digits.fixed(yardstick.calmar, 2)),
            (
                "Beta, alpha a year", "\(Digits.fixed(comparison?.beta, 2)), \(percent(comparison?.alpha()))",
                "to the yard-stick"
            ),
            (
                "Closed trades", Digits.count(summary.closedTrades),
                "\(percent(summary.winRate)) won, \(summary.openTrades) open"
            ),
            ("Profit factor", Digits.fixed(summary.profitFactor, 2), "wins over losses"),
            ("Exposure", percent(summary.exposure), "turnover \(Digits.fixed(summary.turnover, 1)) a year"),
        ]
        page.add("<dl class=tiles>")
        for (name, value, beside) in tiles {
            page.add("<div>")
            page.element("dt", name)
            page.add("<dd>\(Html.escaped(value))<small>\(Html.escaped(beside))</small></dd></div>")
        }
        page.add("</dl>\n")
    }

    private static func warnings(_ warnings: [String], _ page: inout Html) {
        guard !warnings.isEmpty else {
            page.element("p", "The review of the run found nothing to warn of.", "class=fine")
            return
        }
        page.add("<div class=warnings><h3>Before you believe it</h3><ul>")
        for warning in warnings { page.element("li", warning) }
        page.add("</ul></div>\n")
    }
}
