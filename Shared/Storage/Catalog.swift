import Domain

/// What is known of instruments, and what was tried on them, in the same database as history. The same again changes
/// nothing; what is known otherwise takes the place of what was.
public final class Catalog {
    public struct Instrument: Sendable {
        public var symbol: Symbol
        public var name: String
        public var exchange: String
        public var sector: String
        public var industry: String

        public init(symbol: Symbol, name: String, exchange: String, sector: String, industry: String) {
            self.symbol = symbol
            self.name = name
            self.exchange = exchange
            self.sector = sector
            self.industry = industry
        }
    }

    /// A figure of a company, known since a moment.
    public struct Fundamental: Sendable {
        public var symbol: Symbol
        public var name: String
        public var at: Timestamp
        public var value: Double

        public init(symbol: Symbol, name: String, at: Timestamp, value: Double) {
            self.symbol = symbol
            self.name = name
            self.at = at
            self.value = value
        }
    }

    public struct Run: Sendable {
        public var name: String
        public var kind: String
        public var madeAt: Timestamp
        public var command: String
        /// All that the book of runs says of it, as JSON.
        public var summary: String

        public init(name: String, kind: String, madeAt: Timestamp, command: String, summary: String) {
            self.name = name
            self.kind = kind
            self.madeAt = madeAt
            self.command = command
            self.summary = summary
        }
    }

    private let engine: any SQLEngine
    public var place: String { engine.place }

    public init(path: String) throws(StorageError) {
        engine = try HistoryStore(path: path, shard: "").engine
    }

    public init(_ server: PostgresAddress) throws(StorageError) {
        engine = try HistoryStore(server, shard: "").engine
    }

    public func close() { engine.close() }

    public func put(_ instruments: [Instrument], provider: String, at now: Timestamp) throws(StorageError) {
        try put(Tables.instruments, instruments) { row, instrument in
            row.add(instrument.symbol)
            for text in [
                instrument.name, instrument.exchange, instrument.sector, instrument.industry, provider,
            ] {
                row.add(text)
            }
            row.add(now.nanoseconds)
        }
    }

    /// Which symbols a list named, as of a moment.
    public func put(universe name: String, _ symbols: [Symbol], at now: Timestamp) throws(StorageError) {
        try put(Tables.universe, symbols) { row, symbol in
            row.add(name)
            row.add(symbol)
            row.add(now.nanoseconds)
        }
    }

    public func put(_ fundamentals: [Fundamental], provider: String) throws(StorageError) {
        try put(Tables.fundamentals, fundamentals) { row, figure in
            row.add(figure.symbol)
            row.add(figure.name)
            row.add(figure.at.nanoseconds)
            row.add(figure.value)
            row.add(provider)
        }
    }

    public func put(_ actions: [CorporateAction]) throws(StorageError) {
        try engine.transaction { () throws(StorageError) in
            try engine.put(actions.map { Projection.row(of: $0) }, into: Tables.actions)
        }
    }

    public func put(_ runs: [Run]) throws(StorageError) {
        try put(Tables.runs, runs) { row, run in
            row.add(run.name)
            row.add(run.kind)
            row.add(run.madeAt.nanoseconds)
            row.add(run.command)
            row.add(run.summary)
        }
    }

    private func put<Item>(
        _ table: SQLTable, _ items: [Item], _ fill: (inout RowBuilder, Item) -> Void
    ) throws(StorageError) {
        let rows = items.map { item in
            var row = RowBuilder(count: table.columns.count)
            fill(&row, item)
            return row.values
        }
        try engine.transaction { () throws(StorageError) in try engine.put(rows, into: table) }
    }

    /// How many rows each table has.
    public func counts() throws(StorageError) -> [(table: String, rows: Int)] {
        var found: [(table: String, rows: Int)] = []
        for table in Tables.all {
            found.append((table.name, Int(try engine.number("SELECT count(*) FROM \(table.name)") ?? 0)))
        }
        return found
    }

    /// The splits, dividends and other actions of a symbol that are known, oldest first.
    public func actions(of symbol: Symbol) throws(StorageError) -> [CorporateAction] {
        try engine.actions(of: symbol)
    }
}
