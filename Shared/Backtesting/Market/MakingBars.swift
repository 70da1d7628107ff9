import Domain

extension Market {
    /// Makes bars of these lengths for each instrument that has none, of the shortest that it has.
    ///
    /// A day is the session of New York in which a bar opens, or the day in UTC where there is none; other lengths are
    /// counted from midnight in UTC. A bar is known when its time is over: the last one of the data may not be, and is
    /// then never shown.
    mutating func makeBars(of lengths: Set<Int64>) {
        var made: [LongerBar] = []
        for length in lengths.sorted() {
            let missing = bars.symbols.indices.filter {
                !spans(of: $0).contains(length) && bars.spans[$0] > 0
            }
            guard !missing.isEmpty else { continue }
            var open = [LongerBar?](repeating: nil, count: bars.symbols.count)
            let wanted = Set(missing.filter { bars.spans[$0] < length })
            for row in 0..<bars.count where wanted.contains(Int(bars.symbol[row])) {
                let instrument = Int(bars.symbol[row])
                let bar = bars.bar(row)
                let (begin, end) = Market.period(of: bar.openedAt, length)
                if let current = open[instrument], current.at != end.nanoseconds {
                    made.append(current)
                    open[instrument] = nil
                }
                open[instrument] = Market.joined(open[instrument], bar, instrument, length, begin, end)
            }
            let last = bars.range?.upperBound.nanoseconds ?? 0
            made += open.compactMap { $0 }.filter { $0.at <= last }
        }
        longerBars = (longerBars + made).sorted {
            ($0.at, $0.instrument, $0.bar.span) < ($1.at, $1.instrument, $1.bar.span)
        }
    }

    private static func joined(
        _ current: LongerBar?, _ bar: Bar, _ instrument: Int, _ length: Int64, _ begin: Timestamp,
        _ end: Timestamp
    ) -> LongerBar {
        guard var longer = current else {
            var first = bar
            first.span = length
            first.openedAt = begin
            return LongerBar(at: end.nanoseconds, instrument: Int32(instrument), bar: first)
        }
        longer.bar.high = max(longer.bar.high, bar.high)
        longer.bar.low = min(longer.bar.low, bar.low)
        longer.bar.close = bar.close
        longer.bar.volume += bar.volume
        return longer
    }

    private static func period(of moment: Timestamp, _ length: Int64) -> (begin: Timestamp, end: Timestamp) {
        if length == Nanoseconds.day {
            if let session = TradingCalendar.xnys.session(containing: moment) {
                return (session.open, session.close)
            }
            let date = moment.dateUTC
            return (date.midnightUTC, (date + 1).midnightUTC)
        }
        let begin = moment - moment.sinceMidnightUTC % length
        return (begin, begin + length)
    }
}
