import Domain
import Mesh

/// Finds messages in all transcripts of a state folder.
final class StateSearch {
    let folder: String
    let shards: [ShardSearch]

    init(_ folder: String) throws {
        self.folder = folder
        var shards: [ShardSearch] = []
        for service in try FileDisk(folder, readOnly: true).names() {
            guard let inner = try? FileDisk("\(folder)/\(service)", readOnly: true) else { continue }
            guard let names = try? inner.names() else { continue }
            for name in names {
                guard let disk = try? FileDisk("\(folder)/\(service)/\(name)", readOnly: true) else {
                    continue
                }
                guard let history = try? TranscriptFolder(disk, boot: System.boot), !history.files.isEmpty
                else {
                    continue
                }
                shards.append(ShardSearch(name: "\(service)/\(name)", history))
            }
        }
        self.shards = shards
    }

    var problems: [String] { shards.flatMap(\.problems) }

    /// Every record of a message, those of one service or shard alone if it is named.
    func find(_ name: Cause, of owner: String? = nil) throws -> [Copy] {
        let asked = shards.filter { shard in
            owner.map { shard.name == $0 || shard.name.hasPrefix($0 + "/") } ?? true
        }
        return try asked.compactMap { try $0.find(name) }
    }

    /// Where the topics of a message that no transcript holds begin and end, as far as transcripts know them.
    var bounds: [String] { shards.compactMap(\.bound) }

    /// The newest message that carries an id; of two records of it the owner's.
    func findNewest(carrying id: String) throws -> Copy? {
        try shards.compactMap { try $0.findNewest(carrying: id) }.max { left, right in
            (left.message.sentAt, left.isSent ? 1 : 0) < (right.message.sentAt, right.isSent ? 1 : 0)
        }
    }
}
