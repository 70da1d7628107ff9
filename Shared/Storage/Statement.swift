import CSQLite
import Domain

/// A compiled statement of a database. Parameters count from 1 and columns from 0, as in SQLite.
package final class Statement {
    private var handle: OpaquePointer?
    private let sql: String
    private unowned let database: Database

    init(_ handle: OpaquePointer, _ sql: String, of database: Database) {
        self.handle = handle
        self.sql = sql
        self.database = database
    }

    deinit { finalize() }

    package func bind(_ parameter: Int32, _ number: Int64) throws(StorageError) {
        try check(sqlite3_bind_int64(handle, parameter, number))
    }

    package func bind(_ parameter: Int32, _ text: String) throws(StorageError) {
        var text = text
        try check(text.withUTF8 { Statement.bind(handle, parameter, UnsafeRawBufferPointer($0)) })
    }

    package func bind(_ parameter: Int32, _ symbol: Symbol) throws(StorageError) {
        let code = withUnsafeBytes(of: symbol.words) { bytes in
            let length = (bytes.lastIndex { $0 != 0 } ?? -1) + 1
            return Statement.bind(handle, parameter, UnsafeRawBufferPointer(rebasing: bytes[..<length]))
        }
        try check(code)
    }

    private static func bind(
        _ handle: OpaquePointer?, _ parameter: Int32, _ bytes: UnsafeRawBufferPointer
    ) -> Int32 {
        // SQLITE_TRANSIENT: SQLite takes a copy before it returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        // A null pointer would bind NULL, not an empty text.
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return sqlite3_bind_text(handle, parameter, "", 0, transient)
        }
        let text = start.assumingMemoryBound(to: CChar.self)
        return sqlite3_bind_text(handle, parameter, text, Int32(bytes.count), transient)
    }

    /// One value for each parameter.
    func bind(_ values: [SQLValue]) throws(StorageError) {
        for (place, value) in zip(Int32(1)..., values) {
            switch value {
            case .null: try check(sqlite3_bind_null(handle, place))
            case .integer(let number): try bind(place, number)
            case .real(let number): try check(sqlite3_bind_double(handle, place, number))
            case .text(let text): try bind(place, text)
            }
        }
    }

    /// The row at hand.
    var values: [SQLValue] {
        (0..<sqlite3_column_count(handle)).map { column in
            switch sqlite3_column_type(handle, column) {
            case SQLITE_INTEGER: .integer(number(column))
            case SQLITE_FLOAT: .real(sqlite3_column_double(handle, column))
            case SQLITE_NULL: .null
            default: .text(text(column))
            }
        }
    }

    /// Goes to the next row; false after the last one, and then the statement is ready to be used again.
    package func step() throws(StorageError) -> Bool {
        guard handle != nil else { throw database.closed(sql) }
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE {
            sqlite3_reset(handle)
            return false
        }
        let failure = database.failure(code, sql)
        sqlite3_reset(handle)
        throw failure
    }

    /// Runs a statement whose rows, if there are any, do not matter.
    package func run() throws(StorageError) {
        while try step() {}
    }

    /// Leaves the rows that were not read, so that no lock outlives the reading.
    package func reset() {
        sqlite3_reset(handle)
    }

    package func number(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    package func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    /// The symbol of a column, or nothing if its text is longer than a symbol can be.
    package func symbol(_ column: Int32) -> Symbol? {
        let bytes = bytes(column)
        guard bytes.count <= Symbol.lengthMax else { return nil }
        var symbol = Symbol()
        withUnsafeMutableBytes(of: &symbol.words) { $0.copyBytes(from: bytes) }
        return symbol
    }

    /// Valid until the next step.
    private func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    private func check(_ code: Int32) throws(StorageError) {
        guard handle != nil else { throw database.closed(sql) }
        if code != SQLITE_OK { throw database.failure(code, sql) }
    }

    func finalize() {
        sqlite3_finalize(handle)
        handle = nil
    }
}
