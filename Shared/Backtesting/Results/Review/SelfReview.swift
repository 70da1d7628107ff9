import Domain
import Risk
import Statistics

/// What a reader of a run's figures should know before he believes them: a run reviews itself.
///
/// Each warning is a sentence with the figures that led to it. A run that gives no cause is left in peace: a warning that
/// always comes is read by nobody.
public enum SelfReview {
    /// The most important first.
    public static func warnings(
        _ record: BacktestRecord, on table: BarTable, _ settings: BacktestSettings
    ) throws(ReturnsError) -> [String] {
        guard !record.orders.isEmpty else { return idle(record) + record.notes }
        let returns = try Returns(Summary.returns(record))
        let contributions = Contributions(record)
        var warnings = SampleReview.warnings(record)
        warnings += try SourceReview.warnings(record, returns, contributions)
        warnings += CourseReview.warnings(record, returns)
        warnings += CostReview.warnings(record, settings, contributions)
        warnings += FillReview.warnings(record, table, settings)
        warnings += MarketReview.warnings(table)
        warnings += hindrances(record) + idleLimits(record, settings)
        warnings += record.notes
        return warnings
    }

    private static func idle(_ record: BacktestRecord) -> [String] {
        record.bars <= record.warmUp && record.ticks == 0
            ? [
                "the strategy needs \(record.warmUp) bars before it says anything, and there are \(record.bars)"
            ]
            : ["the strategy never traded"]
    }

    private static func hindrances(_ record: BacktestRecord) -> [String] {
        var warnings: [String] = []
        let halts = record.halts.filter(\.halt.active)
        if let first = halts.first {
            let times = halts.count == 1 ? "on" : "\(halts.count) times, first on"
            warnings.append("trading was halted \(times) \(first.at.dateUTC): \(first.halt.reason)")
        }
        if record.rejected > 0 {
            warnings.append(
                "risk or the exchange rejected \(record.rejected) of \(record.orders.count) orders")
        }
        if record.liquidations > 0 {
            warnings.append(
                "the exchange closed positions \(record.liquidations) times for want of margin")
        }
        if record.trimmed > 0 {
            warnings.append("risk trimmed \(record.trimmed) of \(record.orders.count) orders")
        }
        return warnings
    }

    /// A limit of a symbol that the run does not know limits nothing: it may be a slip of the pen.
    private static func idleLimits(_ record: BacktestRecord, _ settings: BacktestSettings) -> [String] {
        settings.risk.limits.compactMap { given in
            guard case .symbol(let symbol) = given.scope, !record.symbols.contains(symbol) else { return nil }
            return "the limit \(given.limit.rawValue) is for \(symbol), which the run does not trade"
        }
    }

    /// A share as a person reads it, in whole percent.
    static func percent(_ share: Double) -> String {
        share.magnitude < 1e9 ? "\(Int((share * 100).rounded())) %" : "very many %"
    }
}
