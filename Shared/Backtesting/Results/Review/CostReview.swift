import Domain
import Exchange

/// Whether costs eat the profit, or were forgotten where they matter.
enum CostReview {
    /// Above this share of the profit, the strategy works for its broker.
    private static let shareMax = 0.5
    /// The equity that is bought and sold so often a year would feel any cost.
    private static let turnoverMax = 12.0

    static func warnings(
        _ record: BacktestRecord, _ settings: BacktestSettings, _ contributions: Contributions
    ) -> [String] {
        let gross = record.trades.reduce(Money.zero) { $0 + $1.profit }
        let fees = record.trades.reduce(Money.zero) { $0 + $1.fees }
        if gross.isPositive, gross <= fees { return ["costs ate the whole profit"] }
        if gross.isPositive, Double(fees) > Double(gross) * shareMax {
            return [
                "costs ate \(SelfReview.percent(Double(fees) / Double(gross))) of the profit of all closed trades"
            ]
        }
        return free(record, settings, contributions).map { [$0] } ?? []
    }

    private static func free(
        _ record: BacktestRecord, _ settings: BacktestSettings, _ contributions: Contributions
    ) -> String? {
        guard record.days.count >= SampleReview.daysMin, record.fees == .zero,
            settings.rules.slippage is NoSlippage,
            let first = record.days.first, let last = record.days.last
        else { return nil }
        let years = max(Double(last.at - first.at) / (365.25 * Double(Nanoseconds.day)), 1.0 / 252)
        let traded = contributions.symbols.reduce(0.0) { $0 + Double($1.traded) } / 2
        let mean = record.days.reduce(0.0) { $0 + Double($1.equity) } / Double(record.days.count)
        guard mean > 0, traded / mean / years > turnoverMax else { return nil }
        let basisPoint = traded / mean / years * 2 / 10_000
        return
            "trading costs nothing in this run, and the equity is turned over \(Int((traded / mean / years).rounded())) times "
            + "a year: each basis point of cost would take \(tenths(basisPoint * 100)) % a year (--commission, --slippage)"
    }

    private static func tenths(_ value: Double) -> String {
        let units = Int((min(value, 1e6) * 10).rounded())
        return "\(units / 10).\(units % 10)"
    }
}
