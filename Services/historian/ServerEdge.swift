import Configuration
import Domain
import Mesh
import Storage

/// The historian's database on a PostgreSQL server. Rows are gathered here and stored by a thread, so that a server that
/// is slow or away blocks nothing; of what waits only so much is kept, and the rest is read from the transcript again.
final class ServerEdge: Edge {
    private let server: PostgresAddress
    private let shard: String
    private let writer: HistoryWriter
    private let archive: DayArchive?
    private let log: Log
    /// What waits for the batch that is being stored.
    private var next = HistoryBatch()
    /// The last command that was taken and not let go of.
    private var kept: UInt64 = 0
    private(set) var done: UInt64 = 0
    private(set) var lacksAfter: UInt64?
    private(set) var problem: String?
    /// For questions, in the loop's own thread.
    private var reader: HistoryStore?

    /// So many rows wait beside those that are being stored: about 10 MB.
    private static let pendingMax = 20_000
    private static let startPatience: Int64 = 4_000_000_000
    private static let closePatience: Int64 = 5_000_000_000
    private static let drainPatience: Int64 = 1_000_000_000
    private static let answerPatience: Int64 = 2_000_000_000

    init(
        _ server: PostgresAddress, _ settings: Configuration.Settings, _ node: NodeSettings, log: Log
    ) throws {
        var server = server
        server.application = "tradewind \(node.service)/\(node.shard)"
        self.server = server
        shard = node.shard
        self.log = log
        archive = try DayArchive(settings, node.part, log: log)
        writer = HistoryWriter(server, shard: node.shard) { [archive] in archive?.step($0) }
        writer.wait(atMost: ServerEdge.startPatience)
        let standing = writer.standing
        // What time cannot mend is told at once; a server that is not there yet is waited for at work.
        if let problem = standing.problem, problem.kind != .unreachable {
            writer.stop()
            throw problem
        }
        done = standing.done ?? 0
        kept = done
        note(standing.problem)
    }

    func perform(_ command: Message, because cause: Message, number: UInt64) throws {
        guard lacksAfter == nil else { return }
        guard next.count < ServerEdge.pendingMax else { return lacksAfter = kept }
        try next.add(cause, number: number)
        kept = number
    }

    func takeAgain(_ command: Message, because cause: Message, number: UInt64) throws -> Bool {
        guard next.count < ServerEdge.pendingMax else { return false }
        if number > kept {
            try next.add(cause, number: number)
            kept = number
        }
        return true
    }

    func isLevel(through number: UInt64) { lacksAfter = nil }

    func settle() throws -> Bool {
        let standing = writer.standing
        note(standing.problem)
        if let stored = standing.done, !standing.isBusy || stored > done {
            // The server has forgotten what it said was stored: from there on all is told again.
            if stored < done {
                log.warning(
                    "database",
                    [
                        "text": .text(
                            "the database stands at command \(stored) and stood at \(done): it was put back, and what "
                                + "is missing comes from the transcript again")
                    ])
                next = HistoryBatch()
                kept = stored
                lacksAfter = stored
            }
            done = stored
        }
        if !standing.isBusy, !next.isEmpty {
            writer.begin(next)
            next = HistoryBatch()
            return false
        }
        return !standing.isBusy && next.isEmpty && lacksAfter == nil && standing.done != nil
    }

    private func note(_ problem: StorageError?) {
        let text = problem?.description
        if let text, self.problem == nil {
            log.error("database", ["text": .text("\(text); what comes is kept in the transcript meanwhile")])
        }
        if text == nil, self.problem != nil { log.info("database", ["text": "the database works again"]) }
        self.problem = text
    }

    func drain() { writer.wait(atMost: ServerEdge.drainPatience) }

    func answer(_ ask: Ask) throws -> Answer? {
        guard let history = ask.history else { return nil }
        // Nobody waits here for a server that is known to be away.
        if let problem { return Answer(id: ask.id, error: "the historian's database is away: \(problem)") }
        do {
            if reader == nil {
                var server = server
                server.patience = ServerEdge.answerPatience
                reader = try HistoryStore(server, shard: shard)
            }
            return try reader.map { try HistoryPage.answer(history, of: ask.id, $0, archive?.store) }
        } catch {
            reader?.close()
            reader = nil
            return Answer(id: ask.id, error: "\(error)")
        }
    }

    func close() throws {
        while problem == nil, try !settle() {
            writer.wait(atMost: ServerEdge.closePatience)
            if writer.standing.isBusy { break }
        }
        if try !settle() {
            log.warning("database", ["text": "what could not be stored is stored at the next start"])
        }
        writer.stop()
        reader?.close()
    }
}
