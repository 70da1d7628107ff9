import Domain
import Mesh

/// One shard of a service, whoever owns it now: its folder, its ledger, and what was said on its topics.
final class ShardState {
    let service: String
    let part: Part
    let role: Probe.Role
    let symbols: [String]
    let symbolIndices: [Int]
    var disk: SimulatedDisk
    /// The name of its node.
    let instance: String
    let ledger = LedgerEdge.Ledger()
    /// The boot of the machine on which it was opened last.
    var boot = ""
    /// A source: the data that it has brought in, by symbol; nothing when it has to look it up again.
    var brought: [Int]?
    /// The last durable message published of each topic.
    var durable: [Topic: (epoch: UInt64, number: UInt64)] = [:]

    var key: String { part.shard }

    init(_ service: String, _ part: Part, _ role: Probe.Role, symbols: [(Int, String)], instance: String) {
        self.service = service
        self.part = part
        self.role = role
        self.symbols = symbols.map(\.1)
        symbolIndices = symbols.map(\.0)
        self.instance = instance
        disk = SimulatedDisk(place: "\(service)/\(instance)")
    }
}

/// A shard as one process works on it, as long as its node is there.
final class Seat {
    let shard: ShardState
    let disk: SimulatedDisk
    let edge: LedgerEdge
    private(set) weak var node: Node<Probe>?

    init(_ shard: ShardState, _ edge: LedgerEdge, _ node: Node<Probe>) {
        self.shard = shard
        disk = shard.disk
        self.edge = edge
        self.node = node
    }
}
