import CSQLite
import Glibc

/// One SQLite file, used by one thread.
///
/// Write-ahead log with `synchronous=FULL`: a commit ends with an `fdatasync` of the log, so it survives a
/// power cut, not only the end of the process. Measured on ext4 with batches of 5,000 bars, the difference to
/// `NORMAL`, which may lose the last commits in a power cut, is lost in the noise; with one bar a commit the
/// sync is nearly all of the time (3 ms against 0.02). Hence batches, and not a weaker setting.
package final class Database: SQLEngine {
    package enum Access { case readWrite, readOnly }

    package let path: String
    package var place: String { path }
    private var handle: OpaquePointer?
    private var statements: [String: Statement] = [:]

    /// Opens the file, and makes it if there is none and it may be written.
    package init(
        path: String, access: Access = .readWrite, busyMilliseconds: Int32 = 5000
    ) throws(StorageError) {
        self.path = path
        let flags = access == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
        let code = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK else {
            let failure = failure(code, "opening the file")
            close()
            throw failure
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyMilliseconds)
        do {
            if access == .readWrite { try prepareForWriting() }
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    private func prepareForWriting() throws(StorageError) {
        // SQLite opens a file that it may not write without a word.
        if sqlite3_db_readonly(handle, "main") == 1 {
            throw StorageError(
                .readOnly, "\(path): the file is read-only; give this user the right to write it")
        }
        let mode = try text("PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw StorageError(
                .other,
                "\(path): SQLite keeps its journal as \"\(mode)\" and not as a write-ahead log; the database "
                    + "must be a file on a local disk")
        }
        try execute("PRAGMA synchronous = FULL")
        // Pages that commit after commit touches are copied into the database once in 32 MiB of log, not
        // every 4 MiB: with 500 symbols that is 40 % less writing (1.5 kB a bar, from 2.4).
        try execute("PRAGMA wal_autocheckpoint = 8192")
        // 16 MiB of pages: a batch that touches thousands of symbols stays in memory until its commit.
        try execute("PRAGMA cache_size = -16384")
        // After a large batch the log is cut back to this size.
        try execute("PRAGMA journal_size_limit = 67108864")
    }

    /// Runs statements that give no rows.
    package func execute(_ sql: String) throws(StorageError) {
        guard handle != nil else { throw closed(sql) }
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        if code != SQLITE_OK { throw failure(code, sql) }
    }

    /// The prepared statement of a text: compiled at its first use, kept until the database is closed.
    package func statement(_ sql: String) throws(StorageError) -> Statement {
        if let known = statements[sql] { return known }
        guard let handle else { throw closed(sql) }
        var compiled: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard code == SQLITE_OK, let compiled else { throw failure(code, sql) }
        let statement = Statement(compiled, sql, of: self)
        statements[sql] = statement
        return statement
    }

    /// The whole number in the first column of the first row; nothing if there is no row.
    package func number(_ sql: String) throws(StorageError) -> Int64? {
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.number(0) : nil
    }

    /// The text in the first column of the first row; empty if there is no row.
    package func text(_ sql: String) throws(StorageError) -> String {
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : ""
    }

    /// Does all of `body` or nothing of it; durable when it returns.
    package func transaction(_ body: () throws(StorageError) -> Void) throws(StorageError) {
        // IMMEDIATE takes the write lock at once: waiting for it later, inside, could only fail.
        try execute("BEGIN IMMEDIATE")
        do throws(StorageError) {
            try body()
            try execute("COMMIT")
        } catch {
            // On a full disk SQLite has often rolled back by itself. The failure that matters is the first
            // one; if the roll-back fails too, the next BEGIN says so.
            if handle != nil, sqlite3_get_autocommit(handle) == 0 {
                sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
            }
            throw error
        }
    }

    /// How many rows the last statement changed.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    /// Lets go of the file; an open transaction is rolled back. Closing twice is closing once.
    package func close() {
        for statement in statements.values { statement.finalize() }
        statements.removeAll()
        sqlite3_close_v2(handle)
        handle = nil
    }
}

// The words that all databases share.
extension Database {
    package func dialect(_ statement: String) -> String {
        statement.replacing("BIGINT", with: "INTEGER").replacing("DOUBLE PRECISION", with: "REAL")
            + " STRICT, WITHOUT ROWID"
    }

    package func rows(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [[SQLValue]] {
        let statement = try statement(sql)
        try statement.bind(values)
        defer { statement.reset() }
        var found: [[SQLValue]] = []
        while try statement.step() { found.append(statement.values) }
        return found
    }

    package func put(_ rows: [[SQLValue]], into table: SQLTable) throws(StorageError) {
        let insert = try statement(table.insert)
        for row in rows {
            try insert.bind(row)
            try insert.run()
        }
    }

    package func hasTable(_ name: String) throws(StorageError) -> Bool {
        try number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1", [.text(name)])
            == 1
    }

    /// The lock of `BEGIN IMMEDIATE` is enough.
    package func lockSchema() {}

    package func adorn() {}
}

// What SQLite's codes mean for a person.
extension Database {
    func closed(_ statement: String) -> StorageError {
        StorageError(.refused, "\(path): the database is closed; it was asked for: \(oneLine(statement))")
    }

    func failure(_ code: Int32, _ statement: String) -> StorageError {
        let (kind, meaning) = meaning(of: code)
        let words = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        let said = words.map { String(cString: $0) } ?? "no message"
        return StorageError(
            kind, "\(path): \(meaning) (SQLite: \"\(said)\", code \(code), at: \(oneLine(statement)))")
    }

    private func meaning(of code: Int32) -> (StorageError.Kind, String) {
        switch code & 0xff {
        case SQLITE_FULL: (.full, Database.fullMeaning)
        case SQLITE_IOERR where isOutOfRoom: (.full, Database.fullMeaning)
        case SQLITE_IOERR: (.other, "reading or writing failed; look at the disk and the system's log")
        case SQLITE_READONLY:
            (.readOnly, "the file is read-only; give this user the right to write it and its folder")
        case SQLITE_NOTADB:
            (.corrupt, "the file is not a database; move it away, or name the right one")
        case SQLITE_CORRUPT:
            (
                .corrupt,
                "the database is damaged; move it away, and restore a copy or fill a new one by replay"
            )
        case SQLITE_BUSY, SQLITE_LOCKED:
            (.locked, "another process holds the database; stop it, or try again when it is done")
        case SQLITE_CANTOPEN:
            (
                .unreachable,
                "the file cannot be opened or made; check that its folder exists and may be written"
            )
        case SQLITE_NOMEM: (.other, "there is no memory left")
        default: (.other, "the statement failed")
        }
    }

    private static let fullMeaning =
        "the disk is full, and nothing of this was stored; free space and try again"

    /// No space, over the quota, or over the limit of a file's size.
    private var isOutOfRoom: Bool {
        [ENOSPC, EDQUOT, EFBIG].contains(sqlite3_system_errno(handle))
    }
}
