import Domain
import Testing

@testable import Storage

private let minute: Int64 = 60_000_000_000

private func bar(_ name: String, minute index: Int64, close: Int64 = 101_000_001) -> Bar {
    Bar(
        symbol: Symbol(name) ?? Symbol(), span: minute, openedAt: Timestamp(nanoseconds: index * minute),
        open: Price(units: 100_000_000), high: Price(units: 102_000_000), low: Price(units: -1),
        close: Price(units: close), volume: Volume(units: .max), trades: UInt64(index))
}

@Suite("A file of SQLite")
struct FileTests {
    let scratch = Scratch()

    private func open(_ shard: String = "historian.1") throws -> HistoryStore {
        try HistoryStore(path: scratch.database, shard: shard, busyMilliseconds: 1)
    }

    private func all(_ store: HistoryStore, _ name: String) throws -> [Bar] {
        try store.bars(
            symbol: try #require(Symbol(name)), span: minute, from: .zero, to: Timestamp(nanoseconds: .max),
            limit: .max)
    }

    @Test(
        "gives back what it was given: pages, series, the newer of two bars with one key, after a reopening too"
    )
    func roundTrip() throws {
        let names = ["", "AAPL", "BRK.B", "ÄÖÜ", "123456789012345678901234"]
        var store = try open()
        var number: UInt64 = 0
        for index in Int64(0)..<100 {
            for name in names {
                number += 1
                try store.store(bar(name, minute: 99 - index), number: number)
            }
        }
        #expect(store.pending == 500)
        #expect(try store.count() == 0, "the open batch is not seen")
        try store.commit()
        #expect(store.pending == 0)
        try store.store(bar("AAPL", minute: 7, close: 1), number: 501)
        try store.store(bar("AAPL", minute: 7, close: 2), number: 502)
        try store.commit()
        store.close()

        store = try open()
        #expect(store.done == 502)
        #expect(try store.count() == 500)
        var expected = (Int64(0)..<100).map { bar("AAPL", minute: $0) }
        expected[7].close = Price(units: 2)
        #expect(try all(store, "AAPL") == expected)
        let page = try store.bars(
            symbol: expected[0].symbol, span: minute, from: expected[10].openedAt, to: expected[90].openedAt,
            limit: 20)
        #expect(page == Array(expected[10..<30]))
        let rest = try store.bars(
            symbol: expected[0].symbol, span: minute, from: expected[85].openedAt, to: expected[90].openedAt,
            limit: 20)
        #expect(rest == Array(expected[85..<90]))
        #expect(
            try store.bars(
                symbol: expected[0].symbol, span: minute, from: .zero, to: expected[9].openedAt, limit: -1
            ).isEmpty)
        let series = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.map {
            StoredSeries(
                symbol: Symbol($0) ?? Symbol(), span: minute, count: 100, first: .zero,
                last: Timestamp(nanoseconds: 99 * minute))
        }
        #expect(try store.symbols() == series)
    }

    @Test("a process that dies leaves the last commit, rows and number alike")
    func death() throws {
        let store = try open()
        for index in Int64(1)...10 { try store.store(bar("KO", minute: index), number: UInt64(index)) }
        try store.commit()
        for index in Int64(11)...15 { try store.store(bar("KO", minute: index), number: UInt64(index)) }
        // A commit that dies between its first row and its end.
        try store.engine.execute("BEGIN IMMEDIATE")
        try store.engine.execute("UPDATE progress SET done = 15")
        try store.engine.execute("DELETE FROM bars")

        // What a new process finds is the files as they are now: `store` is neither committed nor closed.
        let after = Scratch()
        for suffix in ["", "-wal"] { copy(scratch.database + suffix, after.database + suffix) }
        let reopened = try HistoryStore(path: after.database, shard: "historian.1")
        #expect(reopened.done == 10)
        #expect(try reopened.count() == 10)
        for index in Int64(11)...15 { try reopened.store(bar("KO", minute: index), number: UInt64(index)) }
        try reopened.commit()
        #expect(reopened.done == 15)
        #expect(try reopened.count() == 15)
        reopened.close()
        withExtendedLifetime(store) {}
    }

    @Test("a full disk loses nothing: what waits is kept, and stored once there is room")
    func fullDisk() throws {
        let store = try open()
        try store.store(bar("IBM", minute: 0), number: 1)
        try store.commit()
        let room = try #require(try store.engine.number("PRAGMA page_count")) + 8
        #expect(try store.engine.number("PRAGMA max_page_count = \(room)") == room)
        for index in Int64(1)...2000 { try store.store(bar("IBM", minute: index), number: UInt64(index + 1)) }
        for _ in 0..<2 {
            let error = try #require(throws: StorageError.self) { try store.commit() }
            #expect(error.kind == .full)
            #expect(
                error.description == """
                    \(scratch.database): the disk is full, and nothing of this was stored; free space and try again \
                    (SQLite: "database or disk is full", code 13, at: INSERT INTO bars (symbol, span, opened_at, \
                    open, high, low, close, volume, trad…)
                    """)
            #expect(store.pending == 2000)
            #expect(store.done == 1)
            #expect(try store.count() == 1)
        }
        try store.store(bar("IBM", minute: 2001), number: 2002)
        _ = try store.engine.number("PRAGMA max_page_count = 1000000")
        try store.commit()
        #expect(store.pending == 0)
        #expect(store.done == 2002)
        #expect(try all(store, "IBM") == (Int64(0)...2001).map { bar("IBM", minute: $0) })
    }

    @Test("a lock of another process, its progress in our shard and a closed store are refused in words")
    func others() throws {
        let (store, other) = (try open(), try open())
        try store.store(bar("KO", minute: 1), number: 1)
        try other.store(bar("KO", minute: 2), number: 2)
        try other.engine.execute("BEGIN IMMEDIATE")
        let locked = try #require(throws: StorageError.self) { try store.commit() }
        #expect(locked.kind == .locked)
        #expect(locked.description.contains("another process holds the database; stop it, or try again"))
        try other.engine.execute("ROLLBACK")
        try other.commit()
        let moved = try #require(throws: StorageError.self) { try store.commit() }
        #expect(moved.kind == .locked)
        #expect(moved.description.contains("shard historian.1 stands at command 2 and not at 0"))
        #expect(try store.count() == 1)

        let elsewhere = try open("historian.2")
        #expect(elsewhere.done == 0)
        try elsewhere.store(bar("KO", minute: 3), number: 1)
        try elsewhere.commit()
        #expect(try elsewhere.count() == 2)

        store.close()
        let closed = try #require(throws: StorageError.self) { try store.commit() }
        #expect(
            closed.description
                == "\(scratch.database): the database is closed; it was asked for: BEGIN IMMEDIATE")
    }

    @Test("numbers must grow, and a count of trades must fit")
    func refusals() throws {
        let store = try open()
        try store.store(bar("KO", minute: 1), number: 5)
        for number: UInt64 in [0, 4, 5, .max] {
            #expect(throws: StorageError.self) { try store.store(bar("KO", minute: 1), number: number) }
        }
        var unlikely = bar("KO", minute: 1)
        unlikely.trades = .max
        #expect(throws: StorageError.self) { try store.store(unlikely, number: 6) }
        #expect(store.pending == 1)
        try store.commit()
        #expect(store.done == 5)
    }

    @Test(
        "a file that cannot be used is refused in a sentence",
        arguments: [
            (
                "garbage", StorageError.Kind.corrupt,
                "the file is not a database; move it away, or name the right one"
            ),
            ("folder", .unreachable, "the file cannot be opened or made; check that its folder exists"),
            (
                "newer", .newerSchema,
                "the database has layout 99, and this program knows layouts up to 4; start the program"
            ),
            ("foreign", .other, "table bars already exists"),
        ])
    func unusable(what: String, kind: StorageError.Kind, words: String) throws {
        var path = scratch.database
        switch what {
        case "garbage": scratch.write(String(repeating: "This is no database. ", count: 200))
        case "folder": path = scratch.folder + "/none/bars.db"
        case "newer":
            let store = try open()
            try store.engine.execute("UPDATE schema_version SET version = 99")
            store.close()
        default:
            let database = try Database(path: path)
            try database.execute("CREATE TABLE bars (name TEXT)")
            database.close()
        }
        let error = try #require(throws: StorageError.self) { try HistoryStore(path: path, shard: "a") }
        #expect(error.kind == kind)
        #expect(error.description.hasPrefix(path + ": "))
        #expect(error.description.contains(words))
    }

    @Test("damage inside the file and a file that may not be written are told")
    func damage() throws {
        let store = try open()
        for index in Int64(1)...5000 { try store.store(bar("KO", minute: index), number: UInt64(index)) }
        try store.commit()
        #expect(try store.engine.number("PRAGMA wal_checkpoint(TRUNCATE)") == 0)
        store.close()

        let reader = try Database(path: scratch.database, access: .readOnly)
        let refused = try #require(throws: StorageError.self) { try reader.execute("DELETE FROM bars") }
        #expect(refused.kind == .readOnly)
        #expect(refused.description.contains("the file is read-only; give this user the right to write it"))
        reader.close()

        overwrite(scratch.database, from: 4096, with: 0xa5)
        let damaged = try #require(throws: StorageError.self) {
            let store = try open()
            _ = try store.count()
        }
        #expect(damaged.kind == .corrupt)
        #expect(damaged.description.contains("the database is damaged; move it away"))
    }

    @Test("a commit is synced: write-ahead log, and synchronous FULL")
    func durability() throws {
        let store = try open()
        #expect(try store.engine.rows("PRAGMA journal_mode", []) == [[.text("wal")]])
        #expect(try store.engine.number("PRAGMA synchronous") == 2)
        #expect(try store.engine.number("SELECT version FROM schema_version") == 4)
    }
}
