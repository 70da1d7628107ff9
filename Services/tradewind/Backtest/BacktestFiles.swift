import Backtesting
import Configuration
import Domain
import Execution
import Glibc
import Mesh
import Portfolio

extension BacktestOutput {
    /// Writes trades.csv, orders.csv, equity.csv and positions.csv into a folder, which is made where it is missing.
    func write(to folder: String) throws {
        try makeFolders(folder)
        try writeFile(trades, to: "\(folder)/trades.csv")
        try writeFile(orders, to: "\(folder)/orders.csv")
        try writeFile(equity, to: "\(folder)/equity.csv")
        try writeFile(positions, to: "\(folder)/positions.csv")
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
            text += "\"\(done.record.reasons[place])\"\n"
        }
        return text
    }

    private var equity: String {
        var text = "at,equity,cash,gross\n"
        for day in done.record.days { text += "\(day.at),\(day.equity),\(day.cash),\(day.gross)\n" }
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
