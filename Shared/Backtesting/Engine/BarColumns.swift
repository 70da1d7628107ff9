import CColumns
import Domain
import Exchange
import Strategies

/// The columns of a table as bare memory: for as long as the table lives, and the column of its spans.
struct BarColumns: BitwiseCopyable {
    let count: Int
    let closesAt: UnsafePointer<Int64>
    let symbol: UnsafePointer<Int32>
    let close: UnsafePointer<Int64>
    let dayStarts: UnsafeBufferPointer<Int>
    private let spans: UnsafePointer<Int64>
    private let openedAt: UnsafePointer<Int64>
    private let open: UnsafePointer<Int64>
    private let high: UnsafePointer<Int64>
    private let low: UnsafePointer<Int64>
    private let volume: UnsafePointer<Int64>

    init(_ table: borrowing BarTable, spans: Column<Int64>) {
        count = table.count
        closesAt = UnsafePointer(table.closesAt.base)
        symbol = UnsafePointer(table.symbol.base)
        close = UnsafePointer(table.close.base)
        dayStarts = table.dayStarts.values
        self.spans = UnsafePointer(spans.base)
        openedAt = UnsafePointer(table.openedAt.base)
        open = UnsafePointer(table.open.base)
        high = UnsafePointer(table.high.base)
        low = UnsafePointer(table.low.base)
        volume = UnsafePointer(table.volume.base)
    }

    @inline(__always) func symbolIndex(_ row: Int) -> SymbolIndex { SymbolIndex(Int(symbol[row])) }

    @inline(__always) func candle(_ row: Int) -> Candle {
        Candle(
            openedAt: Timestamp(nanoseconds: openedAt[row]), closesAt: Timestamp(nanoseconds: closesAt[row]),
            open: Price(units: open[row]), high: Price(units: high[row]), low: Price(units: low[row]),
            close: Price(units: close[row]), volume: Volume(units: volume[row]))
    }

    /// Has what is not looked at in each bar fetched from memory, of a bar that soon is.
    @inline(__always) func fetch(_ row: Int) {
        tradewind_fetch(closesAt + row)
        tradewind_fetch(openedAt + row)
        tradewind_fetch(open + row)
        tradewind_fetch(high + row)
        tradewind_fetch(low + row)
        tradewind_fetch(volume + row)
        tradewind_fetch(symbol + row)
    }

    /// Bars that follow each other, all of one instrument.
    func run(_ rows: Range<Int>, of instrument: Int) -> BarRun {
        BarRun(
            count: rows.count, span: spans[instrument],
            openedAt: openedAt + rows.lowerBound,
            closesAt: closesAt + rows.lowerBound, open: open + rows.lowerBound, high: high + rows.lowerBound,
            low: low + rows.lowerBound, close: close + rows.lowerBound, volume: volume + rows.lowerBound)
    }

    /// Each bar is a day of its own.
    var areDays: Bool { dayStarts.count == count }

    /// The first of these rows that is not known before a moment; the end of them where all are.
    func row(notBefore moment: Int64, in rows: Range<Int>) -> Int {
        guard moment < .max else { return rows.upperBound }
        return firstPlace(in: rows) { closesAt[$0] >= moment }
    }

    /// The number of the first day that begins after a row, looked for from a day on that begins no later than it.
    func day(after row: Int, from day: Int) -> Int {
        var (day, step) = (day, 1)
        // In ever longer steps: most often it is the next one or the one after.
        while day + step < dayStarts.count, dayStarts[day + step] <= row {
            day += step
            step *= 2
        }
        return firstPlace(in: day..<min(day + step, dayStarts.count)) { dayStarts[$0] > row }
    }

    /// The first place from which on something is true; the end of them where it is nowhere.
    private func firstPlace(in places: Range<Int>, _ isThere: (Int) -> Bool) -> Int {
        var (low, high) = (places.lowerBound, places.upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if isThere(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    @inline(__always) func bar(_ row: Int) -> Bar {
        Bar(
            span: spans[Int(symbol[row])], openedAt: Timestamp(nanoseconds: openedAt[row]),
            open: Price(units: open[row]), high: Price(units: high[row]), low: Price(units: low[row]),
            close: Price(units: close[row]), volume: Volume(units: volume[row]))
    }
}
