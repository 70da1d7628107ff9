import Domain
import Statistics

/// Whether the result is that of one symbol or of one month, or could as well have been a loss.
enum SourceReview {
    /// Fewer months say nothing of single ones.
    private static let monthsMin = 12
    /// A loss in more of the histories than this is no rare accident.
    private static let lossesMax = 0.1

    static func warnings(
        _ record: BacktestRecord, _ returns: Returns, _ contributions: Contributions
    ) throws(ReturnsError) -> [String] {
        let result = record.finalEquity - record.cash
        guard result.isPositive else { return [] }
        var warnings: [String] = []
        if let warning = symbol(contributions, result) { warnings.append(warning) }
        let months = try MonthlyTable(returns, dates: record.days.map(\.at.dateUTC))
        if let warning = month(months) { warnings.append(warning) }
        if let warning = try luck(months) { warnings.append(warning) }
        return warnings
    }

    /// One symbol of several that made more than half of the result.
    private static func symbol(_ contributions: Contributions, _ result: Money) -> String? {
        let traded = contributions.symbols.filter(\.isTraded)
        guard traded.count >= 3, let best = traded.max(by: { $0.profit < $1.profit }),
            best.profit.units > result.units / 2
        else { return nil }
        let rest = result - best.profit
        let others = "the other \(traded.count - 1) together \(rest.isNegative ? "lost" : "made")"
        return
            "\(best.name) made \(SelfReview.percent(Double(best.profit) / Double(result))) of the result; \(others) "
            + rest.magnitude.formatted(places: 2)
    }

    /// A month without which the rest of the time would have made nothing.
    private static func month(_ table: MonthlyTable) -> String? {
        var best: (year: Int, month: Int, value: Double)?
        var (count, growth) = (0, 1.0)
        for year in table.years {
            for (month, value) in year.months.enumerated() {
                guard let value else { continue }
                count += 1
                growth *= 1 + value
                if value > best?.value ?? 0 { best = (year.year, month + 1, value) }
            }
        }
        guard count >= monthsMin, growth > 1, let best, growth / (1 + best.value) <= 1 else { return nil }
        let name = "\(best.year)-\(best.month < 10 ? "0" : "")\(best.month)"
        return
            "one month (\(name), +\(SelfReview.percent(best.value))) made the whole result: the other \(count - 1) lost "
            + SelfReview.percent(1 - growth / (1 + best.value))
    }

    /// Histories of months put together from blocks of the real ones, of which too many are losses.
    private static func luck(_ table: MonthlyTable) throws(ReturnsError) -> String? {
        let months = try Returns(table.years.flatMap(\.months).compactMap { $0 }, periodsPerYear: 12)
        guard months.count >= monthsMin else { return nil }
        var (losses, samples) = (0, 0)
        _ = Bootstrap(samples: 1000).interval(of: months) { history in
            guard let total = history.totalReturn else { return nil }
            samples += 1
            if total < 0 { losses += 1 }
            return total
        }
        guard samples > 0, Double(losses) > Double(samples) * lossesMax else { return nil }
        return
            "of \(samples) histories put together from blocks of its months, \(SelfReview.percent(Double(losses) / Double(samples))) end with a "
            + "loss: the gain may be chance"
    }
}
