import Domain
import Portfolio

/// Whether there is enough to judge by, and whether it hangs on one lucky trade.
enum SampleReview {
    static let tradesMin = 30
    static let daysMin = 20

    static func warnings(_ record: BacktestRecord) -> [String] {
        var warnings: [String] = []
        let trades = record.trades
        if !trades.isEmpty, trades.count < tradesMin {
            warnings.append("\(trades.count) closed trades are too few to tell skill from luck")
        }
        if record.days.count < daysMin {
            warnings.append(
                "the figures of a year are made of \(record.days.count) days, which is too few to mean anything"
            )
        }
        if let lucky = lucky(record) { warnings.append(lucky) }
        let open = record.positions.reduce(Money.zero) { $0 + $1.holding.unrealised }
        let result = record.finalEquity - record.cash
        if trades.count > 0, result.isPositive, open.units > result.units / 2 {
            let part = "\(SelfReview.percent(Double(open) / Double(result))) of the result is of"
            warnings.append(
                (open > result ? "all of the gain, and more, is that of" : part)
                    + " positions that are still open")
        }
        return warnings
    }

    /// One trade that made more than half of what all of them made.
    private static func lucky(_ record: BacktestRecord) -> String? {
        let results = record.trades.map { $0.profit - $0.fees }
        let profit = results.reduce(Money.zero, +)
        guard results.count > 1, profit.isPositive,
            let place = results.indices.max(by: { results[$0] < results[$1] }),
            results[place].units > profit.units / 2
        else { return nil }
        let trade = record.trades[place]
        let rest = profit - results[place]
        let without =
            "without it they \(rest.isNegative ? "lost" : "made") \(rest.magnitude.formatted(places: 2))"
        return "one trade (\(record.symbols[trade.symbol.number]), closed on \(trade.closedAt.dateUTC)) made "
            + "\(SelfReview.percent(Double(results[place]) / Double(profit))) of the profit of all closed trades; \(without)"
    }
}
