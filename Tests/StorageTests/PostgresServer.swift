import Glibc
import Storage
import Testing

/// A server of PostgreSQL of a test's own, in a folder of its own, gone with it.
final class PostgresServer {
    let folder: String

    /// `.../Tests/StorageTests/PostgresServer.swift`
    private static let script: String = {
        let parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(2).joined(separator: "/") + "/StandIns/postgres"
    }()

    init() throws {
        var template = Array("/tmp/tradewind-postgres-XXXXXX".utf8CString)
        mkdtemp(&template)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try start()
    }

    var address: PostgresAddress { PostgresAddress("host=\(folder) user=tester dbname=postgres") }

    func start() throws { try run("start") }
    func stop() throws { try run("stop") }
    /// As a crash would end it.
    func kill() throws { try run("kill") }

    private func run(_ word: String) throws {
        let outcome = system("'\(PostgresServer.script)' \(word) '\(folder)' >/dev/null")
        try #require(outcome == 0, "\(word) of the server; it takes PostgreSQL: scripts/bootstrap tests")
    }

    deinit {
        _ = system("'\(PostgresServer.script)' kill '\(folder)' >/dev/null 2>&1; rm -rf '\(folder)'")
    }
}

/// Where a test keeps its history: the same test runs on both.
final class Place {
    enum Make: CaseIterable { case sqlite, postgres }

    let scratch = Scratch()
    let server: PostgresServer?

    init(_ make: Make) throws { server = make == .postgres ? try PostgresServer() : nil }

    func open(_ shard: String = "historian.1") throws(StorageError) -> HistoryStore {
        if let server { return try HistoryStore(server.address, shard: shard) }
        return try HistoryStore(path: scratch.database, shard: shard, busyMilliseconds: 1)
    }
}
