import Backtesting
import Domain
import Execution
import Portfolio
import Reporting

extension BacktestOutput {
    /// All that a run leaves for people and programs: tables as CSV, and the report.
    func files(fingerprints: [(name: String, value: String)]) throws -> [ResultFolder.File] {
        let subject = ReportSubject(
            strategy: title, parameters: parameters, record: done.record, table: market.bars,
            summary: summary, warnings: warnings, confidence: confidence, settings: options.settingLines,
            fingerprints: fingerprints)
        let acted =
            done.record.actions.isEmpty
            ? [] : [ResultFolder.File(name: "actions.csv", bytes: Array(actions.utf8))]
        return acted + [
            ResultFolder.File(name: "trades.csv", bytes: Array(trades.utf8)),
            ResultFolder.File(name: "orders.csv", bytes: Array(orders.utf8)),
            ResultFolder.File(name: "equity.csv", bytes: Array(equity.utf8)),
            ResultFolder.File(name: "positions.csv", bytes: Array(positions.utf8)),
            ResultFolder.File(name: "report.html", bytes: try Report.html(subject)),
        ]
    }

    private var trades: String {
        var text = "symbol,side,quantity,entry_at,entry_price,exit_at,exit_price,fees,profit\n"
        for trade in done.record.trades {
            text +=
                "\(done.record.symbols[trade.symbol.number]),\(trade.quantity.isNegative ? "short" : "long"),"
            text += "\(trade.quantity.magnitude),\(trade.openedAt),\(trade.openPrice),\(trade.closedAt),"
            text += "\(trade.closePrice),\(trade.fees),\(trade.profit - trade.fees)\n"
        }
        return text
    }

    private var orders: String {
        var text =
            "id,at,symbol,side,kind,quantity,notional,limit,stop,status,filled,average_price,reason\n"
        for (place, tracked) in done.record.orders.enumerated() {
            let order = tracked.order
            text +=
                "\(order.id),\(done.record.proposedAt[place]),\(order.symbol),\(order.side),\(order.kind),"
            text += "\(order.quantity),\(order.notional.map { "\($0)" } ?? ""),"
            text += "\(order.limit.map { "\($0)" } ?? ""),\(order.stop.map { "\($0)" } ?? ""),"
            text += "\(tracked.status),\(tracked.fills.quantity),\(tracked.fills.averagePrice),"
            text += "\"\(done.record.reasons[place].map { $0 == "\"" ? "\"\"" : "\($0)" }.joined())\"\n"
        }
        return text
    }

    private var equity: String {
        let benchmark = done.record.benchmark
        var text = "at,equity,cash,gross\(benchmark == nil ? "" : ",benchmark")\n"
        for (number, day) in done.record.days.enumerated() {
            text += "\(day.at),\(day.equity),\(day.cash),\(day.gross)"
            text += benchmark.map { ",\($0.values[number])" } ?? ""
            text += "\n"
        }
        return text
    }

    private var positions: String {
        var text = "symbol,quantity,average_price,market_price,unrealised\n"
        for (instrument, holding) in done.record.positions {
            text += "\(done.record.symbols[instrument]),\(holding.quantity),\(holding.averagePrice),"
            text += "\(holding.price),\(holding.unrealised)\n"
        }
        return text
    }
}
