import Domain

extension Summary {
    /// What a reader of the figures should know before he believes them.
    static func warnings(_ record: BacktestRecord) -> [String] {
        var warnings: [String] = []
        let trades = record.trades
        if record.bars <= record.warmUp {
            warnings.append(
                "the strategy needs \(record.warmUp) bars before it says anything, and there are \(record.bars)"
            )
        } else if record.orders.isEmpty {
            warnings.append("the strategy never traded")
        } else if !trades.isEmpty, trades.count < 30 {
            warnings.append("\(trades.count) closed trades are too few to tell skill from luck")
        }
        if !record.orders.isEmpty, record.days.count < 20 {
            warnings.append(
                "the figures of a year are made of \(record.days.count) days, which is too few to mean anything"
            )
        }
        let profit = trades.reduce(Money.zero) { $0 + $1.profit - $1.fees }
        if let best = trades.map({ $0.profit - $0.fees }).max(), trades.count > 1, profit.isPositive,
            best.units > profit.units / 2
        {
            let share = Int((Double(best) / Double(profit) * 100).rounded())
            warnings.append("one trade made \(share) % of the profit of all closed trades")
        }
        let gross = profit + trades.reduce(Money.zero) { $0 + $1.fees }
        if gross.isPositive, !profit.isPositive { warnings.append("costs ate the whole profit") }
        if record.rejected > 0 {
            warnings.append(
                "risk or the exchange rejected \(record.rejected) of \(record.orders.count) orders")
        }
        if record.liquidations > 0 {
            warnings.append("the exchange closed positions \(record.liquidations) times for want of margin")
        }
        if record.trimmed > 0 {
            warnings.append("risk trimmed \(record.trimmed) of \(record.orders.count) orders")
        }
        return warnings
    }
}
