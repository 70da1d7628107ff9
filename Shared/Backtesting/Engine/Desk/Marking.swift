import Domain
import Portfolio

/// Quiet bars of one instrument: what is held is marked, and the account's course goes on.
extension TradingDesk {
    /// Marks the only instrument with bar after bar, each an instant of its own, and ends each instant but the last.
    mutating func mark(_ symbol: SymbolIndex, with rows: Range<Int>, of columns: BarColumns) {
        open(instant: columns.closesAt[rows.lowerBound])
        if columns.areDays {
            markDays(symbol, with: rows, of: columns)
        } else {
            markMinutes(symbol, with: rows, of: columns)
        }
    }

    /// Each bar is a day, and the account as it stands is kept after each.
    private mutating func markDays(_ symbol: SymbolIndex, with rows: Range<Int>, of columns: BarColumns) {
        let (holding, cash, first) = (ledger[symbol], ledger.cash, rows.lowerBound)
        let last = rows.upperBound - 1
        let moments = UnsafeBufferPointer(start: columns.closesAt + first, count: last - first)
        if holding.quantity == .zero {
            recording.course.keepDays(at: moments, cash: cash, &recording.record.days)
        } else {
            recording.course.keepDays(
                at: moments, holding: holding, prices: columns.close + first, cash: cash,
                &recording.record.days)
        }
        ledger.mark(symbol, at: Price(units: columns.close[last]))
        recording.course.beginDay(columns.closesAt[last])
    }

    /// There are many bars in a day, and most make no difference.
    private mutating func markMinutes(_ symbol: SymbolIndex, with rows: Range<Int>, of columns: BarColumns) {
        var nextDay = columns.day(after: rows.lowerBound, from: recording.day)
        recording.day = nextDay - 1
        var quiet = QuietPrices(holds: ledger.holds(symbol), holdsWhole: ledger.holdsWhole(symbol))
        var row = rows.lowerBound
        while true {
            let isLastDay =
                nextDay == columns.dayStarts.count || columns.dayStarts[nextDay] >= rows.upperBound
            let dayEnd = isLastDay ? rows.upperBound : columns.dayStarts[nextDay]
            let marked = follow(symbol, over: row..<(isLastDay ? dayEnd - 1 : dayEnd), of: columns, &quiet)
            if marked < dayEnd - 1 { ledger.mark(symbol, at: Price(units: columns.close[dayEnd - 1])) }
            if isLastDay { break }
            recording.course.keepDay(
                columns.closesAt[dayEnd - 1], Standing(ledger), &recording.record.days)
            nextDay += 1
            row = dayEnd
        }
        if row > rows.lowerBound { recording.course.beginDay(columns.closesAt[row]) }
    }

    /// Ends the instants of some rows of a day, and tells which of them was marked last. When they were is not looked up:
    /// nobody asks before the day is over, and it would be a column more to fetch from memory.
    @inline(__always) private mutating func follow(
        _ symbol: SymbolIndex, over rows: Range<Int>, of columns: BarColumns, _ quiet: inout QuietPrices
    ) -> Int {
        var marked = rows.lowerBound - 1
        // What is held, less than a share of it, may be worth nothing.
        var worthless = 0
        for row in rows {
            if quiet.isAll { break }
            let close = columns.close[row]
            if quiet.contains(close) { continue }
            ledger.mark(symbol, at: Price(units: close))
            quiet.add(close, isHigh: recording.course.look(at: ledger.equity))
            if ledger.long == ledger.short { worthless += 1 }
            marked = row
        }
        recording.course.count(instants: rows.count - worthless, isHolding: quiet.holds)
        recording.course.count(instants: worthless, isHolding: false)
        return marked
    }
}

/// The prices that make no difference to an account's highs and lows, while so much is held of one instrument.
///
/// The equity follows the price, up where it is held and down where it is owed. So nothing comes of a price between
/// two that have been looked at since the last high: most bars cost two comparisons.
private struct QuietPrices {
    let holds: Bool
    private let holdsWhole: Bool
    private var low = Int64.max
    private var high = Int64.min
    /// Nothing is held, and no price makes a difference.
    private(set) var isAll = false

    init(holds: Bool, holdsWhole: Bool) {
        self.holds = holds
        self.holdsWhole = holdsWhole
    }

    @inline(__always) func contains(_ price: Int64) -> Bool { price >= low && price <= high }

    /// A price has been looked at.
    @inline(__always) mutating func add(_ price: Int64, isHigh: Bool) {
        if !holds {
            isAll = true
        } else if holdsWhole, price > 0 {
            // Less than a whole share may be worth nothing at one price and something at the next.
            (low, high) = isHigh ? (price, price) : (min(low, price), max(high, price))
        }
    }
}
