import Domain

/// Bars and durable messages in a database, together with how far the commands that brought them are stored.
///
/// Rows and `done` change in one transaction, so after a crash the owner of the commands need only send again what is
/// above `done`; and a message is named by topic, epoch and number, so what comes twice is there once. What was added
/// waits in memory until `commit`: a commit that fails leaves it there, and can be tried again.
public final class HistoryStore {
    /// Number of the last command that is durably stored; 0 if none is.
    public private(set) var done: UInt64 = 0

    package let engine: any SQLEngine
    private let shard: String
    private var batch = HistoryBatch()

    /// Opens a file of SQLite, and makes it if there is none.
    ///
    /// `shard` names whose progress this is: several shards may keep their rows in one database. `busyMilliseconds` is
    /// how long to wait while another process writes.
    public convenience init(path: String, shard: String, busyMilliseconds: Int32 = 5000) throws(StorageError)
    {
        try self.init(Database(path: path, busyMilliseconds: busyMilliseconds), shard: shard)
    }

    /// Opens a database of a PostgreSQL server, and makes the tables if there are none.
    public convenience init(_ server: PostgresAddress, shard: String) throws(StorageError) {
        try self.init(PostgresConnection(server), shard: shard)
    }

    package init(_ engine: any SQLEngine, shard: String) throws(StorageError) {
        self.shard = shard
        self.engine = engine
        do {
            try Schema.migrate(engine)
            let stored = try engine.number("SELECT done FROM progress WHERE shard = $1", [.text(shard)])
            done = UInt64(max(0, stored ?? 0))
        } catch {
            engine.close()
            throw error
        }
    }

    /// How many rows wait for the next commit.
    public var pending: Int { batch.count }

    /// Puts a bar into the open batch; a bar of the same symbol, span and time replaces the older one.
    ///
    /// `number` is the number of the command that brought it, higher than that of the one before.
    public func store(_ bar: Bar, number: UInt64) throws(StorageError) {
        try check(number)
        try batch.add(bar, number: number)
    }

    /// Puts the row of a message into the open batch.
    public func store(_ message: Message, number: UInt64) throws(StorageError) {
        try check(number)
        try batch.add(message, number: number)
    }

    private func check(_ number: UInt64) throws(StorageError) {
        let last = max(done, batch.last)
        guard number > last, number <= UInt64(Int64.max) else {
            throw StorageError(
                .refused,
                "\(engine.place): command \(number) of shard \(shard) came after command \(last); the numbers "
                    + "of the commands must grow")
        }
    }

    /// Stores the open batch and the number of its last command; durable when it returns.
    ///
    /// Without a batch it does nothing.
    public func commit() throws(StorageError) {
        if batch.isEmpty { return }
        try commit(batch)
        batch.removeAll()
    }

    /// The same for a batch that was gathered elsewhere, of which some may be stored.
    package func commit(_ given: HistoryBatch) throws(StorageError) {
        var batch = given
        batch.drop(through: done)
        let last = given.last
        guard last > done else { return }
        let stored = done
        try engine.transaction { () throws(StorageError) in
            if !batch.bars.isEmpty { try engine.put(batch.barRows, into: Tables.bars) }
            for each in batch.tables where !each.rows.isEmpty { try engine.put(each.rows, into: each.table) }
            try moveProgress(from: stored, to: last)
        }
        done = last
    }

    /// Called inside the transaction that holds the rows. A shard has one owner; should another process have moved the
    /// same shard on, neither's rows may go in under the wrong number.
    private func moveProgress(from: UInt64, to last: UInt64) throws(StorageError) {
        let moved = try engine.rows(
            "INSERT INTO progress (shard, done) VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE SET done = excluded.done "
                + "WHERE progress.done = $3 RETURNING done",
            [.text(shard), .integer(Int64(last)), .integer(Int64(from))])
        guard moved.isEmpty else { return }
        let stored = try engine.number("SELECT done FROM progress WHERE shard = $1", [.text(shard)]) ?? 0
        throw StorageError(
            .locked,
            "\(engine.place): shard \(shard) stands at command \(stored) and not at \(from) as this process "
                + "left it; another process writes it, and only one may")
    }

    /// Lets go of the database. What was not committed is not stored.
    public func close() {
        engine.close()
    }
}

// What is stored, as it was at the last commit: the open batch is not seen.
extension HistoryStore {
    /// A page of bars, oldest first: those that opened at `from` or later and before `to`, at most `limit`.
    ///
    /// The next page begins one nanosecond after the last bar's opening.
    public func bars(
        symbol: Symbol, span: Int64, from: Timestamp, to: Timestamp, limit: Int
    ) throws(StorageError) -> [Bar] {
        let rows = try engine.rows(
            "SELECT opened_at, open, high, low, close, volume, trades FROM bars "
                + "WHERE symbol = $1 AND span = $2 AND opened_at >= $3 AND opened_at < $4 ORDER BY opened_at LIMIT $5",
            [
                .text(symbol.text), .integer(span), .integer(from.nanoseconds), .integer(to.nanoseconds),
                .integer(Int64(max(0, limit))),
            ])
        return rows.map { row in
            let numbers = row.map { $0.integer ?? 0 }
            return Bar(
                symbol: symbol, span: span, openedAt: Timestamp(nanoseconds: numbers[0]),
                open: Price(units: numbers[1]), high: Price(units: numbers[2]), low: Price(units: numbers[3]),
                close: Price(units: numbers[4]), volume: Volume(units: numbers[5]),
                trades: UInt64(max(0, numbers[6])))
        }
    }

    /// Every series there is, by symbol and span. Reads the whole table: for a person, not for a loop.
    public func symbols() throws(StorageError) -> [StoredSeries] {
        let rows = try engine.rows(
            "SELECT symbol, span, count(*), min(opened_at), max(opened_at) FROM bars "
                + "GROUP BY symbol, span ORDER BY symbol, span", [])
        var found: [StoredSeries] = []
        for row in rows {
            let name = row[0].text ?? ""
            guard let symbol = Symbol(name) else {
                throw StorageError(
                    .corrupt,
                    "\(engine.place): table bars has the symbol \"\(name)\"; a symbol has at most "
                        + "\(Symbol.lengthMax) bytes, so another program has written here")
            }
            found.append(
                StoredSeries(
                    symbol: symbol, span: row[1].integer ?? 0, count: Int(row[2].integer ?? 0),
                    first: Timestamp(nanoseconds: row[3].integer ?? 0),
                    last: Timestamp(nanoseconds: row[4].integer ?? 0)))
        }
        return found
    }

    /// How many bars are stored in all.
    public func count() throws(StorageError) -> Int {
        Int(try engine.number("SELECT count(*) FROM bars") ?? 0)
    }

    /// What there is of days that are over, by series: those before the day, in UTC, of the series' newest bar.
    public func seriesOfDaysThatAreOver() throws(StorageError) -> [StoredSeries] {
        let day: Int64 = 86_400_000_000_000
        return try symbols().compactMap { series in
            var series = series
            let today = series.last.nanoseconds / day * day
            guard series.first.nanoseconds < today else { return nil }
            series.last = Timestamp(nanoseconds: today - 1)
            return series
        }
    }

    /// Takes bars of one series out that lie elsewhere for good: all that opened from the first to the last of them.
    ///
    /// A series has one writer, and it is the one that calls this: what was read is what there is. If it is not, nothing
    /// is taken out.
    public func remove(_ bars: [Bar]) throws(StorageError) {
        guard let first = bars.first, let last = bars.last else { return }
        let range: [SQLValue] = [
            .text(first.symbol.text), .integer(first.span), .integer(first.openedAt.nanoseconds),
            .integer(last.openedAt.nanoseconds),
        ]
        let within = "FROM bars WHERE symbol = $1 AND span = $2 AND opened_at >= $3 AND opened_at <= $4"
        try engine.transaction { () throws(StorageError) in
            let count = try engine.number("SELECT count(*) " + within, range)
            guard count == Int64(bars.count) else {
                throw StorageError(
                    .locked,
                    "\(engine.place): \(first.symbol) has \(count ?? 0) bars where \(bars.count) were read; another "
                        + "process writes them, and only one may")
            }
            _ = try engine.rows("DELETE " + within, range)
        }
    }
}
