import Domain

/// Bars on disk, together with how far the commands that brought them are stored.
///
/// Rows and `done` change in one transaction, so after a crash the owner of the commands need only send again
/// what is above `done`; what comes twice replaces itself. Bars wait in memory until `commit`: a commit that
/// fails leaves them there, and can be tried again.
public final class BarStore {
    /// Number of the last command that is durably stored; 0 if none is.
    public private(set) var done: UInt64 = 0

    package let database: Database
    private let shard: String
    private var batch: [Bar] = []
    private var last: UInt64 = 0

    /// Opens the database, and makes it if there is none.
    ///
    /// `shard` names whose progress this is: several shards may keep their bars in one file.
    /// `busyMilliseconds` is how long to wait while another process writes.
    public init(path: String, shard: String, busyMilliseconds: Int32 = 5000) throws(StorageError) {
        self.shard = shard
        database = try Database(path: path, busyMilliseconds: busyMilliseconds)
        do {
            try Schema.migrate(database)
            done = UInt64(max(0, try storedProgress() ?? 0))
            last = done
        } catch {
            database.close()
            throw error
        }
    }

    /// How many bars wait for the next commit.
    public var pending: Int { batch.count }

    /// Puts a bar into the open batch; a bar of the same symbol, span and time replaces the older one.
    ///
    /// `number` is the number of the command that brought it, higher than that of the one before.
    public func store(_ bar: Bar, number: UInt64) throws(StorageError) {
        guard number > last, number <= UInt64(Int64.max) else {
            throw StorageError(
                .refused,
                "\(database.path): command \(number) of shard \(shard) came after command \(last); the numbers "
                    + "of the commands must grow")
        }
        guard bar.trades <= UInt64(Int64.max) else {
            throw StorageError(
                .refused,
                "\(database.path): the bar of \(bar.symbol) in command \(number) says it has \(bar.trades) trades; "
                    + "that is more than can be stored")
        }
        batch.append(bar)
        last = number
    }

    /// Stores the open batch and the number of its last command; durable when it returns.
    ///
    /// Without a batch it does nothing.
    public func commit() throws(StorageError) {
        if batch.isEmpty { return }
        try database.transaction { () throws(StorageError) in
            let insert = try database.statement(
                "INSERT OR REPLACE INTO bars (symbol, span, opened_at, open, high, low, close, volume, trades) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            for index in keyOrder {
                try BarStore.bind(batch[index], to: insert)
                try insert.run()
            }
            try moveProgress()
        }
        done = last
        batch.removeAll(keepingCapacity: true)
    }

    /// The batch in the order of the table: neighbours on a page are written together. An instant of 500
    /// symbols is the usual batch, and in its own order every row would be on another page (a third more of
    /// the processor).
    private var keyOrder: [Int] {
        batch.indices.sorted { left, right in
            let (a, b) = (batch[left], batch[right])
            if a.symbol != b.symbol { return a.symbol < b.symbol }
            if a.span != b.span { return a.span < b.span }
            if a.openedAt != b.openedAt { return a.openedAt < b.openedAt }
            return left < right
        }
    }

    private static func bind(_ bar: Bar, to insert: Statement) throws(StorageError) {
        try insert.bind(1, bar.symbol)
        try insert.bind(2, bar.span)
        try insert.bind(3, bar.openedAt.nanoseconds)
        try insert.bind(4, bar.open.units)
        try insert.bind(5, bar.high.units)
        try insert.bind(6, bar.low.units)
        try insert.bind(7, bar.close.units)
        try insert.bind(8, bar.volume.units)
        try insert.bind(9, Int64(bar.trades))
    }

    private func storedProgress() throws(StorageError) -> Int64? {
        let select = try database.statement("SELECT done FROM progress WHERE shard = ?")
        try select.bind(1, shard)
        defer { select.reset() }
        return try select.step() ? select.number(0) : nil
    }

    /// Called inside the transaction that holds the rows. A shard has one owner; should another process have
    /// moved the same shard on, neither's rows may go in under the wrong number.
    private func moveProgress() throws(StorageError) {
        let stored = try storedProgress() ?? 0
        guard stored == Int64(done) else {
            throw StorageError(
                .locked,
                "\(database.path): shard \(shard) stands at command \(stored) and not at \(done) as this process "
                    + "left it; another process writes it, and only one may")
        }
        let replace = try database.statement("INSERT OR REPLACE INTO progress (shard, done) VALUES (?, ?)")
        try replace.bind(1, shard)
        try replace.bind(2, Int64(last))
        try replace.run()
    }

    /// Lets go of the file. What was not committed is not stored.
    public func close() {
        database.close()
    }
}

// What is stored, as it was at the last commit: the open batch is not seen.
extension BarStore {
    /// A page of bars, oldest first: those that opened at `from` or later and before `to`, at most `limit`.
    ///
    /// The next page begins one nanosecond after the last bar's opening.
    public func bars(
        symbol: Symbol, span: Int64, from: Timestamp, to: Timestamp, limit: Int
    ) throws(StorageError) -> [Bar] {
        let select = try database.statement(
            "SELECT opened_at, open, high, low, close, volume, trades FROM bars "
                + "WHERE symbol = ? AND span = ? AND opened_at >= ? AND opened_at < ? ORDER BY opened_at LIMIT ?"
        )
        try select.bind(1, symbol)
        try select.bind(2, span)
        try select.bind(3, from.nanoseconds)
        try select.bind(4, to.nanoseconds)
        try select.bind(5, Int64(max(0, limit)))
        defer { select.reset() }
        var page: [Bar] = []
        while try select.step() {
            page.append(
                Bar(
                    symbol: symbol, span: span, openedAt: Timestamp(nanoseconds: select.number(0)),
                    open: Price(units: select.number(1)), high: Price(units: select.number(2)),
                    low: Price(units: select.number(3)), close: Price(units: select.number(4)),
                    volume: Volume(units: select.number(5)), trades: UInt64(max(0, select.number(6)))))
        }
        return page
    }

    /// Every series there is, by symbol and span. Reads the whole table: for a person, not for a loop.
    public func symbols() throws(StorageError) -> [StoredSeries] {
        let select = try database.statement(
            "SELECT symbol, span, count(*), min(opened_at), max(opened_at) FROM bars "
                + "GROUP BY symbol, span ORDER BY symbol, span")
        defer { select.reset() }
        var found: [StoredSeries] = []
        while try select.step() {
            guard let symbol = select.symbol(0) else {
                throw StorageError(
                    .corrupt,
                    "\(database.path): table bars has the symbol \"\(select.text(0))\"; a symbol has at most "
                        + "\(Symbol.lengthMax) bytes, so another program has written here")
            }
            found.append(
                StoredSeries(
                    symbol: symbol, span: select.number(1), count: Int(select.number(2)),
                    first: Timestamp(nanoseconds: select.number(3)),
                    last: Timestamp(nanoseconds: select.number(4))))
        }
        return found
    }

    /// How many bars are stored in all.
    public func count() throws(StorageError) -> Int {
        Int(try database.number("SELECT count(*) FROM bars") ?? 0)
    }
}
