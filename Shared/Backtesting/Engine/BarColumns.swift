import Domain
import Exchange

/// The columns of a table as bare memory: for as long as the table lives.
struct BarColumns {
    let count: Int
    let closesAt: UnsafePointer<Int64>
    let symbol: UnsafePointer<Int32>
    let close: UnsafePointer<Int64>
    private let spans: Column<Int64>
    private let openedAt: UnsafePointer<Int64>
    private let open: UnsafePointer<Int64>
    private let high: UnsafePointer<Int64>
    private let low: UnsafePointer<Int64>
    private let volume: UnsafePointer<Int64>

    init(_ table: BarTable) {
        count = table.count
        closesAt = UnsafePointer(table.closesAt.base)
        symbol = UnsafePointer(table.symbol.base)
        close = UnsafePointer(table.close.base)
        spans = Column(table.spans)
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

    @inline(__always) func bar(_ row: Int) -> Bar {
        Bar(
            span: spans.base[Int(symbol[row])], openedAt: Timestamp(nanoseconds: openedAt[row]),
            open: Price(units: open[row]), high: Price(units: high[row]), low: Price(units: low[row]),
            close: Price(units: close[row]), volume: Volume(units: volume[row]))
    }
}
