import CPq
import Glibc

/// One connection to a PostgreSQL server, used by one thread.
///
/// Few rows go in as prepared statements in one go (pipelined), many by COPY. No call waits for longer than the
/// address says: a server that is stopped in the middle of an answer costs the connection, and nothing else.
package final class PostgresConnection: SQLEngine {
    package let place: String
    var handle: OpaquePointer?
    private let patience: Int64
    var prepared: Set<String> = []

    package init(_ address: PostgresAddress) throws(StorageError) {
        patience = address.patience
        let words = address.parameters
        let opened = withTexts(words.map(\.0)) { keys in
            withTexts(words.map(\.1)) { values in PQconnectdbParams(keys, values, 1) }
        }
        guard let opened else {
            throw StorageError(.unreachable, "PostgreSQL: libpq has no memory for a connection")
        }
        let name = PQdb(opened).map { String(cString: $0) } ?? ""
        let host = PQhost(opened).map { String(cString: $0) } ?? ""
        place = "PostgreSQL \(name)\(host.isEmpty ? "" : " on \(host)")"
        guard PQstatus(opened) == CONNECTION_OK else {
            let said = PQerrorMessage(opened).map { oneLine(String(cString: $0), 300) } ?? "no message"
            PQfinish(opened)
            // A server that answers and refuses is there; one that starts or stops will be.
            let isThere =
                said.contains("FATAL") && !said.contains("starting up") && !said.contains("shutting down")
            throw StorageError(
                isThere ? .refused : .unreachable, "\(place): cannot be reached: \(said)")
        }
        handle = opened
        // The notices of a library do not belong on a service's standard error.
        PQsetNoticeProcessor(opened, { _, _ in }, nil)
        do {
            // A commit that was acknowledged and then lost could never be made good.
            try execute(
                "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
            )
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    package func close() {
        if let handle { PQfinish(handle) }
        handle = nil
    }

    // MARK: statements

    package func execute(_ sql: String) throws(StorageError) {
        let handle = try open(sql)
        guard PQsendQuery(handle, sql) == 1 else { throw lost(sql) }
        for result in try results(sql) { PQclear(result) }
    }

    package func rows(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> [[SQLValue]] {
        let handle = try open(sql)
        let sent = withTexts(values.map(PostgresConnection.parameter)) {
            PQsendQueryParams(handle, sql, Int32(values.count), nil, $0, nil, nil, 0)
        }
        guard sent == 1 else { throw lost(sql) }
        var found: [[SQLValue]] = []
        for result in try results(sql) {
            defer { PQclear(result) }
            for row in 0..<PQntuples(result) {
                found.append((0..<PQnfields(result)).map { value(result, row, $0) })
            }
        }
        return found
    }

    static func parameter(_ value: SQLValue) -> String? {
        switch value {
        case .null: nil
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .text(let text): text
        }
    }

    private func value(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let bytes = PQgetvalue(result, row, column) else {
            return .null
        }
        let text = String(cString: bytes)
        switch PQftype(result, column) {
        case 20, 21, 23: return Int64(text).map { .integer($0) } ?? .text(text)
        case 700, 701, 1700: return Double(text).map { .real($0) } ?? .text(text)
        default: return .text(text)
        }
    }

    package func transaction(_ body: () throws(StorageError) -> Void) throws(StorageError) {
        try execute("BEGIN")
        do throws(StorageError) {
            try body()
            try execute("COMMIT")
        } catch {
            // The failure that matters is the first one. A connection whose roll-back fails is of no use any more.
            if handle != nil { do { try execute("ROLLBACK") } catch { close() } }
            throw error
        }
    }
}

// What PostgreSQL says of itself, and how it differs from others.
extension PostgresConnection {
    package func dialect(_ statement: String) -> String {
        // By bytes, as SQLite sorts and compares.
        statement.replacing("TEXT", with: "TEXT COLLATE \"C\"")
    }

    package func hasTable(_ name: String) throws(StorageError) -> Bool {
        try number(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1",
            [.text(name)]) == 1
    }

    package func lockSchema() throws(StorageError) {
        try execute("SELECT pg_advisory_xact_lock(7301127)")
    }

    /// Bars by week, where TimescaleDB is there. Messages are named by topic, epoch and number, and a hypertable would
    /// want the time in that name.
    package func adorn() throws(StorageError) {
        guard try number("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'") == 1 else {
            return
        }
        try execute(
            "SELECT create_hypertable('bars', 'opened_at', chunk_time_interval => 604800000000000, "
                + "if_not_exists => true, migrate_data => true)")
    }

    // MARK: answers

    func open(_ sql: String) throws(StorageError) -> OpaquePointer {
        guard let handle else {
            throw StorageError(
                .unreachable, "\(place): the connection is closed; it was asked for: \(oneLine(sql))")
        }
        return handle
    }

    /// All answers to what was sent; throws the first failure once the connection is ready again.
    func results(_ sql: String) throws(StorageError) -> [OpaquePointer] {
        var found: [OpaquePointer] = []
        var failure: StorageError?
        while let result = try next(sql) {
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: found.append(result)
            default:
                failure = failure ?? self.failure(result, sql)
                PQclear(result)
                // Broken off in the middle of a COPY, libpq gives the same answer for ever.
                if PQstatus(handle) == CONNECTION_BAD { close() }
            }
            if handle == nil { break }
        }
        guard let failure else { return found }
        for result in found { PQclear(result) }
        throw failure
    }

    /// The next answer, or nothing after the last one. Waits no longer than the address says.
    func next(_ sql: String) throws(StorageError) -> OpaquePointer? {
        guard let handle else { return nil }
        let until = PostgresConnection.clock + patience
        while true {
            // What was to be sent may still wait for room; answers are read meanwhile.
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw lost(sql) }
            if PQisBusy(handle) == 0 { return PQgetResult(handle) }
            let rest = (until - PostgresConnection.clock) / 1_000_000
            guard rest > 0 else {
                close()
                throw StorageError(
                    .unreachable,
                    "\(place): no answer within \(patience / 1_000_000_000) s; the connection was given up, at: "
                        + oneLine(sql))
            }
            var ready = pollfd(
                fd: PQsocket(handle), events: Int16(POLLIN) | (unsent > 0 ? Int16(POLLOUT) : 0), revents: 0)
            _ = poll(&ready, 1, Int32(min(rest, 1000)))
            guard PQconsumeInput(handle) == 1 else { throw lost(sql) }
        }
    }

    /// The connection is gone, or libpq would not take what it was given.
    func lost(_ sql: String) -> StorageError {
        let said = handle.flatMap { PQerrorMessage($0) }.map { oneLine(String(cString: $0), 300) } ?? ""
        close()
        return StorageError(.unreachable, "\(place): the connection was lost: \(said) (at: \(oneLine(sql)))")
    }

    func failure(_ result: OpaquePointer, _ sql: String) -> StorageError {
        // PG_DIAG_SQLSTATE, a macro for a character.
        let code = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        let said = PQresultErrorMessage(result).map { oneLine(String(cString: $0), 300) } ?? "no message"
        return StorageError(
            PostgresConnection.kind(of: code),
            "\(place): \(said)\(code.isEmpty ? "" : " (\(code))") at: \(oneLine(sql))")
    }

    private static func kind(of code: String) -> StorageError.Kind {
        switch code {
        case "": .unreachable
        case "23505": .clash
        case "53100": .full
        case "25006", "42501": .readOnly
        case "40001", "40P01", "55P03": .locked
        case _ where code.hasPrefix("08") || code.hasPrefix("57P"): .unreachable
        case _ where code.hasPrefix("XX00"): .corrupt
        case _ where code.hasPrefix("28"): .refused
        default: .other
        }
    }

    private static var clock: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Lends texts to C as an array of pointers that ends with nothing, as does each text that is none.
func withTexts<R>(_ texts: [String?], _ body: ([UnsafePointer<CChar>?]) -> R) -> R {
    let copies = texts.map { $0.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) } + [nil])
}
