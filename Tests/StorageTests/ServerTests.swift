import Domain
import Glibc
import Testing

@testable import Storage

@Suite("A server of PostgreSQL")
struct ServerTests {
    /// Whether it comes to stand so within 20 s.
    private func comes(_ writer: HistoryWriter, _ condition: (HistoryWriter.Standing) -> Bool) -> Bool {
        for _ in 0..<2000 {
            if condition(writer.standing) { return true }
            usleep(10_000)
        }
        return false
    }

    private func batch(_ messages: [Message], _ range: Range<Int>) throws -> HistoryBatch {
        var batch = HistoryBatch()
        for number in range { try batch.add(messages[number], number: UInt64(number + 1)) }
        return batch
    }

    @Test("away at the start, killed again and again: what was handed over is stored, once")
    func away() throws {
        let server = try PostgresServer()
        try server.stop()
        var chance = Chance(11)
        let messages = chance.messages(2000)
        let writer = HistoryWriter(server.address, shard: "historian.1", pause: 10_000_000)
        defer { writer.stop() }
        writer.begin(try batch(messages, 0..<100))
        #expect(comes(writer) { $0.problem != nil }, "\(writer.standing)")
        #expect(writer.standing.isBusy && writer.standing.done == nil)
        #expect(writer.standing.problem?.kind == .unreachable)
        try server.start()
        #expect(comes(writer) { !$0.isBusy && $0.problem == nil }, "\(writer.standing)")
        var at = 100
        for _ in 0..<6 {
            let end = min(messages.count, at + 50 + chance.below(400))
            writer.begin(try batch(messages, at..<end))
            at = end
            usleep(UInt32(chance.below(6000)))
            try server.kill()
            try server.start()
            #expect(comes(writer) { !$0.isBusy && $0.problem == nil }, "\(writer.standing)")
            #expect(writer.standing.done == UInt64(at))
        }
        let store = try HistoryStore(server.address, shard: "historian.1")
        var count: Int64 = 0
        for table in Tables.all
        where table.keyCount == 3 && table.name != "actions" && table.name != "fundamentals" {
            count += try store.engine.number("SELECT count(*) FROM \(table.name)") ?? 0
        }
        let actions = messages[..<at].filter { $0.body.kind == .corporateAction }.count
        #expect(count == Int64(at - actions))
        store.close()
    }

    @Test("a database that was put back says how far it is, and nothing is stored beyond the gap")
    func putBack() throws {
        let server = try PostgresServer()
        var chance = Chance(12)
        let messages = chance.messages(300)
        let writer = HistoryWriter(server.address, shard: "a", pause: 10_000_000)
        defer { writer.stop() }
        writer.begin(try batch(messages, 0..<200))
        #expect(comes(writer) { !$0.isBusy && $0.done == 200 }, "\(writer.standing)")
        let other = try HistoryStore(server.address, shard: "b")
        try other.engine.execute("UPDATE progress SET done = 120 WHERE shard = 'a'")
        other.close()
        try server.kill()
        try server.start()
        writer.begin(try batch(messages, 200..<300))
        #expect(comes(writer) { !$0.isBusy && $0.done == 120 && $0.problem == nil }, "\(writer.standing)")
        writer.begin(try batch(messages, 120..<300))
        #expect(comes(writer) { !$0.isBusy && $0.done == 300 }, "\(writer.standing)")
    }

    @Test("a server that is stopped in the middle costs the connection, and no more than the patience")
    func mute() throws {
        let server = try PostgresServer()
        var address = server.address
        address.patience = 300_000_000
        let connection = try PostgresConnection(address)
        let pid = try #require(try connection.number("SELECT pg_backend_pid()"))
        kill(pid_t(pid), SIGSTOP)
        defer { kill(pid_t(pid), SIGCONT) }
        let error = try #require(throws: StorageError.self) { try connection.number("SELECT 1") }
        #expect(error.kind == .unreachable)
        #expect(error.description.contains("no answer within"))
        let closed = try #require(throws: StorageError.self) { try connection.number("SELECT 1") }
        #expect(closed.description.contains("the connection is closed"))
    }

    @Test("who may not be let in, and what is not there, are told in a sentence")
    func refusals() throws {
        let server = try PostgresServer()
        var address = server.address
        address.text = "host=\(server.folder) user=tester dbname=none"
        let missing = try #require(throws: StorageError.self) { try HistoryStore(address, shard: "a") }
        #expect(missing.kind == .refused)
        #expect(missing.description.contains("database \"none\" does not exist"))
        address.text = "host=/nowhere/at/all dbname=none"
        let away = try #require(throws: StorageError.self) { try HistoryStore(address, shard: "a") }
        #expect(away.kind == .unreachable)
        let bad = try #require(throws: StorageError.self) {
            try PostgresConnection(server.address).execute("SELEC 1")
        }
        #expect(bad.description.contains("syntax error"))
    }

    /// TimescaleDB is not in Debian: what it would be asked for is asked of a function of its name.
    @Test("bars become a hypertable where TimescaleDB is there")
    func hypertable() throws {
        let server = try PostgresServer()
        let connection = try PostgresConnection(server.address)
        for statement in [
            "SET allow_system_table_mods = on",
            "INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) VALUES "
                + "(90001, 'timescaledb', 10, 2200, false, '2')",
            "CREATE TABLE asked (what TEXT, by TEXT, every BIGINT)",
            """
            CREATE FUNCTION create_hypertable(what REGCLASS, by NAME, chunk_time_interval BIGINT, if_not_exists BOOLEAN, \
            migrate_data BOOLEAN) RETURNS BIGINT LANGUAGE sql AS \
            'INSERT INTO asked VALUES (what::text, by::text, chunk_time_interval) RETURNING every'
            """,
        ] {
            try connection.execute(statement)
        }
        let store = try HistoryStore(server.address, shard: "a")
        #expect(
            try store.engine.rows("SELECT what, by, every FROM asked", []) == [
                [.text("bars"), .text("opened_at"), .integer(604_800_000_000_000)]
            ])
        store.close()
        connection.close()
    }

    @Test("a commit that the server acknowledged is not lost with it")
    func durable() throws {
        let server = try PostgresServer()
        var address = server.address
        address.text += " options='-c synchronous_commit=off'"
        let connection = try PostgresConnection(address)
        #expect(try connection.rows("SHOW synchronous_commit", []) == [[.text("on")]])
        connection.close()
    }
}
