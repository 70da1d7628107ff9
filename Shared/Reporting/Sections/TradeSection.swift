import Backtesting
import Domain
import Portfolio
import Statistics

/// What the closed trades came to.
enum TradeSection {
    static func write(_ subject: ReportSubject, to page: inout Html) {
        let record = subject.record
        guard !record.trades.isEmpty else { return }
        let profits = record.trades.map { Double($0.profit - $0.fees) }
        page.section("Trades", "Lots, first in first out, after fees. All of them stand in trades.csv.") {
            page in
            page.add("<div class=pair>")
            page.add("<div>")
            figures(record, profits, &page)
            page.add("</div><div>")
            sides(record, &page)
            page.add("</div></div>")
            extremes(record, profits, &page)
        }
    }

    private static func figures(_ record: BacktestRecord, _ profits: [Double], _ page: inout Html) {
        guard let outcomes = try? Outcomes(profits) else { return }
        var table = PageTable([.text("all closed trades"), .number("")])
        table.add(["profit", Digits.fixed(profits.reduce(0, +), 2, sign: true)])
        table.add([
            "won, lost", "\(Digits.count(outcomes.wins.count)), \(Digits.count(outcomes.losses.count))",
        ])
        table.add(["average win", Digits.fixed(outcomes.averageWin, 2)])
        table.add(["average loss", Digits.fixed(outcomes.averageLoss, 2)])
        table.add(["average win over average loss", Digits.fixed(outcomes.payoffRatio, 2)])
        table.add(["expected of a trade", Digits.fixed(outcomes.expectancy, 2)])
        table.add([
            "most won, lost in a row", "\(longest(profits) { $0 > 0 }), \(longest(profits) { $0 < 0 })",
        ])
        let held = record.trades.map { Double($0.closedAt - $0.openedAt) }.sorted()
        table.add(["held, half of them longer than", Digits.time(held[held.count / 2])])
        table.write(to: &page)
    }

    private static func sides(_ record: BacktestRecord, _ page: inout Html) {
        var table = PageTable([.text("by side"), .number("trades"), .number("won"), .gain("profit")])
        for (name, isShort) in [("long", false), ("short", true)] {
            let trades = record.trades.filter { $0.quantity.isNegative == isShort }
            guard !trades.isEmpty else { continue }
            let profits = trades.map { Double($0.profit - $0.fees) }
            table.add([
                name, Digits.count(trades.count), Digits.percent((try? Outcomes(profits))?.winRate, 1),
                Digits.fixed(profits.reduce(0, +), 2, sign: true),
            ])
        }
        table.write(to: &page)
        guard !record.positions.isEmpty else { return }
        page.add("<div class=gap></div>")
        var open = PageTable([
            .text("still open"), .number("quantity"), .number("worth"), .gain("profit so far"),
        ])
        let largest = record.positions.sorted {
            ($1.holding.worth.magnitude, $0.instrument) < ($0.holding.worth.magnitude, $1.instrument)
        }
        for (instrument, holding) in largest.prefix(8) {
            open.add([
                record.symbols[instrument].text, Digits.fixed(Double(holding.quantity), 2),
                Digits.money(holding.worth),
                Digits.money(holding.unrealised, sign: true),
            ])
        }
        let rest = largest.dropFirst(8)
        if !rest.isEmpty {
            open.add([
                "\(rest.count) others", "", Digits.money(rest.reduce(.zero) { $0 + $1.holding.worth }),
                Digits.money(rest.reduce(.zero) { $0 + $1.holding.unrealised }, sign: true),
            ])
        }
        open.write(to: &page)
    }

    private static func extremes(_ record: BacktestRecord, _ profits: [Double], _ page: inout Html) {
        let order = profits.indices.sorted { (profits[$1], $0) < (profits[$0], $1) }
        let count = min(5, order.count / 2)
        guard count > 0 else { return }
        page.add("<div class=gap></div>")
        var table = PageTable([
            .text("best and worst"), .text("side"), .text("from"), .text("to"), .number("in"), .number("out"),
            .gain("return"), .gain("profit"),
        ])
        for index in order.prefix(count) + order.suffix(count) {
            let trade = record.trades[index]
            let worth = Double(trade.openPrice) * Double(trade.quantity.magnitude)
            table.add([
                record.symbols[trade.symbol.number].text, trade.quantity.isNegative ? "short" : "long",
                "\(trade.openedAt.dateUTC)", "\(trade.closedAt.dateUTC)", Digits.price(trade.openPrice),
                Digits.price(trade.closePrice),
                Digits.percent(worth > 0 ? profits[index] / worth : nil, 1, sign: true),
                Digits.fixed(profits[index], 2, sign: true),
            ])
        }
        table.write(to: &page)
    }

    private static func longest(_ values: [Double], _ counts: (Double) -> Bool) -> Int {
        var (longest, now) = (0, 0)
        for value in values {
            now = counts(value) ? now + 1 : 0
            longest = max(longest, now)
        }
        return longest
    }
}
