import Domain

extension BarSeries {
    /// Longer bars made of these, by the sessions of New York: an hour is counted from the open, the last bar of a
    /// session ends with it, and a day is the session. Outside of sessions lengths are counted from midnight in UTC.
    ///
    /// A bar whose time is not over at the end of the data is not made: nobody knows it yet.
    public func resampled(from: Interval, to: Interval) throws(StoreError) -> BarSeries {
        if from == to { return self }
        guard to.nanoseconds % from.nanoseconds == 0, to <= .day else {
            throw StoreError(
                .refused,
                "bars of \(to) cannot be made of bars of \(from); a multiple of it up to 1d would be right")
        }
        var longer = BarSeries()
        var end = Int64.min
        for row in 0..<count {
            let opened = openedAt[row]
            if opened < end {
                longer.join(row, of: self)
                continue
            }
            let period = BarSeries.period(of: Timestamp(nanoseconds: opened), to)
            end = period.end
            longer.append(row, of: self)
            longer.openedAt[longer.count - 1] = period.begin
        }
        if let last = openedAt.last, last + from.nanoseconds < end { longer.removeLast() }
        return longer
    }

    private mutating func join(_ row: Int, of other: BarSeries) {
        let last = count - 1
        high[last] = Swift.max(high[last], other.high[row])
        low[last] = Swift.min(low[last], other.low[row])
        close[last] = other.close[row]
        volume[last] += other.volume[row]
        trades[last] += other.trades[row]
    }

    private mutating func removeLast() {
        openedAt.removeLast()
        open.removeLast()
        high.removeLast()
        low.removeLast()
        close.removeLast()
        volume.removeLast()
        trades.removeLast()
    }

    private static func period(of moment: Timestamp, _ length: Interval) -> (begin: Int64, end: Int64) {
        if let session = TradingCalendar.xnys.session(containing: moment) {
            if length == .day { return (session.open.nanoseconds, session.close.nanoseconds) }
            let begin =
                session.open.nanoseconds + (moment - session.open) / length.nanoseconds * length.nanoseconds
            return (begin, Swift.min(begin + length.nanoseconds, session.close.nanoseconds))
        }
        let begin = moment.floored(to: length.nanoseconds).nanoseconds
        let next = TradingCalendar.xnys.next(after: moment)?.open.nanoseconds ?? .max
        return (begin, Swift.min(begin + length.nanoseconds, next))
    }
}
