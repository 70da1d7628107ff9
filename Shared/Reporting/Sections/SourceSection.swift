import Backtesting
import Domain

/// Where the result came from: symbols, strategies, costs.
enum SourceSection {
    /// So many winners and so many losers are named; the rest is summed.
    private static let namedMax = 12

    static func write(_ subject: ReportSubject, _ contributions: Contributions, to page: inout Html) {
        guard !subject.record.fills.isEmpty else { return }
        page.section(
            "Where it came from",
            "Profit after fees, with dividends, and with what is held at its last price."
        ) {
            page in
            symbols(contributions, &page)
            if contributions.strategies.count > 1 {
                page.add("<div class=gap></div>")
                strategies(contributions, &page)
            }
            page.add("<div class=gap></div><div class=pair><div>")
            costs(subject, contributions, &page)
            page.add("</div><div>")
            interventions(subject.record, &page)
            page.add("</div></div>")
        }
    }

    private static func symbols(_ contributions: Contributions, _ page: inout Html) {
        let all = contributions.symbols.filter(\.isTraded).sorted {
            ($1.profit, $0.instrument) < ($0.profit, $1.instrument)
        }
        let isLong = all.count > namedMax * 2
        let named = isLong ? Array(all.prefix(namedMax) + all.suffix(namedMax)) : all
        let most = named.map(\.profit.magnitude).max() ?? .zero
        head("symbol", &page)
        for (place, contribution) in named.enumerated() {
            if isLong, place == namedMax {
                let rest = all.dropFirst(namedMax).dropLast(namedMax)
                row(
                    "\(rest.count) others",
                    rest.reduce(into: Contribution(name: "")) { $0.add($1) },
                    nil, "", &page)
            }
            row(contribution.name, contribution, most, "", &page)
        }
        if contributions.other != .zero {
            row(
                "interest and the like",
                Contribution(name: "", profit: contributions.other), nil, "", &page)
        }
        if all.count > 1 || contributions.other != .zero {
            var sum = all.reduce(into: Contribution(name: "")) { $0.add($1) }
            sum.profit += contributions.other
            row("all", sum, nil, "class=sum", &page)
        }
        page.add("</tbody></table></div>\n")
    }

    private static func strategies(_ contributions: Contributions, _ page: inout Html) {
        let most = contributions.strategies.map(\.profit.magnitude).max() ?? .zero
        head("strategy", &page)
        for contribution in contributions.strategies { row(contribution.name, contribution, most, "", &page) }
        page.add("</tbody></table></div>\n")
    }

    private static func head(_ name: String, _ page: inout Html) {
        page.add(
            "<div class=scroll><table><thead><tr><th scope=col>by \(name)</th><th scope=col class=n>closed trades</th>"
        )
        page.add(
            "<th scope=col class=n>won</th><th scope=col class=n>traded</th><th scope=col class=n>fees</th>")
        page.add("<th scope=col class=n>profit</th><th class=share></th></tr></thead><tbody>\n")
    }

    private static func row(
        _ name: String, _ contribution: Contribution, _ most: Money?, _ attributes: String, _ page: inout Html
    ) {
        page.add("<tr \(attributes)>")
        page.element("td", name)
        let isCounted = contribution.isTraded
        page.element("td", isCounted ? Digits.count(contribution.trades) : "", "class=n")
        page.element("td", isCounted ? Digits.percent(contribution.winRate, 0) : "", "class=n")
        page.element("td", isCounted ? Digits.fixed(Double(contribution.traded), 0) : "", "class=n")
        page.element("td", isCounted ? Digits.money(contribution.fees) : "", "class=n")
        let colour = contribution.profit.isPositive ? "n up" : contribution.profit.isNegative ? "n down" : "n"
        page.element("td", Digits.money(contribution.profit, sign: true), "class=\"\(colour)\"")
        page.add("<td class=share>")
        if let most, most.isPositive {
            let width = Double(contribution.profit.magnitude) / Double(most) * 50
            let left = contribution.profit.isNegative ? 50 - width : 50
            let kind = contribution.profit.isNegative ? "lose" : "win"
            page.add(
                "<div><i class=\"\(kind)\" style=\"left:\(Digits.place(left))%;width:\(Digits.place(width))%\"></i></div>"
            )
        }
        page.add("</td></tr>\n")
    }

    private static func costs(_ subject: ReportSubject, _ contributions: Contributions, _ page: inout Html) {
        let record = subject.record
        let traded = contributions.symbols.reduce(Money.zero) { $0 + $1.traded }
        let gross = record.trades.reduce(Money.zero) { $0 + $1.profit }
        var table = PageTable([.text("costs"), .number("")])
        table.add(["commissions and fees", Digits.money(record.fees)])
        table.add([
            "for each fill", Digits.fixed(Double(record.fees) / Double(max(record.fills.count, 1)), 2),
        ])
        if traded.isPositive {
            table.add([
                "of what was traded, basis points",
                Digits.fixed(Double(record.fees) / Double(traded) * 10_000, 2),
            ])
        }
        if gross.isPositive {
            table.add([
                "of the profit of closed trades", Digits.percent(Double(record.fees) / Double(gross), 1),
            ])
        }
        table.add(["interest and the like", Digits.money(contributions.other, sign: true)])
        table.write(to: &page)
        page.element("p", "Slippage is part of the prices of the fills.", "class=note")
    }

    private static func interventions(_ record: BacktestRecord, _ page: inout Html) {
        var table = PageTable([.text("orders"), .number("")])
        table.add(["proposed", Digits.count(record.orders.count)])
        table.add(["trimmed by risk", Digits.count(record.trimmed)])
        table.add(["rejected by risk or the exchange", Digits.count(record.rejected)])
        if record.liquidations > 0 {
            table.add(["closed by the exchange for want of margin", Digits.count(record.liquidations)])
        }
        for (check, count) in record.interventions { table.add(["check: \(check)", Digits.count(count)]) }
        for (at, halt) in record.halts.prefix(5) {
            table.add(["\(halt.active ? "halt" : "halt lifted"): \(halt.reason)", "\(at.dateUTC)"])
        }
        if record.halts.count > 5 { table.add(["further halts", Digits.count(record.halts.count - 5)]) }
        if !record.actions.isEmpty {
            table.add([
                "splits, dividends and the like that were applied", Digits.count(record.actions.count),
            ])
        }
        table.write(to: &page)
        page.element("p", "Each order with its reason stands in orders.csv.", "class=note")
    }
}
