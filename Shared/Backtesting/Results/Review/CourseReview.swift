import Domain
import Statistics

/// Whether the strategy still works at the end, or lives on what it made long ago.
enum CourseReview {
    private static let daysMin = 60

    static func warnings(_ record: BacktestRecord, _ returns: Returns) -> [String] {
        guard record.days.count >= daysMin else { return [] }
        if let warning = still(record) { return [warning] }
        if let warning = spent(record, returns) { return [warning] }
        return []
    }

    /// The equity did not move at all in the last fifth of the time.
    private static func still(_ record: BacktestRecord) -> String? {
        var first = record.days.count - 1
        while first > 0, record.days[first - 1].equity == record.finalEquity { first -= 1 }
        let still = record.days.count - first
        guard still * 5 >= record.days.count else { return nil }
        return
            "the curve is flat at the end: the equity has not moved since \(record.days[first].at.dateUTC), in the last "
            + "\(still) of \(record.days.count) days"
    }

    /// All that was gained was gained in the first two thirds.
    private static func spent(_ record: BacktestRecord, _ returns: Returns) -> String? {
        let cut = record.days.count * 2 / 3
        let end = Double(record.finalEquity)
        let before = Double(record.days[cut - 1].equity)
        guard end > Double(record.cash), end <= before else { return nil }
        return
            "the curve is flat at the end: nothing was gained since \(record.days[cut - 1].at.dateUTC), in the last third "
            + "of the time (\(SelfReview.percent(end / before - 1)))"
    }
}
