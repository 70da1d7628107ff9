import Domain

/// When a portfolio is brought back to its shares: at the first moment of a new day, week or month, by the date in
/// UTC, which is the session's date in New York.
struct RebalanceCalendar: Sendable {
    private let rule: RebalanceRule
    /// The period that was dealt with last, as a count of days, weeks or months.
    var period: Int64?
    /// Nothing is due before this.
    var next = Timestamp.distantPast

    init(_ rule: RebalanceRule) { self.rule = rule }

    var nextDue: Timestamp { rule == .never ? .distantFuture : next }

    func isDue(at now: Timestamp) -> Bool { rule != .never && now >= next }

    /// Tells whether a new period has begun, and notes it.
    mutating func begin(at now: Timestamp) -> Bool {
        guard isDue(at: now) else { return false }
        let date = now.dateUTC
        next = (date + 1).midnightUTC
        let current: Int64 =
            switch rule {
            case .never: 0
            case .daily, .drift: Int64(date.days)
            // 1970-01-05 was a Monday.
            case .weekly: (Int64(date.days) + 3) / 7
            case .monthly: Int64(date.year * 12 + date.month)
            }
        defer { period = current }
        return period != current
    }
}
