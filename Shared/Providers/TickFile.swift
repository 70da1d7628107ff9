import Domain

/// Quotes or trades from a CSV file, one after the other, oldest first.
///
/// Our own layouts are `symbol,time,bid,bid_size,ask,ask_size` and `symbol,time,price,size`. Alpaca's are known too, by
/// the names of its service (`t`, `bp`, `bs`, `ap`, `as`, `p`, `s`) and of its Python client (`timestamp`, `bid_price`,
/// …). Sizes are shares. A quote without a bid or an ask (a price of 0) is passed over: nobody can trade on it.
public struct TickFile: ~Copyable {
    public enum Kind: Sendable { case quotes, trades }

    private var records: CSVRecords
    private let symbol: Symbol?
    private let columns: Columns
    private var latest = Timestamp.distantPast

    public init(_ path: String, of kind: Kind, symbol: Symbol?) throws(SourceError) {
        let records = try CSVRecords(path: path)
        columns = try Columns(records, kind, isNamed: symbol != nil)
        self.symbol = symbol
        self.records = records
    }

    private struct Columns {
        let symbol: Int
        let time: Int
        let firstPrice: Int
        let firstSize: Int
        let secondPrice: Int
        let secondSize: Int

        init(_ records: borrowing CSVRecords, _ kind: Kind, isNamed: Bool) throws(SourceError) {
            let name = records.column("symbol", "ticker", "S")
            symbol =
                isNamed
                ? name ?? 0
                : try Columns.needed(name, "the symbol, and none was named with the file", kind, records)
            time = try Columns.needed(
                records.column("time", "timestamp", "datetime", "t"), "the time", kind, records)
            switch kind {
            case .quotes:
                firstPrice = try Columns.needed(
                    records.column("bid", "bid_price", "bp"), "the bid", kind, records)
                firstSize = try Columns.needed(
                    records.column("bid_size", "bs"), "the bid's size", kind, records)
                secondPrice = try Columns.needed(
                    records.column("ask", "ask_price", "ap"), "the ask", kind, records)
                secondSize = try Columns.needed(
                    records.column("ask_size", "as"), "the ask's size", kind, records)
            case .trades:
                firstPrice = try Columns.needed(records.column("price", "p"), "the price", kind, records)
                firstSize = try Columns.needed(records.column("size", "s"), "the size", kind, records)
                (secondPrice, secondSize) = (firstPrice, firstSize)
            }
        }

        private static func needed(
            _ column: Int?, _ what: String, _ kind: Kind, _ records: borrowing CSVRecords
        ) throws(SourceError) -> Int {
            if let column { return column }
            throw records.lacks(
                what,
                example: kind == .quotes ? "symbol,time,bid,bid_size,ask,ask_size" : "symbol,time,price,size")
        }
    }

    public var path: String { records.path }

    /// The next quote that has both sides; nothing at the end.
    public mutating func nextQuote() throws(SourceError) -> Quote? {
        while try records.next() {
            let quote = Quote(
                symbol: try name(), at: try moment(), bid: try records.decimal(columns.firstPrice),
                ask: try records.decimal(columns.secondPrice), bidSize: try size(columns.firstSize),
                askSize: try size(columns.secondSize))
            if quote.bid == .zero || quote.ask == .zero { continue }
            guard quote.bid.isPositive else { throw records.fault(columns.firstPrice, "a price above 0") }
            guard quote.ask >= quote.bid else {
                throw records.fault(columns.secondPrice, "an ask not below the bid")
            }
            return quote
        }
        return nil
    }

    /// The next trade; nothing at the end.
    public mutating func nextTrade() throws(SourceError) -> Trade? {
        guard try records.next() else { return nil }
        let trade = Trade(
            symbol: try name(), at: try moment(), price: try records.decimal(columns.firstPrice),
            size: try size(columns.firstSize))
        guard trade.price.isPositive else { throw records.fault(columns.firstPrice, "a price above 0") }
        return trade
    }

    private func name() throws(SourceError) -> Symbol {
        if let symbol { return symbol }
        return try records.symbol(columns.symbol)
    }

    private mutating func moment() throws(SourceError) -> Timestamp {
        let moment = try records.time(columns.time)
        guard moment >= latest else {
            throw records.fault(columns.time, "a time not before that of the row above")
        }
        latest = moment
        return moment
    }

    private func size(_ column: Int) throws(SourceError) -> Volume {
        let size: Volume = try records.decimal(column)
        guard !size.isNegative else { throw records.fault(column, "a size of 0 or more") }
        return size
    }
}
