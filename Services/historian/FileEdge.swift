import Configuration
import Domain
import Mesh
import Storage

/// The historian's own file of SQLite: rows are gathered, and committed once the transcript that asks for them is on
/// disk.
final class FileEdge: Edge {
    private let store: HistoryStore
    private let archive: DayArchive?
    private let log: Log
    private var isFailing = false

    /// Rows that wait for a database that fails; with more the service stops, and its transcript keeps them.
    private static let pendingMax = 1_000_000

    init(_ settings: Configuration.Settings, _ node: NodeSettings, log: Log) throws {
        // Beside the transcripts that it belongs to, unless somebody wants it elsewhere.
        let named = settings.path("historian.database")
        let path = FileEdge.path(
            named.isEmpty ? settings.path("state.folder") + "/history.sqlite" : named, of: node.part)
        if let slash = path.lastIndex(of: "/") { try makeFolders(String(path[..<slash])) }
        store = try HistoryStore(path: path, shard: node.shard)
        archive = try DayArchive(settings, node.part, log: log)
        self.log = log
    }

    /// A part has a file of its own, so that no two processes write one: `history.3.sqlite`.
    private static func path(_ path: String, of part: Part) -> String {
        guard part.count > 1 else { return path }
        let name = path[(path.lastIndex(of: "/") ?? path.startIndex)...]
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "\(path).\(part.shard)" }
        return "\(path[..<dot]).\(part.shard)\(path[dot...])"
    }

    var done: UInt64 { store.done }

    var problem: String? { isFailing ? "the database fails" : nil }

    func perform(_ command: Message, because cause: Message, number: UInt64) throws {
        try store.store(cause, number: number)
    }

    func settle() throws -> Bool {
        guard store.pending > 0 else { return true }
        do {
            try store.commit()
            if isFailing { log.info("database", ["text": "the database works again"]) }
            isFailing = false
            archive?.step(store)
            return true
        } catch {
            if !isFailing { log.error("database", ["text": .text("\(error)")]) }
            isFailing = true
            if store.pending > FileEdge.pendingMax { throw error }
            return false
        }
    }

    func answer(_ ask: Ask) throws -> Answer? {
        guard let history = ask.history else { return nil }
        return try HistoryPage.answer(history, of: ask.id, store, archive?.store)
    }

    func close() throws {
        guard try settle() else {
            log.warning("database", ["text": "what could not be stored is stored at the next start"])
            return store.close()
        }
        store.close()
    }
}
