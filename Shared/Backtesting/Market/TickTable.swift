import Domain

/// Quotes and trades in columns, one row each, in the order in which they happened.
public struct TickTable: Sendable {
    public enum Kind: UInt8, Sendable { case quote, trade }

    public let at = Column<Int64>()
    let instrument = Column<Int32>()
    let kind = Column<UInt8>()
    /// A quote's bid and ask with their sizes; of a trade the first price and size alone.
    let firstPrice = Column<Int64>()
    let secondPrice = Column<Int64>()
    let firstSize = Column<Int64>()
    let secondSize = Column<Int64>()
    /// Quotes were given, and trades were.
    public private(set) var quotes = 0
    public private(set) var trades = 0

    public init() {}

    public var count: Int { at.count }

    /// Adds a quote; times do not go back.
    public mutating func append(_ quote: Quote, of instrument: Int) {
        add(quote.at, instrument, .quote, quote.bid.units, quote.ask.units)
        firstSize.append(quote.bidSize.units)
        secondSize.append(quote.askSize.units)
        quotes += 1
    }

    /// Adds a trade; times do not go back.
    public mutating func append(_ trade: Trade, of instrument: Int) {
        add(trade.at, instrument, .trade, trade.price.units, 0)
        firstSize.append(trade.size.units)
        secondSize.append(0)
        trades += 1
    }

    private func add(_ moment: Timestamp, _ instrument: Int, _ kind: Kind, _ first: Int64, _ second: Int64) {
        precondition(count == 0 || at[count - 1] <= moment.nanoseconds, "ticks come in the order of time")
        at.append(moment.nanoseconds)
        self.instrument.append(Int32(instrument))
        self.kind.append(kind.rawValue)
        firstPrice.append(first)
        secondPrice.append(second)
    }

    public var range: ClosedRange<Timestamp>? {
        guard count > 0 else { return nil }
        return Timestamp(nanoseconds: at[0])...Timestamp(nanoseconds: at[count - 1])
    }

    func add(to hash: inout Fnv1a) {
        for column in [at, firstPrice, secondPrice, firstSize, secondSize] { hash.add(folding: column) }
        for row in 0..<count { hash.add(kind.base[row] ^ UInt8(truncatingIfNeeded: instrument.base[row])) }
    }
}

extension Fnv1a {
    /// Folds a column's numbers first: a byte at a time would cost more than the backtest.
    mutating func add(folding column: Column<Int64>) {
        var folded: UInt64 = 0xcbf2_9ce4_8422_2325
        for value in column.values {
            folded = (folded ^ UInt64(bitPattern: value)) &* 0x9e37_79b9_7f4a_7c15
            folded ^= folded >> 29
        }
        add(folded)
    }
}

/// The columns of a table of quotes and trades as bare memory: for as long as the table lives.
struct TickColumns {
    let count: Int
    let at: UnsafePointer<Int64>
    private let instruments: UnsafePointer<Int32>
    private let kind: UnsafePointer<UInt8>
    private let firstPrice: UnsafePointer<Int64>
    private let secondPrice: UnsafePointer<Int64>
    private let firstSize: UnsafePointer<Int64>
    private let secondSize: UnsafePointer<Int64>

    init(_ table: TickTable) {
        count = table.count
        at = UnsafePointer(table.at.base)
        instruments = UnsafePointer(table.instrument.base)
        kind = UnsafePointer(table.kind.base)
        firstPrice = UnsafePointer(table.firstPrice.base)
        secondPrice = UnsafePointer(table.secondPrice.base)
        firstSize = UnsafePointer(table.firstSize.base)
        secondSize = UnsafePointer(table.secondSize.base)
    }

    @inline(__always) func instrument(_ row: Int) -> Int { Int(instruments[row]) }

    @inline(__always) func isQuote(_ row: Int) -> Bool { kind[row] == TickTable.Kind.quote.rawValue }

    @inline(__always) func quote(_ row: Int) -> Quote {
        Quote(
            at: Timestamp(nanoseconds: at[row]), bid: Price(units: firstPrice[row]),
            ask: Price(units: secondPrice[row]), bidSize: Volume(units: firstSize[row]),
            askSize: Volume(units: secondSize[row]))
    }

    @inline(__always) func trade(_ row: Int) -> Trade {
        Trade(
            at: Timestamp(nanoseconds: at[row]), price: Price(units: firstPrice[row]),
            size: Volume(units: firstSize[row]), id: UInt64(row))
    }
}
