import Domain
import Mesh

/// One shard of a service, whoever owns it now: its folder, its ledger, and what it has been granted.
final class ShardState {
    let service: String
    let key: String
    let role: Probe.Role
    let symbols: [String]
    let symbolIndices: [Int]
    var disk: SimulatedDisk
    var instance: String
    let ledger = LedgerEdge.Ledger()
    /// The epoch that the supervisor granted last, where it grants.
    var grantedEpoch: UInt64 = 1
    var isGranted = false
    var leaseUntil: Int64 = 0
    var handOvers = 0
    /// The machine's boots.
    var boot = 1
    var hasLostPower = false
    /// A source: the data that it has brought in, by symbol; nothing when it has to look it up again.
    var brought: [Int]?
    /// The last durable message published of each topic.
    var durable: [Topic: (epoch: UInt64, number: UInt64)] = [:]

    init(_ service: String, _ key: String, _ role: Probe.Role, symbols: [(Int, String)], instance: String) {
        self.service = service
        self.key = key
        self.role = role
        self.symbols = symbols.map(\.1)
        symbolIndices = symbols.map(\.0)
        self.instance = instance
        disk = SimulatedDisk(place: "\(service)/\(key)")
    }
}

/// One process: an incarnation of an instance, with its node, its clock and its connections.
final class SimulatedProcess {
    enum State { case up, down, retired }

    let shard: ShardState
    let instance: String
    let index: Int
    var state = State.down
    /// Counts the starts: what was on its way to an earlier one does not arrive.
    var incarnation = 0
    var node: Node<Probe>?
    var edge: LedgerEdge?
    var clockOffset: Int64 = 0
    var wakeAt: Int64 = .max
    var pausedUntil: Int64 = 0
    /// What arrived while it was paused.
    var backlog: [Packet] = []
    var slowUntil: Int64 = 0
    var onTheWay = 0
    var subscriptions: [[[UInt8]]] = [[], [], [], []]
    var connections: [(lane: Lane, instance: String, address: String, since: Int64)] = []
    var address: String
    /// The number of disk and link operations after which it crashes.
    var crashAfter: Int?
    /// The number of published messages after which it crashes.
    var crashAfterPublished: Int?
    var crashIsPowerCut = false
    var isDying = false
    var refusals = 0

    init(_ shard: ShardState, instance: String, index: Int) {
        self.shard = shard
        self.instance = instance
        self.index = index
        address = instance
    }
}

/// A message on the network.
final class Packet {
    let topic: [UInt8]
    let envelope: [UInt8]

    init(topic: [UInt8], envelope: [UInt8]) {
        self.topic = topic
        self.envelope = envelope
    }
}
