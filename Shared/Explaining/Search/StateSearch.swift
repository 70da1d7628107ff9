import Domain
import Glibc
import Mesh
import Wire

/// Finds messages in all transcripts of a state folder.
package final class StateSearch {
    package let folder: String
    package let shards: [ShardSearch]
    /// Of folders that cannot be looked into, a sentence each: what is searched for may be there.
    private let closed: [String]

    /// What a shadow said is not what happened: its transcript is searched where it is named alone.
    package init(_ folder: String) throws {
        self.folder = folder
        var shards: [ShardSearch] = []
        var closed: [String] = []
        func note<R>(_ look: () throws -> R) -> R? {
            do { return try look() } catch {
                closed.append("\(error)")
                return nil
            }
        }
        for service in try FileDisk(folder, readOnly: true).names() where service != "shadow" {
            let place = "\(folder)/\(service)"
            for name in note({ try StateSearch.folders(in: place) }) ?? [] {
                let history = note {
                    try TranscriptFolder(FileDisk("\(place)/\(name)", readOnly: true), boot: System.boot)
                }
                guard let history, !history.files.isEmpty else { continue }
                shards.append(ShardSearch(name: "\(service)/\(name)", history))
            }
        }
        self.shards = shards
        self.closed = closed
    }

    /// The same for a folder that may be that of one shard.
    package convenience init(ofStateOrShard folder: String) throws {
        let names = try FileDisk(folder, readOnly: true).names()
        guard names.contains(where: { $0.hasSuffix(".segment") || $0.hasSuffix(".segment.zst") }) else {
            try self.init(folder)
            return
        }
        let parts = folder.split(separator: "/").suffix(2).joined(separator: "/")
        let history = try TranscriptFolder(FileDisk(folder, readOnly: true), boot: System.boot)
        self.init(folder, [ShardSearch(name: parts, history)])
    }

    private init(_ folder: String, _ shards: [ShardSearch]) {
        self.folder = folder
        self.shards = shards
        closed = []
    }

    /// What is in a folder and may be one; nothing in a file.
    private static func folders(in place: String) throws -> [String] {
        guard isFolder(place) else { return [] }
        return try FileDisk(place, readOnly: true).names().filter { isFolder("\(place)/\($0)") }
    }

    /// Whether something may be a folder: not if it can be seen that it is not.
    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFDIR
    }

    /// What could not be read, a sentence each.
    package var problems: [String] { closed + shards.flatMap(\.problems) }

    /// Every record of a message, those of one service or shard alone if it is named.
    package func find(_ name: Cause, of owner: String? = nil) throws -> [Copy] {
        let asked = shards.filter { shard in
            owner.map { shard.name == $0 || shard.name.hasPrefix($0 + "/") } ?? true
        }
        return try asked.compactMap { try $0.find(name) }
    }

    /// Where the topics of a message that no transcript holds begin and end, as far as transcripts know them.
    package var bounds: [String] { shards.compactMap(\.bound) }

    /// The newest message that carries an id; of two records of it the owner's.
    package func findNewest(carrying id: String) throws -> Copy? {
        try shards.compactMap { try $0.findNewest(carrying: id) }.max { left, right in
            (left.message.sentAt, left.isSent ? 1 : 0) < (right.message.sentAt, right.isSent ? 1 : 0)
        }
    }

    /// Every message that passes, once: of several records of it the owner's. In no particular order.
    package func messages(
        where isWanted: (UnsafeRawBufferPointer, EnvelopeHead) -> Bool, _ isMeant: (Message) -> Bool
    ) throws -> [Copy] {
        var found: [Cause: Copy] = [:]
        for shard in shards {
            try shard.each(where: isWanted) { copy in
                guard isMeant(copy.message) else { return }
                if copy.isSent || found[copy.name] == nil { found[copy.name] = copy }
            }
        }
        return Array(found.values)
    }

    /// Every message about the orders and fills whose ids begin so.
    package func messages(aboutIdsThatBegin text: String) throws -> [Copy] {
        let bytes = Array(text.utf8)
        return try messages(where: { record, _ in ShardSearch.contains(record, bytes) }) { message in
            message.orderIds.contains { $0.hasPrefix(text) }
                || message.fillIds.contains { $0.hasPrefix(text) }
        }
    }

    /// Every message of a topic.
    package func messages(on topic: Topic) throws -> [Copy] {
        let wanted = Array(topic.text.utf8)
        return try messages(where: { ShardSearch.isEqual($0, $1.topic, wanted) }) { _ in true }
    }
}
