import Domain
import Exchange
import Strategies

/// The quiet times of a market: nobody but a strategy can make anything happen, because no order is anywhere, no stage
/// watches bars, and nothing is due.
///
/// Then strategies are shown bar after bar, and what is held is marked, but exchange and ledger need no more than the
/// last bar of each instrument, and nobody has to be asked after each. Most bars pass so: in a third of the time that
/// they take one by one (`take`), with the same outcome.
extension Drive {
    func isQuiet(at moment: Int64) -> Bool {
        moment < min(pending, desk.exchange.due) && !desk.watchesBars && !showsOtherwise
            && desk.exchange.isIdle
    }

    /// Takes the instants of a quiet time, until a strategy says something, something else is due, or a row is reached.
    /// Returns where the next ones are.
    @inline(never) mutating func takeQuiet(from first: Int, to limit: Int) throws -> Int {
        let due = min(pending, desk.exchange.due)
        if isAlone, !desk.recording.course.keepsMoment {
            let bars = columns.run(first..<columns.row(notBefore: due, in: first..<limit), of: 0)
            let rows = first..<(first + voice.onBars(bars, of: 0, &opinions))
            // The exchange looks at the last one, and then at the next.
            columns.fetch(rows.upperBound - 1)
            columns.fetch(rows.upperBound)
            desk.mark(SymbolIndex(0), with: rows, of: columns)
            desk.exchange.take(columns.candle(rows.upperBound - 1), of: SymbolIndex(0), &desk.reports)
            try conclude(instant: columns.closesAt[rows.upperBound - 1])
            return rows.upperBound
        }
        var at = columns.closesAt[first]
        var row = first
        while true {
            desk.open(instant: at)
            row = show(instant: at, from: row)
            guard opinions.isEmpty, row < limit, columns.closesAt[row] < due else { break }
            desk.close(instant: at)
            at = columns.closesAt[row]
        }
        catchUp(with: first..<row)
        try conclude(instant: at)
        return row
    }

    /// Shows the bars of an instant to strategies, marks what is held, and returns the row behind them.
    @inline(__always) private mutating func show(instant at: Int64, from first: Int) -> Int {
        let now = Timestamp(nanoseconds: at)
        // A copy, because the compiler makes one for each bar otherwise.
        let columns = self.columns
        var row = first
        repeat {
            let instrument = Int(columns.symbol[row])
            voice.onBar(columns.bar(row), of: instrument, at: now, &opinions)
            if desk.ledger.holds(SymbolIndex(instrument)) {
                desk.ledger.mark(SymbolIndex(instrument), at: Price(units: columns.close[row]))
            }
            row += 1
        } while row < columns.count && columns.closesAt[row] == at
        return row
    }

    /// Tells exchange and ledger of each instrument's last bar among these rows.
    private mutating func catchUp(with rows: Range<Int>) {
        quietTimes += 1
        var missing = instrumentCount
        for row in rows.reversed() where caughtUp[Int(columns.symbol[row])] != quietTimes {
            let symbol = columns.symbolIndex(row)
            caughtUp[symbol.number] = quietTimes
            desk.exchange.take(columns.candle(row), of: symbol, &desk.reports)
            desk.ledger.mark(symbol, at: Price(units: columns.close[row]))
            missing -= 1
            if missing == 0 { break }
        }
    }
}
