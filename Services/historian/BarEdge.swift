import Configuration
import Domain
import Mesh
import Storage

/// The historian's database: rows are gathered, and committed once the transcript that asks for them is on disk.
final class BarEdge: Edge {
    private let store: BarStore
    private let log: Log
    private var isFailing = false

    /// Rows that wait for a database that fails; with more the service stops, and its transcript keeps them.
    private static let pendingMax = 1_000_000

    init(_ settings: Configuration.Settings, _ node: NodeSettings, log: Log) throws {
        // Beside the transcripts that it belongs to, unless somebody wants it elsewhere.
        let named = settings.path("historian.database")
        let path = BarEdge.path(
            named.isEmpty ? settings.path("state.folder") + "/history.sqlite" : named, of: node.part)
        if let slash = path.lastIndex(of: "/") { try makeFolders(String(path[..<slash])) }
        store = try BarStore(path: path, shard: node.shard)
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

    func perform(_ command: Message, because cause: Message, number: UInt64) throws {
        guard case .bar(let bar) = cause.body else { return }
        try store.store(bar, number: number)
    }

    func settle() throws -> Bool {
        guard store.pending > 0 else { return true }
        do {
            try store.commit()
            if isFailing { log.info("database", ["text": "the database works again"]) }
            isFailing = false
            return true
        } catch {
            if !isFailing { log.error("database", ["text": .text("\(error)")]) }
            isFailing = true
            if store.pending > BarEdge.pendingMax { throw error }
            return false
        }
    }

    func answer(_ ask: Ask) throws -> Answer? {
        guard let history = ask.history else { return nil }
        let limit = history.limit == 0 ? 1000 : Int(min(history.limit, 1000))
        var bars = try store.bars(
            symbol: history.symbol, span: history.span, from: history.from, to: history.to, limit: limit + 1)
        let more = bars.count > limit
        if more { bars.removeLast() }
        return Answer(id: ask.id, bars: bars, more: more)
    }

    func close() throws {
        guard try settle() else {
            log.warning("database", ["text": "what could not be stored is stored at the next start"])
            return store.close()
        }
        store.close()
    }
}
